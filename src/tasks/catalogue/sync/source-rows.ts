import type { Queries } from '#storage/index.ts';

/** A task that comes from a folder or ZIP, as far as a sync needs it. */
export interface SourceRow {
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
  readonly path: string;
  readonly isInSync: boolean;
  readonly syncError: string | null;
  readonly isMissing: boolean;
  /** Of the current content of each version. */
  readonly checksums: ReadonlySet<string>;
}

/** Every task that comes from a folder or ZIP; reads no files. */
export async function sourceRows(queries: Queries): Promise<SourceRow[]> {
  const [rows, versions] = await Promise.all([
    queries.kysely
      .selectFrom('tasks')
      .select(['id', 'uuid', 'name', 'path', 'in_sync', 'sync_error', 'missing_since'])
      .where('storage_type', '=', 'file')
      .orderBy('id')
      .execute(),
    queries.kysely
      .selectFrom('task_versions')
      .innerJoin('tasks', 'tasks.id', 'task_versions.task_id')
      .select(['task_versions.task_id', 'task_versions.checksum'])
      .where('tasks.storage_type', '=', 'file')
      .where('task_versions.is_current', '=', 1)
      .execute(),
  ]);
  const checksums = Map.groupBy(versions, ({ task_id }) => task_id);
  return rows.map((row) => ({
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    path: row.path ?? '',
    isInSync: row.in_sync === 1,
    syncError: row.sync_error,
    isMissing: row.missing_since !== null,
    checksums: new Set(checksums.get(row.id)?.map(({ checksum }) => checksum)),
  }));
}
