import type { z } from 'zod';
import { firstBadOffset, jsonFaultAt } from '#kernel/index.ts';
import { isNote } from './format/spelling.ts';
import { canonical, isRecord } from './format/spelling.ts';
import { CaseSchema, DefaultsSchema, type CaseFields, type Defaults } from './format/case-schema.ts';
import { placeAt, placeInJson, type Place, type Task, type TaskTest } from '#tasks/index.ts';
import type { BrokenTest, TestCase } from './test-case.ts';

/** What every test of the folder has in common. */
export const defaultsFile = 'tests/_defaults.json';

/**
 * Understands every test of a task: each `tests/*.json` (a case, a list of cases, or `{"cases": [...]}` with what they have in common) in
 * the order of their names, then `test_cases` of the metadata. What cannot be understood is a broken test that says why; never throws.
 */
export function readTestCases(task: Pick<Task, 'tests' | 'files'>): readonly (TestCase | BrokenTest)[] {
  const found: (TestCase | BrokenTest)[] = [];
  let folderDefaults: Defaults = {};
  const defaultsText = task.files[defaultsFile];
  if (defaultsText !== undefined) {
    const source = sourceOf({ file: defaultsFile, text: defaultsText }, task.files);
    const read = readValue(source, DefaultsSchema);
    if ('broken' in read) found.push(read.broken);
    else folderDefaults = read.value;
  }
  for (const test of task.tests) found.push(...readFile(sourceOf(test, task.files), folderDefaults));
  return found;
}

/** A text with tests, and where it stands. */
interface Source {
  readonly file: string;
  readonly text: string;
  readonly path: readonly (string | number)[];
  /** What a case without a name is called. */
  readonly label: string;
  readonly place: (path: readonly PropertyKey[]) => Place | null;
}

