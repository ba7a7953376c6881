import compare from 'semver/functions/compare-build.js';
import type { Settings } from '#kernel/index.ts';
import type { Database } from '#storage/index.ts';
import { taskInvalid, taskNotFound } from '../errors.ts';
import { readContent } from '../load.ts';
import type { Change, TaskChange, TaskFilesText, TestVerdict } from './catalogue.ts';
import { judgeNetwork } from './approval.ts';
import { contentOf, lockRow, rowOf, tasksOf, type TaskRow } from './catalogue-row.ts';
import { readTask, type Content } from './content.ts';
import { checkedFiles } from './draft/check-files.ts';
import { metadataOf, withVersion } from './draft/merge-fields.ts';
import { taskNamePattern } from './draft/task-fields.ts';
import {
  taskChanged,
  taskExists,
  taskFilesRefused,
  taskReadOnly,
  taskTestsFailed,
  taskVersionExists,
  taskVersionNotHigher,
} from './errors.ts';
import { isEditable } from './is-editable.ts';
import { markChanged } from './push-state.ts';
import { addContent, insertTask } from './store-content.ts';
import { inOrder, nextVersion } from './versions.ts';

/** Runs the tests that are among a task's files, in the sandbox. */
export type TestTask = (files: TaskFilesText) => Promise<TestVerdict>;

