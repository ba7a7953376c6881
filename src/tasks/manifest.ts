import { manifestNames } from './files/manifest-names.ts';
import type { TaskFiles } from './files/task-files.ts';
import { checkMetadata } from './check-metadata.ts';
import { isRecord, readJson, readYaml, type Located } from './located.ts';
import type { TaskMetadata } from './metadata.ts';
import { problem, type TaskProblem } from './problem.ts';
import type { TaskTest } from './task.ts';

/** What the manifest says, whichever of the accepted spellings it is written in. */
export interface Manifest {
  /** The manifest file. */
  readonly file: string;
  /** Null when the metadata is wrong. */
  readonly metadata: TaskMetadata | null;
  readonly entry: string | null;
  readonly input: Located | null;
  readonly output: Located | null;
  readonly tests: readonly TaskTest[];
}

const entryNames = ['main.js', 'main.ts', 'main.mjs', 'main.mts', 'main.cjs', 'main.cts'];
const olderEntryNames = ['index.js', 'task.js', 'index.ts', 'task.ts'];

/** Reads the manifest and everything it points to, adding what is wrong to `problems`. */
export async function readManifest(files: TaskFiles, problems: TaskProblem[]): Promise<Manifest> {
  const located = await readManifestFile(files, problems);
  const { file } = located;
  // Without metadata the other files are judged all the same: every problem at once.
  const raw = isRecord(located.value) ? located.value : {};
  return {
    file,
    metadata: isRecord(located.value) ? checkMetadata(located, raw, problems) : null,
    entry: entryOf(files, raw, file, problems),
    input: schemaOf(files, 'input.schema.json', located, raw, ['input_schema', 'inputSchema'], 'inputs', problems),
    output: schemaOf(files, 'output.schema.json', located, raw, ['output_schema', 'outputSchema'], 'outputs', problems),
    tests: testsOf(files, located, raw, problems),
  };
}

/** The manifest's value; null where there is none or it cannot be read, which is then among the problems. */
async function readManifestFile(files: TaskFiles, problems: TaskProblem[]): Promise<Located> {
  const file = manifestNames.find((name) => files.read(name) !== undefined);
  if (file === undefined) {
    const hint = 'Write one with label and version; `ratchet validate --fix` makes a first one.';
    problems.push(problem('error', 'metadata-missing', 'metadata.json', null, 'There is no metadata.json.', hint));
    return { file: 'metadata.json', value: null, place: () => null };
  }
  const located = file.endsWith('.json') ? readJson(files, file, problems) : await readYaml(files, file, problems);
  if (located === null) return { file, value: null, place: () => null };
  if (!isRecord(located.value)) {
    problems.push(
      problem('error', 'field-invalid', file, located.place([]), `${file} must hold an object.`, 'Write the fields between { and }.'),
    );
  }
  return located;
}

