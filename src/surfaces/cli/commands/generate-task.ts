import { generateTaskOperation } from '#tasks/index.ts';
import { command } from '../command.ts';
import { jsonText } from '../terminal.ts';

export const generateTaskCommand = command({
  operation: generateTaskOperation,
  services: async (parts) => ({ tasks: await parts.tasks() }),
  show({ path, files }, screen) {
    if (screen.format === 'auto') {
      screen.out(
        `✅ Task template generated at: ${JSON.stringify(path)}\n\nEdit these files:\n${files.map((file) => `  ${file}\n`).join('')}` +
          `\nThen run:\n  ratchet validate ${path}\n  ratchet test ${path}\n  ratchet dev ${path}\n`,
      );
    } else {
      screen.out(`${jsonText({ path, files }, screen.format === 'pretty')}\n`);
    }
    return { exit: 'ok' };
  },
});