export interface ChangeParts {
  readonly database: Database;
  readonly testTask: TestTask;
  readonly settings: Settings;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

/** Makes a task of the database. @returns its id @throws TASK_INVALID, TASK_TESTS_FAILED, TASK_EXISTS, TASK_FILES_REFUSED, TASK_TOO_LARGE */
export async function createTask(parts: ChangeParts, files: TaskFilesText, change: Change): Promise<number> {
  const { database } = parts;
  const content = await soundContent(parts, 'new task', files, change, async (found) => {
    await refuseTaken(database.read.kysely, found);
  });
  return database.write(async (queries) => {
    await refuseTaken(queries.kysely, content);
    const network = await judgeNetwork(queries, null, content, parts.settings);
    const id = await insertTask(queries, content, null, { ...change, network, at: parts.now() });
    if (id === null) throw taskExists({ field: 'uuid', value: content.uuid });
    return id;
  });
}

/**
 * @returns the version that was stored (or was there, where nothing has changed), and the one it was raised from; null when it was not
 * @throws as `createTask`, and TASK_READ_ONLY, TASK_VERSION_EXISTS, TASK_VERSION_NOT_HIGHER, TASK_CHANGED
 */
export async function changeTask(
  parts: ChangeParts,
  id: number,
  change: TaskChange,
): Promise<{ readonly version: string; readonly raisedFrom: string | null }> {
  const { database } = parts;
  const row = await rowOf(database.read, id);
  if (row === undefined) throw taskNotFound({ ref: String(id) });
  const [task] = await tasksOf(database.read, [row]);
  if (!isEditable(task!)) throw taskReadOnly({ task: row.name, path: task!.path ?? '' });
  const known = await knownVersions(database.read.kysely, id);
  if (change.mustBeHigher === true) refuseLower(row, known, change.version);
  const { files, raisedFrom, version } = versioned(row, known, change);
  if (files === null) return { version, raisedFrom: null };
  const content = await soundContent(parts, row.name, files, change, async (found) => refuseOther(row, found));
  await database.write(async (queries) => {
    const locked = await lockRow(queries, { id });
    if (locked === undefined) throw taskNotFound({ ref: String(id) });
    const current = await contentOf(queries, id, locked.version, null);
    if (current?.checksum !== change.base) throw taskChanged({ task: row.name });
    const taken = await knownVersions(queries.kysely, id);
    if (taken.has(content.version)) throw taskVersionExists({ task: row.name, version: content.version, next: nextVersion(taken.keys()) });
    if (change.mustBeHigher === true) refuseLower(row, taken, content.version);
    const network = await judgeNetwork(queries, locked, content, parts.settings);
    await addContent(queries, locked, content, { ...change, network, at: parts.now() }, change.isActive);
    await markChanged(queries, locked);
  });
  return { version: content.version, raisedFrom };
}

function refuseLower(row: TaskRow, known: ReadonlyMap<string, string>, version: string | null): void {
  const highest = inOrder(known.keys()).at(-1);
  if (version === null || highest === undefined || compare(version, highest) > 0) return;
  throw taskVersionNotHigher({ task: row.name, version, highest });
}

/**
 * Gives changed files a version of their own: the one that is named, else the one they say when it is free, else the next.
 * @returns files null: nothing has changed
 */
function versioned(
  row: TaskRow,
  known: ReadonlyMap<string, string>,
  { files, version }: TaskChange,
): { files: TaskFilesText | null; raisedFrom: string | null; version: string } {
  const checked = checkedFiles(row.name, files);
  const said = metadataOf(files)?.['version'];
  const wanted = version ?? (typeof said === 'string' ? said : row.version);
  const asWanted = wanted === said ? files : withVersion(files, wanted);
  const checksum = known.get(wanted);
  if (checksum === undefined) {
    if (asWanted === null) throw notInMetadata(wanted);
    return { files: asWanted, raisedFrom: null, version: wanted };
  }
  if (asWanted !== null && readContent(asWanted === files ? checked : checkedFiles(row.name, asWanted)).hash === checksum) {
    return { files: null, raisedFrom: null, version: wanted };
  }
  const next = nextVersion(known.keys());
  const raised = version === null ? withVersion(files, next) : null;
  if (raised === null) throw taskVersionExists({ task: row.name, version: wanted, next });
  return { files: raised, raisedFrom: wanted, version: next };
}

function notInMetadata(version: string) {
  return taskFilesRefused({
    problems: [{ path: 'version', message: `cannot become ${version}: the metadata is not in metadata.json, so send it among the files` }],
  });
}

/** Checks files as `ratchet validate` does and runs their tests. @param judge refuses what is sound, but not here; called before the tests run */
export async function soundContent(
  { testTask }: ChangeParts,
  origin: string,
  files: TaskFilesText,
  { force }: Change,
  judge: (content: Content) => Promise<void>,
): Promise<Content> {
  const { content, report } = await readTask(checkedFiles(origin, files));
  const errors = report.problems.filter(({ severity }) => severity === 'error');
  if (content === null || errors.length > 0) throw taskInvalid({ path: report.task?.name ?? origin, problems: errors });
  if (content.name.length > 100 || !taskNamePattern.test(content.name)) {
    throw taskFilesRefused({ problems: [{ path: 'name', message: 'may hold letters, digits, - and _ only, 100 at most' }] });
  }
  await judge(content);
  const { passed, failed, failures } = await testTask(content.files);
  if (failed > 0 && !force) throw taskTestsFailed({ task: content.name, total: passed + failed, failed, failures });
  return content;
}

/** @throws TASK_EXISTS where another task has the uuid or the name */
export async function refuseTaken(kysely: Database['read']['kysely'], { uuid, name }: Content): Promise<void> {
  const taken = await kysely
    .selectFrom('tasks')
    .select(['uuid', 'name'])
    .where((where) => where.or([where('uuid', '=', uuid), where('name', '=', name)]))
    .limit(1)
    .executeTakeFirst();
  if (taken === undefined) return;
  throw taken.uuid === uuid ? taskExists({ field: 'uuid', value: uuid }) : taskExists({ field: 'name', value: name });
}

function refuseOther(row: TaskRow, content: Content): void {
  if (content.uuid === row.uuid) return;
  throw taskFilesRefused({
    problems: [{ path: 'uuid', message: `of a task never changes: the files say ${content.uuid}, the task is ${row.uuid}` }],
  });
}

/** Checksum of the current content, by version. */
export async function knownVersions(kysely: Database['read']['kysely'], id: number): Promise<Map<string, string>> {
  const rows = await kysely
    .selectFrom('task_versions')
    .select(['version', 'checksum'])
    .where('task_id', '=', id)
    .where('is_current', '=', 1)
    .execute();
  return new Map(rows.map(({ version, checksum }) => [version, checksum]));
}
