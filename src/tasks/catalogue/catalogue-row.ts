import type { Selectable } from 'kysely';
import type { Queries, TasksTable } from '#storage/index.ts';
import type { CatalogueTask, StoredContent, TaskFilesText } from './catalogue.ts';
import { inOrder } from './versions.ts';

export type TaskRow = Selectable<TasksTable>;

/** Rows as tasks, in their order, with the versions each has. */
export async function tasksOf(queries: Queries, rows: readonly TaskRow[]): Promise<CatalogueTask[]> {
  if (rows.length === 0) return [];
  const found = await queries.kysely
    .selectFrom('task_versions')
    .select(['task_id', 'version'])
    .where('is_current', '=', 1)
    .where(
      'task_id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
  const versions = Map.groupBy(found, ({ task_id }) => task_id);
  return rows.map((row) => taskOf(row, versions.get(row.id)?.map(({ version }) => version) ?? []));
}

function taskOf(row: TaskRow, versions: readonly string[]): CatalogueTask {
  return {
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    label: row.label,
    description: row.description,
    version: row.version,
    availableVersions: inOrder(versions),
    storageType: row.storage_type as CatalogueTask['storageType'],
    path: row.path,
    enabled: row.enabled === 1,
    maxConcurrent: row.max_concurrent,
    inSync: row.in_sync === 1,
    syncError: row.sync_error,
    missingSince: row.missing_since,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    validatedAt: row.validated_at,
  };
}

export async function rowOf(queries: Queries, id: number): Promise<TaskRow | undefined> {
  return queries.kysely.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The same, held against other changes until the end of the transaction. SQLite has one writer and holds everything. */
export async function lockRow(queries: Queries, by: { readonly id: number } | { readonly uuid: string }): Promise<TaskRow | undefined> {
  const all = queries.kysely.selectFrom('tasks').selectAll();
  const one = 'id' in by ? all.where('id', '=', by.id) : all.where('uuid', '=', by.uuid);
  return (queries.dialect === 'postgres' ? one.forNoKeyUpdate() : one).executeTakeFirst();
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** By numeric id, uuid or name, in this order; the newest of several tasks with one name. */
export async function findRow(queries: Queries, ref: string): Promise<TaskRow | undefined> {
  if (/^[1-9]\d{0,14}$/.test(ref)) {
    const row = await rowOf(queries, Number(ref));
    if (row !== undefined) return row;
  }
  if (uuidPattern.test(ref)) {
    const row = await queries.kysely.selectFrom('tasks').selectAll().where('uuid', '=', ref.toLowerCase()).executeTakeFirst();
    if (row !== undefined) return row;
  }
  if (!/^[a-zA-Z0-9_-]+$/.test(ref)) return undefined;
  return queries.kysely.selectFrom('tasks').selectAll().where('name', '=', ref).orderBy('id', 'desc').limit(1).executeTakeFirst();
}

/** @param checksum null: the current content of the version */
export async function contentOf(queries: Queries, taskId: number, version: string, checksum: string | null): Promise<StoredContent | null> {
  const versions = queries.kysely
    .selectFrom('task_versions')
    .select(['version', 'checksum', 'files', 'metadata', 'input_schema', 'output_schema'])
    .where('task_id', '=', taskId)
    .where('version', '=', version);
  const chosen = checksum === null ? versions.where('is_current', '=', 1) : versions.where('checksum', '=', checksum);
  const row = await chosen.executeTakeFirst();
  if (row === undefined) return null;
  return {
    version: row.version,
    checksum: row.checksum,
    files: JSON.parse(row.files) as TaskFilesText,
    metadata: JSON.parse(row.metadata) as JsonObject,
    inputSchema: row.input_schema === null ? null : (JSON.parse(row.input_schema) as JsonObject),
    outputSchema: row.output_schema === null ? null : (JSON.parse(row.output_schema) as JsonObject),
  };
}

type JsonObject = Readonly<Record<string, unknown>>;
