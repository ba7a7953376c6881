import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { showExecution } from '#executions/stored/operations.ts';
import { storeResultOperation } from '#jobs/operations.ts';
import { connect } from '#surfaces/cli/remote/connection.ts';
import { remoteCommand } from '#surfaces/cli/remote/remote-command.ts';
import { isForPeople } from '#surfaces/cli/remote/show-answer.ts';
import { jsonText, printable } from '#surfaces/cli/terminal.ts';
import { z } from 'zod';
import { consoleFileFailed, consoleLineInvalid } from '../errors.ts';
import { homePath } from '../home-path.ts';
import { ownCommand } from './own-command.ts';
import { showJson } from './server-commands.ts';

/** `result store`: for scripts that run a task themselves; the command line has no such command. */
export const resultStoreCommand = remoteCommand({
  ...storeResultOperation,
  on: {
    ...storeResultOperation.on,
    cli: {
      command: 'result store',
      positional: ['taskId'],
      examples: [
        {
          line: 'ratchet result store addition --input {"num1": 1, "num2": 2} --output-json {"sum": 3}',
          about: 'What another program has computed',
        },
      ],
    },
  },
});

export const resultExportCommand = ownCommand({
  words: 'result export',
  summary: 'Put the output of an execution into a file',
  details: 'The output alone, as indented JSON; without a file it is printed. A file that exists is replaced.',
  input: {
    id: z.string().min(1).describe('Number of the execution'),
    file: z.string().min(1).optional().describe('File to write').meta({ placeholder: 'path' }),
  },
  positional: ['id', 'file'],
  async run({ input, parts, options: { signal } }) {
    const { id, file } = input as { id: string; file?: string };
    const { status, output } = await connect(input, parts).call(showExecution, { id }, { signal });
    if (status !== 'COMPLETED')
      throw consoleLineInvalid({ problem: `Execution ${id} has no output: it is ${status.toLowerCase()}`, help: 'result export' });
    if (file === undefined) return { output };
    const path = resolve(homePath(file));
    try {
      writeFileSync(path, `${jsonText(output, true)}\n`);
    } catch (caught) {
      throw consoleFileFailed({ file: path, detail: (caught as Error).message }, caught);
    }
    return { id, file: path };
  },
  show(answer, screen) {
    const got = answer as { output: unknown } | { id: string; file: string };
    if ('file' in got && isForPeople(screen)) {
      screen.out(`${screen.paintOut('green', '✓')} ${printable(`The output of execution ${got.id} is in ${got.file}.`)}\n`);
      return { exit: 'ok' };
    }
    if ('file' in got) return showJson(got, screen);
    screen.out(`${jsonText(got.output ?? null, isForPeople(screen) || screen.format === 'pretty')}\n`);
    return { exit: 'ok' };
  },
});
