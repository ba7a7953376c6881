import { runTask } from '#executions/stored/operations.ts';
import { catalogueOperations } from '#tasks/catalogue/operations.ts';
import { syncTasksOperation } from '#sources/operations.ts';
import { pushOperations } from '#sources/push/operations.ts';
import { z } from 'zod';
import type { Command, Screen, Shown } from '../command.ts';
import { columnsOf } from './columns.ts';
import { commandOf } from './command-of.ts';
import { showEndedExecution } from './ended-execution.ts';
import type { RemoteSpec } from './remote-command.ts';
import { showModified, showTaskPush } from './repo-commands.ts';
import { filesAt } from './sent-files.ts';
import { isForPeople, showAnswer, type View } from './show-answer.ts';
import { tableText } from './table.ts';

export const taskCommand = (words: string): Command =>
  commandOf(words, [...catalogueOperations, syncTasksOperation, ...pushOperations, runTask], specs);

/** Fields that a folder says already; `task enable` and `task disable` say the last one. */
const inFolder = ['files', 'sourceCode', 'sourceType', 'inputSchema', 'outputSchema', 'tests', 'metadata', 'enabled'];

const specs: Readonly<Record<string, RemoteSpec>> = {
  'task create': {
    hides: [...inFolder, 'name', 'label', 'description', 'version'],
    moreFlags: { path: z.string().min(1).describe('Folder or ZIP file of the task, on this machine') },
    positional: ['path'],
    perform: async (client, operation, { path, ...input }, { options }) =>
      client.call(operation, { ...input, files: await filesAt(path) }, { signal: options.signal }),
  },
  'task update': {
    hides: inFolder,
    moreFlags: {
      path: z.string().min(1).optional().describe('Folder or ZIP file on this machine, whose files take the place of all files'),
    },
    moreExamples: [{ line: 'ratchet task update addition --path sample/js-tasks/addition', about: 'Send the files of a folder again' }],
    perform: async (client, operation, { path, ...input }, { options }) =>
      client.call(operation, path === undefined ? input : { ...input, files: await filesAt(path) }, { signal: options.signal }),
  },
  'task remove': { asks: ({ id }) => `Remove the task ${String(id)} with all its jobs and executions?` },
  'task versions': { show: showVersions },
  'task sync': {
    show: (answer, screen, view) => ({ ...showAnswer(answer, screen, view), exit: hasErrors(answer) ? 'invalidTask' : 'ok' }),
  },
  'task validate': {
    show: (answer, screen, view) => ({
      ...showAnswer(answer, screen, view),
      exit: (answer as { valid: boolean }).valid ? 'ok' : 'invalidTask',
    }),
  },
  'task execute': { show: showEndedExecution },
  'task push': { show: showTaskPush },
  'task modified': { show: showModified },
};

function hasErrors(answer: unknown): boolean {
  return (answer as { errors: readonly unknown[] }).errors.length > 0;
}

function showVersions(answer: unknown, screen: Screen, view: View): Shown {
  if (!isForPeople(screen)) return showAnswer(answer, screen, view);
  const { versions } = answer as { versions: readonly Readonly<Record<string, unknown>>[] };
  screen.out(tableText(versions, columnsOf['versions']!, { ...view, paint: screen.paintOut }));
  return { exit: 'ok' };
}
