import type { Queries } from '#storage/index.ts';
import { lockRow, type TaskRow } from '../catalogue-row.ts';
import { concurrencyOf, insertTask, insertVersion, makeDefault, shownOf, type Place, type Signature } from '../store-content.ts';
import { inOrder, latestOf } from '../versions.ts';
import type { Step } from './plan.ts';

/** What became of a task. `same`: another process had done it before. */
export interface Performed {
  readonly kind: 'added' | 'updated' | 'removed' | 'broken' | 'same';
  /** 0 where nothing was stored. */
  readonly taskId: number;
  readonly name: string;
  readonly errors: readonly { readonly path: string; readonly error: string }[];
}

export interface TaskSteps {
  readonly sourceId: number;
  readonly revision: string | null;
  readonly uuid: string;
  readonly steps: readonly Step[];
  readonly at: number;
}

/** Brings one task in line with its source, in the transaction of `queries`. */
export async function performTask(queries: Queries, work: TaskSteps): Promise<Performed> {
  const { uuid, steps, at } = work;
  const errors: { path: string; error: string }[] = [];
  let row = await lockRow(queries, { uuid });
  let isNew = false;
  if (row === undefined) {
    const first = steps.find((step) => step.kind === 'store');
    // It was removed by hand a moment ago.
    if (first === undefined) return { kind: 'same', taskId: 0, name: '', errors };
    isNew = (await insertTask(queries, first.content, placeOf(work, first.path), signatureOf(at, null))) !== null;
    row = (await lockRow(queries, { uuid }))!;
  }
  if (row.storage_type === 'database' && !(await adopt(queries, row, work, errors)))
    return { kind: 'same', taskId: row.id, name: row.name, errors };
  const before = await concurrencyOf(queries, row);
  let changes = 0;
  for (const step of steps) changes += await perform(queries, row, step, work, errors);
  if (changes === 0 && !isNew) return { kind: 'same', taskId: row.id, name: row.name, errors };
  const isFound = isNew || steps.some(({ kind }) => kind === 'store' || kind === 'restore');
  const { name, isMissing } = await settle(queries, row, { before, isFound, at });
  const kind = isNew ? 'added' : isMissing ? 'removed' : steps.every((step) => step.kind === 'break') ? 'broken' : 'updated';
  return { kind, taskId: row.id, name, errors };
}

/** @returns 1 when it changed anything, else 0 */
async function perform(
  queries: Queries,
  row: TaskRow,
  step: Step,
  work: TaskSteps,
  errors: { path: string; error: string }[],
): Promise<0 | 1> {
  const set = async (columns: { standing?: string; source_error?: string | null; repository_id?: number; path?: string }, id: number) => {
    await queries.kysely.updateTable('task_versions').set(columns).where('id', '=', id).where('is_current', '=', 1).execute();
    return 1 as const;
  };
  switch (step.kind) {
    case 'store':
      return store(queries, row, step, work, errors);
    case 'restore':
      return set({ standing: 'standing', source_error: null, repository_id: work.sourceId, path: step.path }, step.row.id);
    case 'break':
      return set({ source_error: step.error }, step.row.id);
    case 'replace':
      return set({ standing: 'replaced', source_error: null }, step.row.id);
    case 'miss':
      return set({ standing: 'gone', source_error: null }, step.row.id);
  }
}

async function store(
  queries: Queries,
  row: TaskRow,
  { path, content, from }: Extract<Step, { kind: 'store' }>,
  work: TaskSteps,
  errors: { path: string; error: string }[],
): Promise<0 | 1> {
  const current = await queries.kysely
    .selectFrom('task_versions')
    .select(['id', 'checksum', 'repository_id', 'path', 'standing', 'source_error'])
    .where('task_id', '=', row.id)
    .where('version', '=', content.version)
    .where('is_current', '=', 1)
    .executeTakeFirst();
  const isHere = current?.repository_id === work.sourceId && current.path === path;
  if (
    current !== undefined &&
    current.checksum === content.checksum &&
    isHere &&
    current.standing === 'standing' &&
    current.source_error === null
  )
    return 0;
  // Another process found the version elsewhere since the plan was made.
  const isTaken = current?.standing === 'standing' && current.repository_id !== null && !isHere && current.id !== from?.id;
  if (isTaken) {
    errors.push({ path, error: `Version ${content.version} of the task ${row.name} was found elsewhere at the same time.` });
    return 0;
  }
  // Another folder may hold another version of the task, which has nothing to do with what was changed here.
  const isWhatChanged = path === row.path || current?.repository_id === null;
  if (row.needs_push === 1 && isWhatChanged && content.checksum !== current?.checksum && content.checksum !== row.source_checksum) {
    await queries.kysely.updateTable('tasks').set({ sync_status: 'conflict' }).where('id', '=', row.id).execute();
    errors.push({
      path,
      error: `The task ${row.name} was changed here and in its source. What was changed here runs until one of the two is taken.`,
    });
    return 0;
  }
  const note = current === undefined || current.checksum === content.checksum ? null : 'The files changed without a new version.';
  await insertVersion(queries, row.id, content, placeOf(work, path), signatureOf(work.at, note));
  return 1;
}

