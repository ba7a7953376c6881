import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { debuggingOperations } from '#debugging/operations.ts';
import { batchOperations } from '#jobs/operations.ts';
import { inputRejected } from '#kernel/index.ts';
import { discoverTasksOperation } from '#sources/operations.ts';
import { storedTestOperations } from '#task-tests/stored/operations.ts';
import { catalogueOperations } from '#tasks/catalogue/operations.ts';
import { targetExists } from '#tasks/index.ts';
import { templateOperations } from '#tasks/templates/operations.ts';
import { z } from 'zod';
import type { Command } from '../command.ts';
import { commandOf } from './command-of.ts';
import type { RemoteSpec } from './remote-command.ts';
import { filesAt } from './sent-files.ts';
import { showBatch, showComparison, showDebugging, showTestReport } from './show-development.ts';
import { isForPeople, showAnswer } from './show-answer.ts';
import { exportTasks, importTasks, showExport, showImport } from './transfer-commands.ts';

/** Commands that try out, change and carry tasks of a server. */
export const developCommand = (words: string): Command =>
  commandOf(
    words,
    [
      ...catalogueOperations,
      ...storedTestOperations,
      ...debuggingOperations,
      ...templateOperations,
      ...batchOperations,
      discoverTasksOperation,
    ],
    specs,
  );

const off = (describe: string) => z.boolean().default(false).describe(describe);

/** Fields that a folder says already. */
const inFolder = ['files', 'sourceCode', 'sourceType', 'inputSchema', 'outputSchema', 'tests', 'metadata'];

const breakpoint = /^(?:(.+):)?([1-9]\d{0,6})$/;

const specs: Readonly<Record<string, RemoteSpec>> = {
  'task new-version': {
    hides: [...inFolder, 'activate'],
    moreFlags: {
      inactive: off('Do not let it run where nobody names it'),
      path: z.string().min(1).optional().describe('Folder or ZIP file on this machine, whose files take the place of all files'),
    },
    perform: async (client, operation, { path, inactive, ...input }, { options }) => {
      const files = path === undefined ? {} : { files: await filesAt(path) };
      return client.call(operation, { ...input, ...files, activate: inactive !== true }, { signal: options.signal });
    },
  },
  'task diff': { show: showComparison },
  'task export': {
    hides: ['includeTests', 'includeMetadata'],
    moreFlags: {
      withoutTests: off('Leave the files of tests out'),
      filesOnly: off('Leave out what the server knows beside the files: whether a task is enabled, who changed it, when and why'),
      output: z
        .string()
        .min(1)
        .optional()
        .describe('File to write, .json or .zip; with --format individual a folder')
        .meta({ placeholder: 'path' }),
    },
    perform: exportTasks,
    show: showExport,
  },
  'task import': {
    hides: ['data', 'format', 'includeTests', 'validateTasks'],
    moreFlags: {
      withoutTests: off('Leave the files of tests out'),
      untested: off('Do not run the tests of each task; metadata, code and schemas are checked all the same'),
      path: z.string().min(1).describe('File of an export, archive, or folder with tasks, on this machine'),
    },
    positional: ['path'],
    perform: importTasks,
    show: showImport,
  },
  'task test': { hides: ['draft'], show: showTestReport },
  'task debug': {
    hides: ['breakpoints', 'captureVariables'],
    moreFlags: {
      break: z
        .array(z.string().regex(breakpoint, 'is no line: write 12 or lib/sum.js:12'))
        .default([])
        .describe('Line to stop at, 12 or lib/sum.js:12; may be repeated'),
    },
    perform: (client, operation, { break: lines, ...input }, { options }) => {
      const breakpoints = (lines as readonly string[]).map((line) => {
        const [, file, number] = breakpoint.exec(line)!;
        return { line: Number(number), ...(file === undefined ? {} : { file }) };
      });
      return client.call(operation, { ...input, breakpoints }, { signal: options.signal });
    },
    show: showDebugging,
  },
  'task discover': {
    hides: ['recursive'],
  },
  'execution batch': { show: showBatch },
  'template list': {
    show: (answer, screen, view) =>
      showAnswer(isForPeople(screen) ? (answer as { templates: unknown }).templates : answer, screen, { ...view, noun: 'templates' }),
  },
  'template generate': {
    moreFlags: { path: z.string().min(1).optional().describe('Folder to write the task into, on this machine; it must not exist') },
    async perform(client, operation, { path, ...input }, { options }) {
      const generated = (await client.call(operation, input, { signal: options.signal })) as { files: Readonly<Record<string, string>> };
      if (path === undefined) return generated;
      writeTask(path as string, generated.files);
      return { ...generated, wrote: path };
    },
    show: (answer, screen, view) => {
      const { wrote, name, code } = answer as { wrote?: string; name: string; code: string };
      if (screen.format !== 'auto' || !screen.isOutTerminal) return showAnswer(answer, screen, view);
      screen.out(wrote === undefined ? code : `Task ${name} written to ${wrote}\n`);
      return { exit: 'ok' };
    },
  },
};

/** @throws TASK_TARGET_EXISTS, REQUEST_INVALID where it cannot be written */
function writeTask(folder: string, files: Readonly<Record<string, string>>): void {
  try {
    mkdirSync(dirname(folder), { recursive: true });
    mkdirSync(folder);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text, { flag: 'wx' });
    }
  } catch (caught) {
    if ((caught as NodeJS.ErrnoException).code === 'EEXIST') throw targetExists({ path: folder }, caught);
    throw inputRejected(
      { operation: 'template generate', problems: [{ path: 'path', message: `cannot be written: ${(caught as Error).message}` }] },
      caught,
    );
  }
}
