import { defineError } from '#kernel/index.ts';
import type { TaskProblem } from './problem.ts';

export const taskNotFound = defineError<{ path: string; ref?: undefined } | { ref: string; path?: undefined }>('TASK_NOT_FOUND', {
  http: 404,
  exit: 'invalidTask',
  message: ({ path, ref }) => (path === undefined ? `There is no task ${JSON.stringify(ref)}.` : `There is no task at ${path}.`),
  hint: ({ path }) =>
    path === undefined
      ? 'Name a task by its id, its uuid or its name; the list of tasks has them all.'
      : 'Give the path of a folder or ZIP that holds metadata.json and main.js; `ratchet generate task` makes one.',
  about:
    'The path does not exist, cannot be read, or is neither a folder nor a ZIP archive; or a server was asked for a task that it does not know.',
});

export const taskInvalid = defineError<{ path: string; problems: TaskProblem[] }>('TASK_INVALID', {
  http: 422,
  exit: 'invalidTask',
  message: ({ path, problems }) =>
    `The task at ${path} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}: ${problems.map(problemLine).join('; ')}`,
  hint: ({ path }) => `Run \`ratchet validate ${path}\` for the whole list with hints.`,
  about: 'The task was found, but its metadata, code or schemas are wrong, so nothing was run. `data.problems` lists every problem.',
});

export const taskTooLarge = defineError<{ path: string; what: string; limit: number }>('TASK_TOO_LARGE', {
  http: 413,
  exit: 'invalidTask',
  message: ({ path, what, limit }) => `The task at ${path} is too large: ${what}; the limit is ${limit}.`,
  hint: () => 'A task is a few source files, schemas and tests. Keep data, builds and dependencies outside its folder.',
  about: 'A task has more files, or larger ones, than a task may have. The limits keep a hostile archive from filling memory.',
});

export const archiveUnsafe = defineError<{ path: string; entry: string; reason: string }>('TASK_ARCHIVE_UNSAFE', {
  http: 422,
  exit: 'invalidTask',
  message: ({ path, entry, reason }) => `The archive ${path} was refused: ${entry ? `entry ${JSON.stringify(entry)} ` : ''}${reason}.`,
  hint: () => 'Make the archive again from the folder of the task: plain files, relative names, no links, no password.',
  about:
    'A ZIP archive holds something that a task never needs and an attack might: a path that leaves the archive, a link, an encrypted or duplicate entry, or a compression bomb. Nothing of it was used.',
});

export const targetExists = defineError<{ path: string }>('TASK_TARGET_EXISTS', {
  http: 409,
  exit: 'usage',
  message: ({ path }) => `${path} already exists; nothing was written.`,
  hint: () => 'Choose another path, or remove the existing one yourself.',
  about: 'A task was to be generated at a path where something is already. Existing work is never overwritten.',
});

export const targetUnwritable = defineError<{ path: string; reason: string }>('TASK_TARGET_UNWRITABLE', {
  http: 422,
  exit: 'usage',
  message: ({ path, reason }) => `Cannot write the task at ${path}: ${reason}.`,
  hint: () => 'Choose a path in a folder you may write to.',
  about: 'Generating or repairing a task failed because the file system refused to write there. No half-written task is left behind.',
});

function problemLine(problem: TaskProblem): string {
  const place = problem.line === null ? problem.file : `${problem.file}:${problem.line}:${problem.column ?? 1}`;
  return place ? `${place}: ${problem.message}` : problem.message;
}
