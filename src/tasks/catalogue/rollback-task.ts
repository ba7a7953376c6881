import type { Queries } from '#storage/index.ts';
import { taskNotFound } from '../errors.ts';
import { lockRow, placeOfRow } from './catalogue-row.ts';
import { taskReadOnly, taskVersionDisabled, taskVersionNotFound } from './errors.ts';
import { concurrencyOf, makeDefault, shownOf } from './store-content.ts';
import { inOrder } from './versions.ts';

/**
 * Makes an earlier version the one that runs, in the transaction of `queries`, until a higher one appears.
 * @param checksum chooses among several contents of the version; null: the current one of them. Refused for a task that comes from a
 *   folder: the folder says what the content of its version is
 * @throws TASK_NOT_FOUND, TASK_VERSION_NOT_FOUND, TASK_VERSION_DISABLED, TASK_READ_ONLY
 */
export async function rollbackTask(queries: Queries, id: number, version: string, checksum: string | null, at: number): Promise<void> {
  const row = await lockRow(queries, { id });
  if (row === undefined) throw taskNotFound({ ref: String(id) });
  const all = await queries.kysely
    .selectFrom('task_versions')
    .select(['id', 'version', 'checksum', 'is_current', 'standing', 'enabled'])
    .where('task_id', '=', id)
    .execute();
  const chosen = all.find((one) => one.version === version && (checksum === null ? one.is_current === 1 : one.checksum === checksum));
  if (chosen === undefined || chosen.standing === 'gone') {
    throw taskVersionNotFound({ task: row.name, version, available: inOrder(new Set(all.map((one) => one.version))) });
  }
  if (chosen.enabled === 0) throw taskVersionDisabled({ task: row.name, version });
  if (row.storage_type === 'file' && chosen.is_current === 0) throw taskReadOnly({ task: row.name, path: await placeOfRow(queries, row) });
  const before = await concurrencyOf(queries, row);
  if (chosen.is_current === 0) {
    await queries.kysely
      .updateTable('task_versions')
      .set({ is_current: 0 })
      .where('task_id', '=', id)
      .where('version', '=', version)
      .execute();
    await queries.kysely.updateTable('task_versions').set({ is_current: 1 }).where('id', '=', chosen.id).execute();
  }
  const { metadata: text } = await queries.kysely
    .selectFrom('task_versions')
    .select('metadata')
    .where('id', '=', chosen.id)
    .executeTakeFirstOrThrow();
  await makeDefault(queries, row, shownOf(version, text), before, at);
}
