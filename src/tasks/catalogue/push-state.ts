import type { Queries } from '#storage/index.ts';
import { taskNotFound } from '../errors.ts';
import type { PendingChange, PushedChange, TaskFilesText } from './catalogue.ts';
import { contentOf, lockRow, rowOf, type TaskRow } from './catalogue-row.ts';
import { concurrencyOf } from './store-content.ts';
import { settle } from './sync/perform-task.ts';
import { latestOf } from './versions.ts';

/** Says that a task of a source holds something the source does not, in the transaction that stores it. */
export async function markChanged(queries: Queries, row: TaskRow): Promise<void> {
  if (row.repository_id === null) return;
  const status = row.sync_status === 'conflict' || row.sync_status === 'pending_push' ? row.sync_status : 'modified';
  await queries.kysely.updateTable('tasks').set({ needs_push: 1, sync_status: status }).where('id', '=', row.id).execute();
}

/** What is to be committed of a task, or is committed already when nothing is to be. @throws TASK_NOT_FOUND */
export async function pendingChange(queries: Queries, id: number): Promise<PendingChange> {
  const row = await rowOf(queries, id);
  if (row === undefined) throw taskNotFound({ ref: String(id) });
  const version = (row.needs_push === 1 ? await changedVersion(queries, id) : null) ?? row.version;
  const content = await contentOf(queries, id, version, null);
  if (content === null) throw taskNotFound({ ref: String(id) });
  const signed = await queries.kysely
    .selectFrom('task_versions')
    .select(['changed_by', 'change_description'])
    .where('task_id', '=', id)
    .where('version', '=', version)
    .where('is_current', '=', 1)
    .executeTakeFirst();
  return {
    version,
    checksum: content.checksum,
    files: content.files,
    base: row.source_checksum === null ? null : await filesOf(queries, id, row.source_checksum),
    changedBy: signed?.changed_by ?? '',
    note: signed?.change_description ?? null,
  };
}

/** The latest version that was stored here and stands in no source. */
async function changedVersion(queries: Queries, id: number): Promise<string | null> {
  const rows = await queries.kysely
    .selectFrom('task_versions')
    .select('version')
    .where('task_id', '=', id)
    .where('is_current', '=', 1)
    .where('standing', '=', 'standing')
    .where('repository_id', 'is', null)
    .execute();
  return latestOf(rows.map(({ version }) => version)) ?? null;
}

async function filesOf(queries: Queries, id: number, checksum: string): Promise<TaskFilesText | null> {
  const row = await queries.kysely
    .selectFrom('task_versions')
    .select('files')
    .where('task_id', '=', id)
    .where('checksum', '=', checksum)
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : (JSON.parse(row.files) as TaskFilesText);
}

/** Says that the source holds a content, in the transaction of `queries`. What was changed since then is still to be committed. */
export async function markPushed(
  queries: Queries,
  id: number,
  { version, checksum, commit, isInSource }: PushedChange,
  at: number,
): Promise<void> {
  const row = await lockRow(queries, { id });
  if (row === undefined || row.repository_id === null) return;
  if (!isInSource) {
    await queries.kysely.updateTable('tasks').set({ sync_status: 'pending_push', updated_at: at }).where('id', '=', id).execute();
    return;
  }
  const changed = await changedVersion(queries, id);
  const isLatest = changed === null || changed === version;
  const place = { repository_id: row.repository_id, path: row.path };
  // In its folder this takes the place of what stood there.
  await queries.kysely
    .updateTable('task_versions')
    .set({ standing: 'replaced' })
    .where('task_id', '=', id)
    .where('is_current', '=', 1)
    .where('version', '<>', version)
    .where('repository_id', '=', row.repository_id)
    .where('path', '=', row.path)
    .execute();
  await queries.kysely
    .updateTable('task_versions')
    .set({ ...place, standing: 'standing', source_error: null, ...(commit === null ? {} : { source_revision: commit }) })
    .where('task_id', '=', id)
    .where('version', '=', version)
    .where('checksum', '=', checksum)
    .execute();
  await queries.kysely
    .updateTable('tasks')
    .set({
      storage_type: 'file',
      source_checksum: checksum,
      sync_status: isLatest ? 'synced' : 'modified',
      needs_push: isLatest ? 0 : 1,
      last_synced_at: at,
      updated_at: at,
    })
    .where('id', '=', id)
    .execute();
}

/**
 * Gives up what was changed here, in the transaction of `queries`: it can still be named, and the next sync brings what the source holds.
 * @param isGone the source holds nothing of the task any more
 */
export async function giveUpChange(queries: Queries, id: number, isGone: boolean, at: number): Promise<void> {
  const row = await lockRow(queries, { id });
  if (row === undefined || row.repository_id === null || row.needs_push === 0) return;
  const before = await concurrencyOf(queries, row);
  await queries.kysely
    .updateTable('task_versions')
    .set({ standing: 'replaced' })
    .where('task_id', '=', id)
    .where('is_current', '=', 1)
    .where('repository_id', 'is', null)
    .execute();
  await queries.kysely
    .updateTable('tasks')
    .set({ storage_type: 'file', needs_push: 0, sync_status: 'synced', updated_at: at })
    .where('id', '=', id)
    .execute();
  if (isGone) await settle(queries, (await lockRow(queries, { id }))!, { before, isFound: false, at });
}

/** Tasks that hold something their source does not, the oldest first. @param sourceId null: of every source */
export async function changedTaskIds(queries: Queries, sourceId: number | null): Promise<number[]> {
  const all = queries.kysely.selectFrom('tasks').select('id').where('needs_push', '=', 1).orderBy('id');
  const rows = await (sourceId === null ? all : all.where('repository_id', '=', sourceId)).execute();
  return rows.map(({ id }) => id);
}