/** `meta.yaml#test_cases[0]` stands in the manifest, whose text is known, too; places in YAML are not worth a second parser. */
function sourceOf({ file: written, text }: TaskTest, files: Task['files']): Source {
  const [, file = written, index] = /^(.*)#test_cases\[(\d+)\]$/.exec(written) ?? [];
  const path = index === undefined ? [] : ['test_cases', Number(index)];
  const label = index === undefined ? file.replace(/^tests\//, '').replace(/\.json$/, '') : `test_cases[${index}]`;
  const whole = index === undefined ? text : files[file];
  const place = (inside: readonly PropertyKey[]) =>
    whole === undefined || !file.endsWith('.json') ? null : placeInJson(whole, [...path, ...inside]);
  return { file, text, path, label, place };
}

function readFile(source: Source, folderDefaults: Defaults): (TestCase | BrokenTest)[] {
  const parsed = parse(source);
  if ('broken' in parsed) return [parsed.broken];
  const { value } = parsed;
  if (Array.isArray(value)) return readList(source, value, [], folderDefaults);
  const listKey =
    isRecord(value) && source.path.length === 0 ? Object.keys(value).find((key) => isListKey(key) && Array.isArray(value[key])) : undefined;
  if (listKey === undefined) return [readCase(source, value, [], source.label, folderDefaults)];
  const shared = readValue(source, DefaultsSchema);
  if ('broken' in shared) return [shared.broken];
  const defaults = merged(shared.value, folderDefaults);
  const group = shared.value.name === undefined ? source : { ...source, label: shared.value.name };
  return readList(group, shared.value.cases ?? [], [listKey], defaults, shared.value.name === undefined ? '' : `${shared.value.name}: `);
}

function isListKey(key: string): boolean {
  return !isNote(key) && ['cases', 'tests', 'test_cases'].includes(canonical(key));
}

function readList(
  source: Source,
  list: readonly unknown[],
  path: readonly (string | number)[],
  defaults: Defaults,
  prefix = '',
): (TestCase | BrokenTest)[] {
  if (list.length === 0) return [brokenAt(source, [], 'The file holds no test.', 'Write one, or remove the file.')];
  return list.map((one, index) => readCase(source, one, [...path, index], `${source.label}[${index}]`, defaults, prefix));
}

function readCase(
  source: Source,
  value: unknown,
  path: readonly (string | number)[],
  label: string,
  defaults: Defaults,
  prefix = '',
): TestCase | BrokenTest {
  const name = isRecord(value) && typeof value['name'] === 'string' && value['name'] !== '' ? `${prefix}${value['name']}` : label;
  if (!isRecord(value))
    return brokenAt({ ...source, label: name }, path, 'A test must be an object.', 'Write {"input": ..., "expected_output": ...}.');
  const parsed = CaseSchema.safeParse(value);
  if (!parsed.success) return problemsAt({ ...source, label: name }, path, parsed.error);
  const outputKey = Object.keys(value).find((key) => ['expected_output', 'expected', 'expected_result'].includes(canonical(key)));
  return caseOf(parsed.data, merged(parsed.data, defaults), {
    file: source.file,
    path: [...source.path, ...path],
    place: (inside = []) => source.place([...path, ...inside]),
    name: parsed.data.name === undefined ? label : `${prefix}${parsed.data.name}`,
    outputKey: outputKey ?? 'expected_output',
  });
}

type Identity = Pick<TestCase, 'file' | 'path' | 'place' | 'name'> & { readonly outputKey: string };

function caseOf(fields: CaseFields, shared: Defaults, { outputKey, ...identity }: Identity): TestCase {
  const { skip } = shared;
  return {
    kind: 'case',
    ...identity,
    description: fields.description ?? null,
    input: fields.input === undefined ? {} : fields.input,
    match: shared.match ?? 'exact',
    output: fields.expected_output === undefined ? null : { value: fields.expected_output, key: outputKey },
    error: fields.error,
    mayThrowTyped: fields.may_throw === 'typed',
    assertions: fields.assertions ?? null,
    logs: fields.expected_logs ?? null,
    progress: fields.expected_progress ?? null,
    requests: fields.requests,
    expectsSomething: fields.expectsSomething,
    mocks: shared.mock ?? [],
    skip: skip === undefined || skip === false ? null : skip === true ? '' : skip,
    only: fields.only ?? false,
    timeoutMs: shared.timeout ?? null,
    clock: shared.clock ?? null,
    skipsWaits: shared.skip_waits ?? false,
    seed: shared.seed ?? null,
  };
}

/** The nearer word wins; mocks come after each other, the nearer first. */
function merged(near: Defaults, far: Defaults): Defaults {
  const said = Object.fromEntries(Object.entries(near).filter(([, value]) => value !== undefined)) as Defaults;
  return { ...far, ...said, mock: [...(near.mock ?? []), ...(far.mock ?? [])] };
}

function parse({ file, text, path, label }: Source): { value: unknown } | { broken: BrokenTest } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    const offset = firstBadOffset(text);
    const { line, column } = placeAt(text, offset);
    const message = `It is not JSON: ${jsonFaultAt(text, offset)}.`;
    return { broken: { kind: 'broken', file, path, name: label, message, hint: 'Correct the syntax at this place.', line, column } };
  }
}

function readValue<Type extends z.ZodType>(source: Source, schema: Type): { value: z.output<Type> } | { broken: BrokenTest } {
  const parsed = parse(source);
  if ('broken' in parsed) return parsed;
  const read = schema.safeParse(parsed.value);
  return read.success ? { value: read.data } : { broken: problemsAt(source, [], read.error) };
}

/** Every problem in one message, at the place of the first. */
function problemsAt(source: Source, path: readonly (string | number)[], error: z.ZodError): BrokenTest {
  const { issues } = error;
  const told = issues.slice(0, 5).map(({ path: inside, message }) => {
    const at = inside.reduce<string>(
      (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`),
      '',
    );
    const sentence = `${message}${/[.?]$/.test(message) ? '' : '.'}`;
    if (message.startsWith('must ')) return `${at === '' ? 'It' : at} ${sentence}`;
    return /[.[]/.test(at) ? `${at}: ${sentence}` : sentence;
  });
  const more = issues.length > 5 ? ` And ${issues.length - 5} more.` : '';
  const first = issues[0]?.path ?? [];
  return brokenAt(
    source,
    [...path, ...first.map((step) => (typeof step === 'number' ? step : String(step)))],
    `${told.join(' ')}${more}`,
    'Correct the test; the guide on testing lists every field.',
    path,
  );
}

function brokenAt(
  { file, path: base, label, place }: Source,
  at: readonly (string | number)[],
  message: string,
  hint: string,
  path: readonly (string | number)[] = at,
): BrokenTest {
  const found = place(at);
  return {
    kind: 'broken',
    file,
    path: [...base, ...path],
    name: label,
    message,
    hint,
    line: found?.line ?? null,
    column: found?.column ?? null,
  };
}
