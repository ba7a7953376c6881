import { CodeProblem } from './code/parse.ts';
import { readCode, type ReadCode } from './code/read-code.ts';
import type { TaskFiles } from './files/task-files.ts';
import { isRecord, type Located } from './located.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { problem, type TaskProblem } from './problem.ts';
import { compileCheck } from './schema/schema-check.ts';
import { SchemaProblem } from './schema/schema-problem.ts';
import type { JsonSchema } from './task.ts';

/** A schema with its check, ready to run. */
export interface CheckedSchema {
  readonly schema: JsonSchema;
  readonly check: string;
}

/** Everything that can be read of a task, with everything that is wrong with it. Parts that are wrong are null. */
export interface Inspection {
  readonly manifest: Manifest;
  readonly code: ReadCode | null;
  readonly input: CheckedSchema | null;
  readonly output: CheckedSchema | null;
  readonly problems: readonly TaskProblem[];
}

/** Reads a task completely, going on after each problem. Runs none of its code and none of its patterns. */
export async function inspect(files: TaskFiles): Promise<Inspection> {
  const problems: TaskProblem[] = [];
  const manifest = await readManifest(files, problems);
  for (const { path, reason } of files.skipped) {
    problems.push(
      problem('warning', 'file-skipped', path, null, `It ${reason}, so it was left out.`, 'Put a copy of the file in its place.'),
    );
  }
  const code = manifest.entry === null ? null : await inspectCode(files, manifest.entry, problems);
  const input = inspectSchema(manifest.input, 'input', problems);
  const output = inspectSchema(manifest.output, 'output', problems);
  return { manifest, code, input, output, problems };
}

async function inspectCode(files: TaskFiles, entry: string, problems: TaskProblem[]): Promise<ReadCode | null> {
  try {
    return await readCode(files, entry);
  } catch (error) {
    if (!(error instanceof CodeProblem)) throw error;
    problems.push(problem('error', error.code, error.file ?? entry, error.place, error.message, error.hint));
    return null;
  }
}

function inspectSchema(located: Located | null, side: 'input' | 'output', problems: TaskProblem[]): CheckedSchema | null {
  if (located === null) {
    const file = `${side}.schema.json`;
    if (!problems.some((known) => known.file === file)) {
      problems.push(
        problem(
          'warning',
          'schema-missing',
          file,
          null,
          `There is no ${file}, so the ${side} is not checked.`,
          `Write ${file}; \`ratchet validate --fix\` makes a permissive one.`,
        ),
      );
    }
    return null;
  }
  try {
    const check = compileCheck(located.value);
    if (!isRecord(located.value)) throw new SchemaProblem('A schema must be an object.', [], 'Write the schema between { and }.');
    return { schema: located.value, check };
  } catch (error) {
    if (!(error instanceof SchemaProblem)) throw error;
    problems.push(problem('error', 'schema-invalid', located.file, located.place(error.path), error.message, error.hint));
    return null;
  }
}
