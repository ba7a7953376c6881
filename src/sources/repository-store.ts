import type { Insertable, Selectable, Updateable } from 'kysely';
import type { ListPage, ListRequest } from '#kernel/index.ts';
import { listRows, type Database, type ListColumn, type Queries, type TaskRepositoriesTable } from '#storage/index.ts';
import type { Repository, RepositoryOptions, repositoryListing, SourceProblem } from './repository.ts';

type Row = Selectable<TaskRepositoriesTable>;

/** What can be said of a source, without how its syncs went. */
export type RepositoryFields = Pick<
  Repository,
  | 'name'
  | 'kind'
  | 'uri'
  | 'origin'
  | 'ref'
  | 'subdirectory'
  | 'authName'
  | 'enabled'
  | 'pollSeconds'
  | 'isWatched'
  | 'isWritable'
  | 'pushOnChange'
  | 'options'
  | 'metadata'
>;

/** How a sync went. */
export type SyncRecord =
  | {
      readonly kind: 'synced';
      readonly revision: string | null;
      readonly checksum: string;
      readonly fetchedAt: number;
      readonly signature: string | null;
      readonly taskCount: number;
      readonly problems: readonly SourceProblem[];
    }
  | { readonly kind: 'failed'; readonly error: string; readonly code: string };

/** Rows of sources. A sync is under a lease: one process at a time reads a source, however many share the database. */
export interface RepositoryStore {
  all(): Promise<Repository[]>;
  find(id: number): Promise<Repository | null>;
  findByName(name: string): Promise<Repository | null>;
  list(request: ListRequest): Promise<ListPage<Repository>>;
  /** @returns null when there is a source with this name */
  add(fields: RepositoryFields, now: number): Promise<Repository | null>;
  /** Writes a source that the configuration or the command line says: makes it, or brings the one with its name in line. */
  declare(fields: RepositoryFields, now: number): Promise<Repository>;
  change(id: number, fields: Partial<RepositoryFields>, now: number): Promise<Repository | null>;
  /** Exactly one is the default, or none. @param id null: none */
  setDefault(id: number | null, now: number): Promise<void>;
  /** Its tasks stay, and are gone from their source. */
  remove(id: number, now: number): Promise<readonly number[]>;
  /** Forgets those of these sources that no version of any task came from. */
  removeEmpty(ids: readonly number[]): Promise<void>;
  /** @returns whether the source is this owner's to sync until then */
  lease(id: number, owner: string, now: number, until: number): Promise<boolean>;
  /** Ends the lease and writes how the sync went, if it is still this owner's. */
  record(id: number, owner: string, record: SyncRecord, now: number): Promise<Repository | null>;
  release(id: number, owner: string): Promise<void>;
  /** Leases of processes that cannot be there any more: for a database with one owner, at its start. */
  endLeases(): Promise<void>;
}

