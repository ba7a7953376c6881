import type { Queries } from '#storage/index.ts';
import { taskNotFound } from '../errors.ts';
import { lockRow } from './catalogue-row.ts';
import { taskVersionNotFound } from './errors.ts';
import { concurrencyOf, makeDefault, shownOf } from './store-content.ts';
import { inOrder, latestOf } from './versions.ts';

/**
 * Lets jobs run a version of a task, or keeps them from it, in the transaction of `queries`. When the one that runs is switched off, the
 * latest that is left takes its place; when one that is later than it is switched on, that one does.
 * @throws TASK_NOT_FOUND, TASK_VERSION_NOT_FOUND
 */
export async function enableVersion(queries: Queries, id: number, version: string, enabled: boolean, at: number): Promise<void> {
  const row = await lockRow(queries, { id });
  if (row === undefined) throw taskNotFound({ ref: String(id) });
  const versions = await queries.kysely
    .selectFrom('task_versions')
    .select(['version', 'metadata', 'standing', 'enabled'])
    .where('task_id', '=', id)
    .where('is_current', '=', 1)
    .execute();
  const chosen = versions.find((one) => one.version === version);
  if (chosen === undefined) throw taskVersionNotFound({ task: row.name, version, available: inOrder(versions.map((one) => one.version)) });
  if ((chosen.enabled === 1) === enabled) return;
  const before = await concurrencyOf(queries, row);
  await queries.kysely
    .updateTable('task_versions')
    .set({ enabled: enabled ? 1 : 0 })
    .where('task_id', '=', id)
    .where('version', '=', version)
    .execute();
  await queries.kysely.updateTable('tasks').set({ updated_at: at }).where('id', '=', id).execute();
  const left = versions.filter((one) => one.standing === 'standing' && (one.version === version ? enabled : one.enabled === 1));
  const latest = latestOf(left.map((one) => one.version));
  if (latest === undefined || latest === row.version) return;
  // A rollback holds until something better comes: only the version in question may take over, or leave its place.
  if (enabled ? latest !== version : row.version !== version) return;
  const { metadata } = versions.find((one) => one.version === latest)!;
  const { validated_at } = row;
  await makeDefault(queries, row, shownOf(latest, metadata), before, at);
  await queries.kysely.updateTable('tasks').set({ validated_at }).where('id', '=', id).execute();
}
