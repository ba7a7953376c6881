import { Script } from 'node:vm';
import { z } from 'zod';
import type { TaskFiles } from './files/task-files.ts';
import { inspect, type Inspection } from './inspect.ts';
import { openTaskFiles } from './load.ts';
import { namesOf, uuidFromName } from './metadata.ts';
import { problem, TaskProblem } from './problem.ts';
import { repairTask } from './repair.ts';

export const ValidationReport = z.object({
  valid: z.boolean().describe('True when the task can run: no problem is an error.'),
  path: z.string(),
  task: z
    .object({
      uuid: z.string(),
      name: z.string(),
      label: z.string(),
      version: z.string(),
      description: z.string(),
      callable: z
        .object({
          form: z.string(),
          name: z.string().nullable(),
          async: z.boolean().nullable(),
          params: z.array(z.string()).readonly().nullable(),
          line: z.number().nullable(),
        })
        .nullable()
        .describe('The function that is called, as far as it can be told without running the code; null when there is none.'),
    })
    .nullable()
    .describe('Null when the metadata cannot be read.'),
  problems: z.array(TaskProblem).describe('By file and line; errors and warnings together.'),
  wrote: z.array(z.string()).describe('What --fix wrote.'),
});

export type ValidationReport = z.infer<typeof ValidationReport>;

export interface ValidateOptions {
  /** Writes what is missing first; never changes what is there. */
  readonly fix?: boolean;
  /** Makes the uuid of a task that has none. */
  readonly newUuid: () => string;
}

/**
 * Finds everything that is wrong with a task, at once, without running any of its code.
 * @throws TASK_NOT_FOUND, TASK_TOO_LARGE, TASK_ARCHIVE_UNSAFE, TASK_INVALID (an archive without a task), TASK_TARGET_UNWRITABLE
 */
export async function validateTask(path: string, options: ValidateOptions): Promise<ValidationReport> {
  let files = await openTaskFiles(path);
  const wrote = options.fix === true ? repairTask(files, options.newUuid) : [];
  if (wrote.length > 0) files = await openTaskFiles(path);
  const { report } = await examine(files);
  return { ...report, path, wrote };
}

/** The same for files that are already open, with what was read of them. */
export async function examine(files: TaskFiles): Promise<{ report: ValidationReport; inspection: Inspection }> {
  const inspection = await inspect(files);
  const problems = [...inspection.problems, ...engineProblems(inspection, files), ...testProblems(inspection, files)];
  const report = {
    valid: problems.every(({ severity }) => severity !== 'error'),
    path: files.origin,
    task: summaryOf(inspection),
    problems: problems.toSorted(byPlace),
    wrote: [],
  };
  return { report, inspection };
}

function summaryOf({ manifest, code }: Inspection): ValidationReport['task'] {
  if (manifest.metadata === null) return null;
  const { name, label } = namesOf(manifest.metadata);
  const { uuid, version, description } = manifest.metadata;
  return { uuid: uuid ?? uuidFromName(name), name, label, version, description: description ?? '', callable: code?.callable ?? null };
}

/** The engine that will run the code has the last word on its syntax. Compiling runs nothing. */
function engineProblems({ code, manifest }: Inspection, files: TaskFiles): TaskProblem[] {
  if (code === null || manifest.entry === null) return [];
  try {
    void new Script(code.script, { filename: manifest.entry, lineOffset: code.lineOffset });
    return [];
  } catch (error) {
    const line = code.sourceMap === null ? Number(/:(\d+)\n/.exec((error as Error).stack ?? '')?.[1]) : Number.NaN;
    const place = line >= 1 && line <= files.read(manifest.entry)!.split('\n').length ? { line, column: 1 } : null;
    return [problem('error', 'code-syntax', manifest.entry, place, `${(error as Error).message}.`, 'Correct the syntax at this place.')];
  }
}

function testProblems({ manifest }: Inspection, files: TaskFiles): TaskProblem[] {
  const hasTests = manifest.tests.length > 0 || files.list().some((file) => /^tests\/[^/]+\.json$/.test(file));
  return hasTests
    ? []
    : [
        problem(
          'warning',
          'tests-missing',
          'tests',
          null,
          'There are no tests.',
          'Write tests/test-001.json: {"input": ..., "expected_output": ...}.',
        ),
      ];
}

function byPlace(a: TaskProblem, b: TaskProblem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