export function createRepositoryStore(database: Database): RepositoryStore {
  const byId = async (queries: Queries, id: number) => {
    const row = await queries.kysely.selectFrom('task_repositories').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : repositoryOf(row);
  };
  const update = async (id: number, set: Updateable<TaskRepositoriesTable>) =>
    database.write(async (queries) => {
      await queries.kysely.updateTable('task_repositories').set(set).where('id', '=', id).execute();
      return byId(queries, id);
    });
  return {
    async all() {
      return (await database.read.kysely.selectFrom('task_repositories').selectAll().orderBy('id').execute()).map(repositoryOf);
    },
    find: (id) => byId(database.read, id),
    async findByName(name) {
      const row = await database.read.kysely.selectFrom('task_repositories').selectAll().where('name', '=', name).executeTakeFirst();
      return row === undefined ? null : repositoryOf(row);
    },
    async list(request) {
      const from = database.read.kysely.selectFrom('task_repositories').selectAll();
      const page = await listRows({ queries: database.read, from, columns, request, key: 'task_repositories.id' });
      return { ...page, items: page.items.map(repositoryOf) };
    },
    add: (fields, now) =>
      database.write(async ({ kysely }) => {
        const row = await kysely
          .insertInto('task_repositories')
          .values({ ...columnsOf(fields), created_at: now, updated_at: now } as Insertable<TaskRepositoriesTable>)
          .onConflict((conflict) => conflict.column('name').doNothing())
          .returningAll()
          .executeTakeFirst();
        return row === undefined ? null : repositoryOf(row);
      }),
    declare: (fields, now) =>
      database.write(async ({ kysely }) => {
        const said = columnsOf(fields);
        const before = await kysely.selectFrom('task_repositories').selectAll().where('name', '=', fields.name).executeTakeFirst();
        if (before !== undefined && Object.entries(said).every(([column, value]) => before[column as keyof Row] === value)) {
          return repositoryOf(before);
        }
        const row = await kysely
          .insertInto('task_repositories')
          .values({ ...said, created_at: now, updated_at: now } as Insertable<TaskRepositoriesTable>)
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ ...said, updated_at: now }))
          .returningAll()
          .executeTakeFirstOrThrow();
        return repositoryOf(row);
      }),
    change: (id, fields, now) => update(id, { ...columnsOf(fields), updated_at: now }),
    setDefault: (id, now) =>
      database.write(async ({ kysely }) => {
        await kysely.updateTable('task_repositories').set({ is_default: 0, updated_at: now }).where('is_default', '=', 1).execute();
        if (id !== null)
          await kysely.updateTable('task_repositories').set({ is_default: 1, updated_at: now }).where('id', '=', id).execute();
      }),
    remove: (id, now) => database.write((queries) => removeRepository(queries, id, now)),
    async removeEmpty(ids) {
      if (ids.length === 0) return;
      await database.write(({ kysely }) =>
        kysely
          .deleteFrom('task_repositories')
          .where('id', 'in', ids)
          .where((where) =>
            where.not(
              where.exists(
                where.selectFrom('task_versions').select('id').whereRef('task_versions.repository_id', '=', 'task_repositories.id'),
              ),
            ),
          )
          .where((where) =>
            where.not(where.exists(where.selectFrom('tasks').select('id').whereRef('tasks.repository_id', '=', 'task_repositories.id'))),
          )
          .execute(),
      );
    },
    lease: (id, owner, now, until) =>
      database.write(async ({ run }) => {
        const taken = await run(
          `UPDATE task_repositories SET sync_owner = $1, sync_until = $2
           WHERE id = $3 AND (sync_owner IS NULL OR sync_owner = $1 OR sync_until < $4)`,
          [owner, until, id, now],
        );
        return taken === 1;
      }),
    record: (id, owner, record, now) =>
      database.write(async (queries) => {
        const { numUpdatedRows } = await queries.kysely
          .updateTable('task_repositories')
          .set((set) => ({
            ...outcomeColumns(record, now),
            failures: record.kind === 'synced' ? 0 : set('failures', '+', 1),
            sync_owner: null,
            sync_until: null,
          }))
          .where('id', '=', id)
          .where('sync_owner', '=', owner)
          .executeTakeFirst();
        return Number(numUpdatedRows) === 0 ? null : byId(queries, id);
      }),
    async release(id, owner) {
      await database.write(({ run }) =>
        run('UPDATE task_repositories SET sync_owner = NULL, sync_until = NULL WHERE id = $1 AND sync_owner = $2', [id, owner]),
      );
    },
    async endLeases() {
      await database.write(({ run }) =>
        run('UPDATE task_repositories SET sync_owner = NULL, sync_until = NULL WHERE sync_owner IS NOT NULL'),
      );
    },
  };
}

/** Its tasks can be run no more until another source brings them; what ran stays. @returns the tasks that changed */
async function removeRepository(queries: Queries, id: number, now: number): Promise<readonly number[]> {
  const { kysely } = queries;
  const found = await kysely
    .selectFrom('task_versions')
    .select('task_id')
    .distinct()
    .where('repository_id', '=', id)
    .where('is_current', '=', 1)
    .execute();
  const taskIds = found.map(({ task_id }) => task_id);
  await kysely.updateTable('task_versions').set({ standing: 'gone', source_error: null }).where('repository_id', '=', id).execute();
  for (const taskId of taskIds) {
    const left = await kysely
      .selectFrom('task_versions')
      .select('id')
      .where('task_id', '=', taskId)
      .where('is_current', '=', 1)
      .where('standing', '=', 'standing')
      .limit(1)
      .executeTakeFirst();
    if (left !== undefined) continue;
    await kysely
      .updateTable('tasks')
      .set({ in_sync: 0, sync_error: 'The source it came from was removed.', missing_since: now, updated_at: now })
      .where('id', '=', taskId)
      .where('missing_since', 'is', null)
      .execute();
  }
  // What was to be committed there is the database's alone now.
  await kysely
    .updateTable('tasks')
    .set({ sync_status: 'local', needs_push: 0, path: null, updated_at: now })
    .where('repository_id', '=', id)
    .where('storage_type', '=', 'database')
    .execute();
  await kysely.deleteFrom('task_repositories').where('id', '=', id).execute();
  return taskIds;
}