/** A task of the database belongs to a source once the source holds what is stored. @returns whether it does */
async function adopt(queries: Queries, row: TaskRow, work: TaskSteps, errors: { path: string; error: string }[]): Promise<boolean> {
  const stores = work.steps.filter((step) => step.kind === 'store');
  if (row.repository_id !== work.sourceId) {
    for (const { path } of stores) {
      errors.push({
        path,
        error: `It has the uuid ${row.uuid} of the task ${row.name}, which is stored in the database. Give it a uuid of its own.`,
      });
    }
    return false;
  }
  const current = await queries.kysely
    .selectFrom('task_versions')
    .select('checksum')
    .where('task_id', '=', row.id)
    .where('is_current', '=', 1)
    .execute();
  if (!stores.some(({ content }) => current.some(({ checksum }) => checksum === content.checksum))) {
    await queries.kysely.updateTable('tasks').set({ sync_status: 'conflict' }).where('id', '=', row.id).execute();
    for (const { path } of stores)
      errors.push({ path, error: `The task ${row.name} is to be committed here, and other files are there already.` });
    return false;
  }
  await queries.kysely.updateTable('tasks').set({ storage_type: 'file', needs_push: 0 }).where('id', '=', row.id).execute();
  return true;
}

/**
 * Makes the row of a task say what its versions say: which one runs, where it stands, and what is wrong.
 * @param now.before the concurrency that the metadata wanted until now @param now.isFound something was found valid
 */
export async function settle(
  queries: Queries,
  row: TaskRow,
  { before, isFound, at }: { readonly before: number | null; readonly isFound: boolean; readonly at: number },
): Promise<{ readonly name: string; readonly isMissing: boolean }> {
  const versions = await queries.kysely
    .selectFrom('task_versions')
    .select(['version', 'checksum', 'metadata', 'repository_id', 'path', 'standing', 'source_error', 'enabled'])
    .where('task_id', '=', row.id)
    .where('is_current', '=', 1)
    .execute();
  const standing = versions.filter((one) => one.standing === 'standing');
  const enabled = standing.filter((one) => one.enabled === 1);
  const version = latestOf((enabled.length > 0 ? enabled : standing).map((one) => one.version)) ?? row.version;
  const chosen = versions.find((one) => one.version === version);
  const isMissing = standing.length === 0;
  const broken = standing.find((one) => one.source_error !== null);
  const fromSource = standing.filter((one) => one.repository_id !== null);
  // What was changed here and waits to be committed stands in no source; its place is that of what it was made from.
  const madeHere = standing.filter((one) => one.repository_id === null).map((one) => one.version);
  const arrived = fromSource.find((one) => one.path === row.path && one.checksum !== row.source_checksum);
  const isAhead = arrived === undefined ? madeHere.length > 0 : inOrder([arrived.version, ...madeHere]).at(-1) !== arrived.version;
  const isPending = row.needs_push === 1 && isAhead;
  const madeFrom = fromSource.find((one) => one.checksum === row.source_checksum);
  const latest = latestOf(fromSource.map((one) => one.version));
  const placed = chosen?.repository_id == null ? fromSource.find((one) => one.version === latest) : chosen;
  const place = (isPending ? (arrived ?? madeFrom) : placed) ?? null;
  const shown = chosen === undefined ? null : shownOf(version, chosen.metadata);
  if (shown !== null && (isFound || version !== row.version)) await makeDefault(queries, row, shown, before, at);
  await queries.kysely
    .updateTable('tasks')
    .set({
      in_sync: isMissing || broken !== undefined ? 0 : 1,
      sync_error: isMissing ? `${row.path ?? 'What it came from'} is gone.` : (broken?.source_error ?? null),
      missing_since: isMissing ? (row.missing_since ?? at) : null,
      updated_at: at,
      last_synced_at: at,
      ...(place === null ? {} : { repository_id: place.repository_id, path: place.path, source_checksum: place.checksum }),
      ...(isPending ? {} : { needs_push: 0, sync_status: 'synced' }),
    })
    .where('id', '=', row.id)
    .execute();
  return { name: shown?.name ?? row.name, isMissing };
}

function placeOf({ sourceId, revision }: TaskSteps, path: string): Place {
  return { repositoryId: sourceId, path, revision };
}

function signatureOf(at: number, note: string | null): Signature {
  return { by: 'sync', note, at };
}
