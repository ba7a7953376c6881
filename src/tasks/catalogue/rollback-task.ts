import type { Queries } from '#storage/index.ts';
import { taskNotFound } from '../errors.ts';
import { namesOf, type TaskMetadata } from '../metadata.ts';
import { lockRow } from './catalogue-row.ts';
import { columnText } from './content.ts';
import { taskReadOnly, taskVersionNotFound } from './errors.ts';
import { concurrencyOf, makeDefault } from './store-content.ts';
import { inOrder } from './versions.ts';

/**
 * Makes an earlier version the one that runs, in the transaction of `queries`, until a higher one appears.
 * @param checksum chooses among several contents of the version; null: the current one of them. Refused for a task that comes from a
 *   folder: the folder says what the content of its version is
 * @throws TASK_NOT_FOUND, TASK_VERSION_NOT_FOUND, TASK_READ_ONLY
 */
export async function rollbackTask(queries: Queries, id: number, version: string, checksum: string | null, at: number): Promise<void> {
  const row = await lockRow(queries, { id });
  if (row === undefined) throw taskNotFound({ ref: String(id) });
  const all = await queries.kysely
    .selectFrom('task_versions')
    .select(['id', 'version', 'checksum', 'is_current'])
    .where('task_id', '=', id)
    .execute();
  const chosen = all.find((one) => one.version === version && (checksum === null ? one.is_current === 1 : one.checksum === checksum));
  if (chosen === undefined) {
    throw taskVersionNotFound({ task: row.name, version, available: inOrder(new Set(all.map((one) => one.version))) });
  }
  if (row.storage_type === 'file' && chosen.is_current === 0) throw taskReadOnly({ task: row.name, path: row.path ?? '' });
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
  const metadata = JSON.parse(text) as TaskMetadata;
  const { name, label } = namesOf(metadata);
  await makeDefault(
    queries,
    row,
    {
      version,
      name: columnText(name, 'name'),
      label: columnText(label, 'label'),
      description: columnText(metadata.description ?? '', 'description'),
      concurrency: metadata.concurrency ?? null,
    },
    before,
    at,
  );
}
