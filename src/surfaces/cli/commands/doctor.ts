import { doctorOperation, type DoctorAnswer } from '#observe/operations.ts';
import { command, type Screen, type Shown } from '../command.ts';
import { jsonText, printable } from '../terminal.ts';

const styles = { ok: 'green', warning: 'yellow', failed: 'red' } as const;

export const doctorCommand = command({
  operation: doctorOperation,
  services: async (parts) => ({ doctor: await parts.doctor() }),
  show: showDoctor,
});

function showDoctor(answer: DoctorAnswer, screen: Screen): Shown {
  if (screen.format === 'auto') {
    const width = Math.max(...answer.findings.map((finding) => finding.name.length));
    for (const { name, state, detail, advice } of answer.findings) {
      screen.out(`${screen.paintOut(styles[state], state.padEnd(7))}  ${name.padEnd(width)}  ${printable(detail)}\n`);
      if (advice) screen.out(`${' '.repeat(width + 11)}${advice}\n`);
    }
  } else {
    screen.out(`${jsonText(answer, screen.format === 'pretty')}\n`);
  }
  return { exit: answer.state === 'failed' ? 'environment' : 'ok' };
}
