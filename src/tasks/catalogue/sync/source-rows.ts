import type { Queries } from '#storage/index.ts';

/** The current content of one version of a task that comes from a source, as far as a sync needs it. */
export interface VersionRow {
  readonly id: number;
  readonly taskId: number;
  readonly uuid: string;
  /** Of the task: that of the version that runs. */
  readonly name: string;
  readonly version: string;
  readonly checksum: string;
  /** Null: stored here and in no source. */
  readonly sourceId: number | null;
  /** Inside the source. */
  readonly path: string | null;
  readonly standing: 'standing' | 'replaced' | 'gone';
  readonly error: string | null;
  /** Of the task: it was changed here, and what has no source is that change. */
  readonly needsPush: boolean;
}

/** Of every task that comes from a source; reads no files. */
export async function versionRows(queries: Queries): Promise<VersionRow[]> {
  const rows = await queries.kysely
    .selectFrom('task_versions')
    .innerJoin('tasks', 'tasks.id', 'task_versions.task_id')
    .select([
      'task_versions.id',
      'task_versions.task_id',
      'tasks.uuid',
      'tasks.name',
      'tasks.needs_push',
      'task_versions.version',
      'task_versions.checksum',
      'task_versions.repository_id',
      'task_versions.path',
      'task_versions.standing',
      'task_versions.source_error',
    ])
    .where('tasks.storage_type', '=', 'file')
    .where('task_versions.is_current', '=', 1)
    .orderBy('task_versions.id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    taskId: row.task_id,
    uuid: row.uuid,
    name: row.name,
    version: row.version,
    checksum: row.checksum,
    sourceId: row.repository_id,
    path: row.path,
    standing: row.standing as VersionRow['standing'],
    error: row.source_error,
    needsPush: row.needs_push === 1,
  }));
}
