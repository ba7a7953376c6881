import type { Command } from '#surfaces/cli/command.ts';
import { z } from 'zod';
import { ownCommand } from './own-command.ts';

interface Refreshed {
  readonly command: Command;
  readonly answer: unknown;
}

/** `repo refresh [name]`: what `repo sync <name>` and `task sync` do. */
export async function refreshCommand(usual: (words: string) => Promise<Command>): Promise<Command> {
  const [one, all] = await Promise.all([usual('repo sync'), usual('task sync')]);
  return ownCommand({
    words: 'repo refresh',
    summary: 'Sync one source of tasks, or all of them',
    details: 'Fetches what the source holds now and takes up what has changed, as `repo sync` and `task sync` do.',
    input: {
      name: z.string().optional().describe('Number or name of the source; all of them when there is none'),
      force: z.boolean().default(false).describe('Accepted from older scripts: every sync looks at everything'),
    },
    positional: ['name'],
    async run({ input: { name, force: _force, ...input }, parts, options }): Promise<Refreshed> {
      const command = name === undefined ? all : one;
      return { command, answer: await command.run(name === undefined ? input : { ...input, id: name }, parts, options) };
    },
    show(got, screen, input) {
      const { command, answer } = got as Refreshed;
      const shown = command.show(answer, screen, input);
      if (shown.exit !== 'invalidTask') return shown;
      // A task that its author has to mend is no reason to end a script of whoever looks after the server.
      screen.err(`${screen.paintErr('yellow', '⚠')} Some tasks cannot be served; the others are.\n`);
      return { ...shown, exit: 'ok' };
    },
  });
}
