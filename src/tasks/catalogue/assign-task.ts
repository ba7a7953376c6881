import type { Queries } from '#storage/index.ts';
import { taskNotFound } from '../errors.ts';
import { lockRow, placeOfRow } from './catalogue-row.ts';
import { taskReadOnly } from './errors.ts';

/**
 * Says to which source a task belongs, in the transaction of `queries`. What is stored is to be committed there; with null, the task belongs
 * to no source any more and what is stored stays.
 * @throws TASK_NOT_FOUND, TASK_READ_ONLY when it stands in another source
 */
export async function assignTask(
  queries: Queries,
  id: number,
  place: { readonly repositoryId: number; readonly path: string } | null,
  at: number,
): Promise<void> {
  const row = await lockRow(queries, { id });
  if (row === undefined) throw taskNotFound({ ref: String(id) });
  if (place === null) {
    await queries.kysely
      .updateTable('task_versions')
      .set({ repository_id: null, path: null, source_error: null, standing: 'standing' })
      .where('task_id', '=', id)
      .execute();
    await queries.kysely
      .updateTable('tasks')
      .set({
        storage_type: 'database',
        repository_id: null,
        path: null,
        sync_status: 'local',
        needs_push: 0,
        source_checksum: null,
        in_sync: 1,
        sync_error: null,
        missing_since: null,
        updated_at: at,
      })
      .where('id', '=', id)
      .execute();
    return;
  }
  if (row.storage_type === 'file') {
    if (row.repository_id === place.repositoryId && row.path === place.path) return;
    throw taskReadOnly({ task: row.name, path: await placeOfRow(queries, row) });
  }
  await queries.kysely
    .updateTable('tasks')
    .set({ repository_id: place.repositoryId, path: place.path, sync_status: 'pending_push', needs_push: 1, updated_at: at })
    .where('id', '=', id)
    .execute();
}
