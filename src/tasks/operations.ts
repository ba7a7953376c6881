import validVersion from 'semver/functions/valid.js';
import { z } from 'zod';
import { operation } from '#kernel/index.ts';
import { archiveUnsafe, targetExists, targetUnwritable, taskInvalid, taskNotFound, taskTooLarge } from './errors.ts';
import type { Tasks } from './tasks.ts';
import { ValidationReport } from './validate.ts';

/** What these operations lean on. */
export interface TaskServices {
  readonly tasks: Tasks;
}

export const validateTaskOperation = operation({
  name: 'tasks.validate',
  summary: 'Check a task and list every problem with file and line',
  details:
    'Reads metadata, code, schemas and tests without running anything, and reports all problems at once. Errors keep the task from running, warnings do not. With fix, missing metadata fields, schemas and a first test are written; nothing that exists is changed.',
  input: z.strictObject({
    path: z.string().min(1).describe('Folder or ZIP of the task.'),
    fix: z.boolean().default(false).describe('Write what is missing; never change what is there.'),
  }),
  output: ValidationReport,
  errors: [taskNotFound, taskInvalid, taskTooLarge, archiveUnsafe, targetUnwritable],
  effect: 'write',
  permission: 'task:validate',
  on: {
    cli: {
      command: 'validate',
      positional: ['path'],
      flags: { path: '--from-fs' },
      examples: [
        { line: 'ratchet validate sample/js-tasks/addition', about: 'Check a task' },
        { line: 'ratchet validate --from-fs sample/js-tasks/invalid --format json', about: 'Every problem as JSON, for programs' },
      ],
    },
  },
  run: ({ tasks }: TaskServices, { path, fix }) => tasks.validate(path, { fix }),
});

export const generateTaskOperation = operation({
  name: 'tasks.generate',
  summary: 'Write a first task to start from',
  details:
    'Makes a folder with metadata, code, schemas and a test that validates and runs as it is. An existing path is never touched, and a half-written task is never left behind.',
  input: z.strictObject({
    path: z.string().min(1).describe('Folder to make.'),
    label: z.string().min(1).default('My Task').describe('Name for people.'),
    description: z.string().default('A description of what this task does').describe('What the task does.'),
    version: z
      .string()
      .refine((version) => validVersion(version) === version, 'must be a semantic version such as 1.0.0')
      .default('1.0.0')
      .describe('Semantic version.'),
    typescript: z.boolean().default(false).describe('Write main.ts instead of main.js.'),
  }),
  output: z.object({ path: z.string(), files: z.array(z.string()).describe('Files written, relative to the path.') }),
  errors: [targetExists, targetUnwritable],
  effect: 'write',
  permission: 'task:generate',
  on: {
    cli: {
      command: 'generate task',
      positional: ['path'],
      flags: { path: '--path' },
      examples: [
        { line: 'ratchet generate task --path my-task --label "My Task"', about: 'A task in JavaScript' },
        { line: 'ratchet generate task my-typed-task --typescript', about: 'A task in TypeScript' },
      ],
    },
  },
  run: async ({ tasks }: TaskServices, input) => ({ path: input.path, files: await tasks.generate(input) }),
});

export const taskOperations = [validateTaskOperation, generateTaskOperation] as const;
