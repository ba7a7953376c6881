import { tmpdir } from 'node:os';
import { launcher, repository, systemPath } from '#testing/checkout.ts';

/** A store of its own with one task in it. */
export const ownStore = (folder: string): string[] => ['--data-dir', folder, '--sources', 'sample/js-tasks/addition'];

const programEnv = { PATH: systemPath, HOME: process.env['HOME']!, TMPDIR: tmpdir() };

/** How the transports of clients start the real program. */
export const startedProgram = (args: readonly string[]) => ({
  command: process.execPath,
  args: [launcher, ...args],
  env: programEnv,
  cwd: repository,
  stderr: 'pipe' as const,
});

export const adding = { name: 'ratchet_execute_task', arguments: { task_id: 'addition', input: { num1: 5, num2: 10 } } };

/** Messages as they go over standard input. */
export const requests = (...messages: readonly object[]): string => messages.map((message) => `${JSON.stringify(message)}\n`).join('');
