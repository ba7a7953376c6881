import type { Selectable } from 'kysely';
import type { Queries, TasksTable } from '#storage/index.ts';
import type { CatalogueTask, StoredContent, TaskFilesText, TaskSource } from './catalogue.ts';
import { inOrder } from './versions.ts';

export type TaskRow = Selectable<TasksTable>;

/** The current content of a version, as far as a task shows it. */
export interface CurrentVersion {
  readonly version: string;
  readonly checksum: string;
  readonly standing: 'standing' | 'replaced' | 'gone';
  readonly isEnabled: boolean;
  /** Hosts that somebody has to approve of before anything runs it; null: it may run. */
  readonly unapproved: readonly string[] | null;
}

/** A task with the current content of each version. */
export interface TaskWithVersions {
  readonly task: CatalogueTask;
  readonly versions: readonly CurrentVersion[];
}

/** Rows as tasks, in their order, with the versions each has. */
export async function tasksOf(queries: Queries, rows: readonly TaskRow[]): Promise<CatalogueTask[]> {
  return (await tasksWithVersions(queries, rows)).map(({ task }) => task);
}

export async function tasksWithVersions(queries: Queries, rows: readonly TaskRow[]): Promise<TaskWithVersions[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const sourceIds = [...new Set(rows.flatMap(({ repository_id }) => (repository_id === null ? [] : [repository_id])))];
  const [found, sources] = await Promise.all([
    queries.kysely
      .selectFrom('task_versions')
      .select(['task_id', 'version', 'checksum', 'standing', 'enabled', 'needs_approval', 'network_growth'])
      .where('is_current', '=', 1)
      .where('task_id', 'in', ids)
      .execute(),
    sourceIds.length === 0
      ? []
      : queries.kysely
          .selectFrom('task_repositories')
          .select([
            'id',
            'name',
            'repository_type',
            'uri',
            'git_ref',
            'subdirectory',
            'revision',
            'last_sync_at',
            'is_writable',
            'push_on_change',
          ])
          .where('id', 'in', sourceIds)
          .execute(),
  ]);
  const versionsById = Map.groupBy(found, ({ task_id }) => task_id);
  const sourcesById = new Map(sources.map((source) => [source.id, source]));
  return rows.map((row) => {
    const versions = (versionsById.get(row.id) ?? []).map((one): CurrentVersion => ({
      version: one.version,
      checksum: one.checksum,
      standing: one.standing as CurrentVersion['standing'],
      isEnabled: one.enabled === 1,
      unapproved: one.needs_approval === 1 ? (growthOf(one.network_growth) ?? []) : null,
    }));
    const source = row.repository_id === null ? undefined : sourcesById.get(row.repository_id);
    return { task: taskOf(row, versions, source === undefined ? null : sourceOf(row, source), source?.last_sync_at ?? null), versions };
  });
}

function taskOf(
  row: TaskRow,
  versions: readonly CurrentVersion[],
  source: TaskSource | null,
  sourceSyncedAt: number | null,
): CatalogueTask {
  const there = versions.filter(({ standing }) => standing !== 'gone' || row.missing_since !== null);
  const named = (wanted: boolean) => inOrder(there.filter(({ isEnabled }) => isEnabled === wanted).map(({ version }) => version));
  return {
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    label: row.label,
    description: row.description,
    version: row.version,
    availableVersions: named(true),
    disabledVersions: named(false),
    unapprovedVersions: inOrder(there.filter(({ unapproved }) => unapproved !== null).map(({ version }) => version)),
    isTool: row.is_tool === 1,
    storageType: row.storage_type as CatalogueTask['storageType'],
    path: row.storage_type === 'database' ? null : source === null ? row.path : placeOf(source),
    source,
    syncStatus: row.sync_status as CatalogueTask['syncStatus'],
    needsPush: row.needs_push === 1,
    // What is in sync was found to be so by the last sync of its source.
    lastSyncedAt: row.in_sync === 1 && source !== null ? (sourceSyncedAt ?? row.last_synced_at) : row.last_synced_at,
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

/** What a version may reach and the one before could not. @param column JSON text */
export function growthOf(column: string | null): readonly string[] | null {
  return column === null ? null : (JSON.parse(column) as string[]);
}

interface SourceColumns {
  readonly id: number;
  readonly name: string;
  readonly repository_type: string;
  readonly uri: string;
  readonly git_ref: string | null;
  readonly subdirectory: string | null;
  readonly revision: string | null;
  readonly last_sync_at: number | null;
  readonly is_writable: number;
  readonly push_on_change: number;
}

function sourceOf(row: TaskRow, source: SourceColumns): TaskSource {
  return {
    id: source.id,
    name: source.name,
    kind: source.repository_type as TaskSource['kind'],
    uri: source.uri,
    ref: source.git_ref,
    subdirectory: source.subdirectory,
    revision: source.revision,
    path: row.path ?? '.',
    canPush: source.is_writable === 1,
    autoPush: source.push_on_change === 1,
  };
}

/** Where a task stands, for people: a path on this machine, or the address of its source with the path inside. */
function placeOf({ kind, uri, path }: TaskSource): string {
  if (kind !== 'filesystem') return path === '.' ? uri : `${uri}#${path}`;
  const root = folderOf(uri);
  return path === '.' ? root : `${root}/${path}`;
}

function folderOf(uri: string): string {
  try {
    return decodeURIComponent(new URL(uri).pathname);
  } catch {
    return uri;
  }
}

/** Where the task of a row stands, for people; empty for one of the database. */
export async function placeOfRow(queries: Queries, row: TaskRow): Promise<string> {
  return (await tasksOf(queries, [row]))[0]!.path ?? '';
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