function outcomeColumns(record: SyncRecord, now: number): Updateable<TaskRepositoriesTable> {
  if (record.kind === 'failed') {
    return { sync_status: 'failed', sync_error: record.error, sync_error_code: record.code, last_attempt_at: now };
  }
  return {
    sync_status: 'synced',
    sync_error: null,
    sync_error_code: null,
    last_attempt_at: now,
    last_sync_at: now,
    revision: record.revision,
    checksum: record.checksum,
    fetched_at: record.fetchedAt,
    signature: record.signature,
    task_count: record.taskCount,
    problems: JSON.stringify(record.problems),
  };
}

function columnsOf(fields: Partial<RepositoryFields>): Updateable<TaskRepositoriesTable> {
  const flag = (value: boolean | undefined) => (value === undefined ? undefined : value ? 1 : 0);
  const columns: Updateable<TaskRepositoriesTable> = {
    name: fields.name,
    repository_type: fields.kind,
    uri: fields.uri,
    origin: fields.origin,
    git_ref: fields.ref,
    subdirectory: fields.subdirectory,
    auth_name: fields.authName,
    enabled: flag(fields.enabled),
    poll_seconds: fields.pollSeconds,
    is_watched: flag(fields.isWatched),
    is_writable: flag(fields.isWritable),
    push_on_change: flag(fields.pushOnChange),
    options: fields.options === undefined ? undefined : JSON.stringify(fields.options),
    metadata: fields.metadata === undefined ? undefined : fields.metadata === null ? null : JSON.stringify(fields.metadata),
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}

function repositoryOf(row: Row): Repository {
  return {
    id: row.id,
    name: row.name,
    kind: row.repository_type as Repository['kind'],
    uri: row.uri,
    origin: row.origin as Repository['origin'],
    ref: row.git_ref,
    subdirectory: row.subdirectory,
    authName: row.auth_name,
    enabled: row.enabled === 1,
    pollSeconds: row.poll_seconds,
    isWatched: row.is_watched === 1,
    isDefault: row.is_default === 1,
    isWritable: row.is_writable === 1,
    pushOnChange: row.push_on_change === 1,
    options: JSON.parse(row.options) as RepositoryOptions,
    metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as Record<string, unknown>),
    syncStatus: row.sync_status as Repository['syncStatus'],
    syncError: row.sync_error,
    syncErrorCode: row.sync_error_code,
    failures: row.failures,
    lastSyncAt: row.last_sync_at,
    lastAttemptAt: row.last_attempt_at,
    revision: row.revision,
    checksum: row.checksum,
    fetchedAt: row.fetched_at,
    signature: row.signature,
    taskCount: row.task_count,
    problems: JSON.parse(row.problems) as SourceProblem[],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

const lower = (value: unknown) => String(value).toLowerCase();

const columns: Readonly<Record<keyof (typeof repositoryListing)['fields'], ListColumn>> = {
  // What is no number is the id of no source.
  id: { column: 'task_repositories.id', isRequired: true, read: (value) => (/^\d{1,15}$/.test(String(value)) ? Number(value) : -1) },
  name: { column: 'task_repositories.name', isRequired: true, isText: true },
  repositoryType: { column: 'task_repositories.repository_type', isRequired: true, isText: true, read: lower },
  uri: { column: 'task_repositories.uri', isRequired: true, isText: true },
  origin: { column: 'task_repositories.origin', isRequired: true, isText: true, read: lower },
  enabled: { column: 'task_repositories.enabled', isRequired: true },
  isDefault: { column: 'task_repositories.is_default', isRequired: true },
  isWritable: { column: 'task_repositories.is_writable', isRequired: true },
  syncStatus: { column: 'task_repositories.sync_status', isRequired: true, isText: true, read: lower },
  lastSyncAt: { column: 'task_repositories.last_sync_at' },
  createdAt: { column: 'task_repositories.created_at', isRequired: true },
  updatedAt: { column: 'task_repositories.updated_at', isRequired: true },
};
