import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { RatchetError } from '#kernel/index.ts';
import { showTaskOperation, taskSourceOperation, updateTaskOperation, validateDraftOperation } from '#tasks/catalogue/operations.ts';
import { connect } from '#surfaces/cli/remote/connection.ts';
import { isForPeople } from '#surfaces/cli/remote/show-answer.ts';
import { printable } from '#surfaces/cli/terminal.ts';
import type { Command, Screen } from '#surfaces/cli/command.ts';
import { z } from 'zod';
import { consoleLineInvalid, editorFailed, needsTerminal } from '../errors.ts';
import type { Hands } from '../hands.ts';
import { nearest } from './find-row.ts';
import { ownCommand, type Seat } from './own-command.ts';
import { showJson } from './server-commands.ts';

interface Edited {
  readonly task: string;
  readonly file: string;
  /** The version that holds the change; null when nothing was stored. */
  readonly version: string | null;
}

/** `task edit`: nothing is stored that the server finds wrong, or whose tests fail. */
export function editCommand(hands: Hands): Command {
  return ownCommand({
    words: 'task edit',
    summary: 'Edit a file of a task, and store it when it is valid and its tests pass',
    details:
      'Opens the file in $VISUAL or $EDITOR. When the editor has ended, the server checks the task and runs its tests; what fails is shown, and the file can be edited again. Stored is a new version.',
    input: {
      id: z.string().describe('Number, uuid or name of the task'),
      file: z.string().optional().describe('File inside the task: main.js unless given').meta({ placeholder: 'name' }),
      message: z.string().max(500).optional().describe('Why it was changed, kept with the version'),
    },
    positional: ['id', 'file'],
    run: (seat) => edit(seat, hands),
    show(answer, screen) {
      if (!isForPeople(screen)) return showJson(answer, screen);
      const { task, file, version } = answer as Edited;
      if (version === null) screen.out(`${file} of ${task} is as it was.\n`);
      else screen.out(`${screen.paintOut('green', '✓')} ${printable(`${task} ${version} is stored.`)}\n`);
      return { exit: 'ok' };
    },
  });
}

async function edit({ input, parts, options: { signal } }: Seat, hands: Hands): Promise<Edited> {
  const { id: task, file: wanted, message } = input as { id: string; file?: string; message?: string };
  if (hands.keyboard === null) throw needsTerminal({ command: 'task edit' });
  const client = connect(input, parts);
  const { isEditable, repositoryInfo } = await client.call(showTaskOperation, { id: task }, { signal });
  if (!isEditable) {
    const where =
      repositoryInfo === null ? 'is not to be changed' : `comes from the source ${repositoryInfo.repositoryName}: change it there`;
    throw consoleLineInvalid({ problem: `${task} cannot be edited here: it ${where}`, help: 'task edit' });
  }
  const { files } = await client.call(taskSourceOperation, { id: task }, { signal });
  const file = wanted ?? ['main.js', 'main.ts'].find((name) => name in files) ?? Object.keys(files)[0]!;
  const before = files[file];
  if (before === undefined)
    throw consoleLineInvalid({ problem: `${task} has no file ${file}${nearest(file, Object.keys(files))}`, help: 'task edit' });
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-edit-'));
  try {
    const path = join(folder, basename(file));
    writeFileSync(path, before, { mode: 0o600 });
    for (;;) {
      await hands.away(() => runEditor(path, parts.env));
      const after = readFileSync(path, 'utf8');
      if (after === before) return { task, file, version: null };
      const changed = { ...files, [file]: after };
      const problem = await stored(client, task, changed, message, parts.screen, signal);
      if (typeof problem !== 'string') return { task, file, version: problem.version };
      parts.screen.err(`${parts.screen.paintErr('red', '✗')} ${printable(problem)}\n`);
      const again = await hands.ask('Edit again? [Y/n] ', signal);
      if (again === null || /^n/i.test(again.trim())) return { task, file, version: null };
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the version, or what is wrong */
async function stored(
  client: ReturnType<typeof connect>,
  id: string,
  files: Readonly<Record<string, string>>,
  changeDescription: string | undefined,
  screen: Screen,
  signal: AbortSignal,
): Promise<{ version: string } | string> {
  const { valid, errors } = await client.call(validateDraftOperation, { files }, { signal });
  if (!valid) return `It was not stored:\n${errors.map(({ field, message }) => `  ${field}: ${message}`).join('\n')}`;
  screen.err(`${screen.paintErr('blue', 'ℹ')} It is valid; its tests are run.\n`);
  try {
    const { version } = await client.call(updateTaskOperation, { id, files, changeDescription }, { signal });
    return { version };
  } catch (caught) {
    if (caught instanceof RatchetError && ['TASK_INVALID', 'TASK_TESTS_FAILED', 'TASK_READ_ONLY', 'TASK_CHANGED'].includes(caught.code))
      return `${caught.message}\n  ${caught.hint}`;
    throw caught;
  }
}

/** @throws CONSOLE_EDITOR_FAILED */
async function runEditor(path: string, env: NodeJS.ProcessEnv): Promise<void> {
  const editor = env['VISUAL'] || env['EDITOR'] || (process.platform === 'win32' ? 'notepad' : 'vi');
  const [program = 'vi', ...args] = editor.split(' ').filter((word) => word !== '');
  await new Promise<void>((resolve, reject) => {
    const child = spawn(program, [...args, path], { stdio: 'inherit', env });
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(editorFailed({ editor, detail: error.code === 'ENOENT' ? 'is not there' : `cannot be started: ${error.message}` })),
    );
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(editorFailed({ editor, detail: `ended with ${signal ?? `code ${code}`}` }));
    });
  });
}