/** The file with the code: the one the manifest names, whether it exists or not, else the first of the usual ones that does. */
export function entryPath(
  raw: Readonly<Record<string, unknown>>,
  manifest: string,
  isThere: (path: string) => boolean,
): string | undefined {
  const named = raw['entrypoint'] ?? raw['main'];
  if (typeof named === 'string') return named.replace(/^\.\//, '');
  const names = manifest === 'metadata.json' ? [...entryNames, ...olderEntryNames] : [...olderEntryNames, ...entryNames];
  return names.find(isThere);
}

function entryOf(files: TaskFiles, raw: Record<string, unknown>, manifest: string, problems: TaskProblem[]): string | null {
  const found = entryPath(raw, manifest, (path) => files.read(path) !== undefined);
  if (found === undefined) {
    problems.push(
      problem(
        'error',
        'code-missing',
        'main.js',
        null,
        'There is no main.js and no main.ts.',
        'Write main.js with `(function (input) { ... })`.',
      ),
    );
  }
  if (found === undefined || files.read(found) !== undefined) return found ?? null;
  problems.push(
    problem(
      'error',
      'code-missing',
      manifest,
      null,
      `The file with the code, ${String(raw['entrypoint'] ?? raw['main'])}, does not exist.`,
      'Correct entrypoint, or write the file.',
    ),
  );
  return null;
}

/** A schema stands in a file of its own, or in the manifest as a JSON Schema, or there as a table of fields. */
function schemaOf(
  files: TaskFiles,
  ownFile: string,
  manifest: Located,
  raw: Record<string, unknown>,
  keys: readonly string[],
  table: string,
  problems: TaskProblem[],
): Located | null {
  if (files.read(ownFile) !== undefined) return readJson(files, ownFile, problems);
  for (const key of keys) {
    if (raw[key] !== undefined) return { file: manifest.file, value: raw[key], place: (path) => manifest.place([key, ...path]) };
  }
  const fields = raw[table];
  if (!isRecord(fields)) return null;
  return { file: manifest.file, value: schemaFromTable(fields), place: () => manifest.place([table]) };
}

/** `{a: {type: number, required: true}}` as a JSON Schema. A field is required only when it says so. */
function schemaFromTable(fields: Record<string, unknown>): Record<string, unknown> {
  const required: string[] = [];
  const properties: Record<string, unknown> = {};
  for (const [name, said] of Object.entries(fields)) {
    const { required: isRequired, ...schema } = isRecord(said) ? said : { type: said };
    if (isRequired === true) required.push(name);
    properties[name] = schema['type'] === 'any' ? {} : schema;
  }
  return { type: 'object', properties, required };
}

/** What every test of the folder has in common stands here; it is no test itself. */
const testDefaults = 'tests/_defaults.json';

/** A file that cannot be read is a test all the same: one that fails, and says why. */
function testsOf(files: TaskFiles, manifest: Located, raw: Record<string, unknown>, problems: TaskProblem[]): TaskTest[] {
  const tests: TaskTest[] = [];
  for (const file of files.list()) {
    if (!/^tests\/[^/]+\.json$/.test(file)) continue;
    const test = readJson(files, file, problems, 'test-invalid');
    if (file === testDefaults) continue;
    if (test !== null) checkTestFile(test, problems);
    tests.push({ file, text: files.read(file)! });
  }
  const cases = raw['test_cases'];
  for (const [index, value] of (Array.isArray(cases) ? cases : []).entries()) {
    checkTest(within({ ...manifest, value }, ['test_cases', index]), problems);
    tests.push({ file: `${manifest.file}#test_cases[${index}]`, text: JSON.stringify(value) });
  }
  return tests;
}

/** A file holds one case, a list of them, or `{"cases": [...]}`. */
function checkTestFile(test: Located, problems: TaskProblem[]): void {
  const { value } = test;
  const key = isRecord(value) ? ['cases', 'tests', 'test_cases'].find((name) => Array.isArray(value[name])) : undefined;
  const cases: unknown = key === undefined ? value : (value as Record<string, unknown>)[key];
  if (!Array.isArray(cases)) return checkTest(test, problems);
  if (cases.length === 0) {
    problems.push(
      problem('warning', 'test-invalid', test.file, test.place([]), 'The file holds no test.', 'Write one, or remove the file.'),
    );
  }
  for (const [index, one] of cases.entries()) {
    checkTest(within({ ...test, value: one as unknown }, key === undefined ? [index] : [key, index]), problems);
  }
}

function within({ file, value, place }: Located, path: readonly PropertyKey[]): Located {
  return { file, value, place: (rest) => place([...path, ...rest]) };
}

/** Without blanks, dashes and capitals, so that `expectedOutput` is known, too. */
const expectations = new Set(
  [
    'expected_output',
    'expected',
    'expected_error',
    'should_fail',
    'assertions',
    'expected_logs',
    'expected_progress',
    'expected_requests',
    'may_throw',
  ].map(bareName),
);

function bareName(key: string): string {
  return key.replaceAll(/[_-]/g, '').toLowerCase();
}

function checkTest(test: Located, problems: TaskProblem[]): void {
  const complain = (message: string, hint: string) =>
    problems.push(problem('warning', 'test-invalid', test.file, test.place([]), message, hint));
  if (!isRecord(test.value)) {
    complain('A test must be an object.', 'Write {"input": ..., "expected_output": ...}.');
  } else if (!Object.keys(test.value).some((key) => expectations.has(bareName(key)))) {
    complain('The test expects nothing.', 'Add expected_output, expected_error or assertions.');
  }
}
