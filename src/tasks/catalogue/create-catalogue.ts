import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock, Settings } from '#kernel/index.ts';
import type { Database, Queries } from '#storage/index.ts';
import { taskNotFound } from '../errors.ts';
import { filesFromMemory } from '../files/task-files.ts';
import { loadFrom } from '../load.ts';
import type { Task } from '../task.ts';
import { examine, validateTask, type ValidationReport } from '../validate.ts';
import { approveVersion } from './approval.ts';
import { assignTask } from './assign-task.ts';
import type { Catalogue, CatalogueTask, StoredContent, SyncReport, TaskSource } from './catalogue.ts';
import { contentOf, rowOf, tasksOf, type CurrentVersion } from './catalogue-row.ts';
import { changeTask, createTask, type TestTask } from './change-task.ts';
import { checkedFiles } from './draft/check-files.ts';
import { taskNeedsApproval, taskSourceGone, taskVersionDisabled, taskVersionNotFound } from './errors.ts';
import { createKnownTasks, type KnownTask } from './known-tasks.ts';
import { listTasks, taskStatistics } from './list-tasks.ts';
import { changedTaskIds, giveUpChange, markPushed, pendingChange } from './push-state.ts';
import { createReadyTasks } from './ready-tasks.ts';
import { removeTask } from './remove-task.ts';
import { rollbackTask } from './rollback-task.ts';
import { enableVersion } from './enable-version.ts';
import type { BrokenTasks } from './sync/survey.ts';
import { sync } from './sync/sync.ts';
import { importTask } from './transfer/import-task.ts';
import { versionsOf } from './versions-of.ts';

export interface CatalogueParts {
  readonly database: Database;
  readonly settings: Settings;
  readonly clock: Clock;
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
  /** Runs the tests of a task that is to be stored. */
  readonly testTask: TestTask;
}

/** Changes are announced to other processes in these words, followed by the id. */
const changedWord = 'task ';

/** The tasks in a database, kept in line with folders. */
export function createCatalogue({ database, settings, clock, random, testTask }: CatalogueParts): Catalogue {
  const known = createKnownTasks(database, clock);
  const ready = createReadyTasks(settings);
  const listeners = new Set<(taskId: number) => void>();
  const broken: BrokenTasks = new Map();
  const changing = { database, testTask, settings, now: () => clock.now() };
  let syncs: Promise<unknown> = Promise.resolve();
  let lastSync: number | null = null;

  const endListening = database.listen('control', (message) => {
    if (!message.startsWith(changedWord)) return;
    known.forget();
    const id = Number(message.slice(changedWord.length));
    for (const listener of listeners) listener(id);
  });

  const told = (id: number): void => {
    known.forget();
    database.announce('control', `${changedWord}${id}`);
  };

  const write = async (id: number, work: (queries: Queries) => Promise<void>): Promise<void> => {
    await database.write(work);
    told(id);
  };

  const taskNow = async (id: number): Promise<CatalogueTask> => {
    const row = await rowOf(database.read, id);
    if (row === undefined) throw taskNotFound({ ref: String(id) });
    return (await tasksOf(database.read, [row]))[0]!;
  };

  const knownTask = async (id: number): Promise<KnownTask> => {
    const found = await known.get(id);
    if (found === null) throw taskNotFound({ ref: String(id) });
    return found;
  };

  const chosen = async (id: number, version: string | null): Promise<{ known: KnownTask; current: CurrentVersion }> => {
    const found = await knownTask(id);
    const wanted = version ?? found.task.version;
    const current = found.versions.get(wanted);
    if (current === undefined) {
      throw taskVersionNotFound({ task: found.task.name, version: wanted, available: found.task.availableVersions });
    }
    return { known: found, current };
  };

  const content = async (id: number, version: string | null): Promise<StoredContent> => {
    const { known: found, current } = await chosen(id, version);
    const stored = await contentOf(database.read, id, current.version, current.checksum);
    if (stored !== null) return stored;
    throw taskVersionNotFound({ task: found.task.name, version: current.version, available: found.task.availableVersions });
  };

  const make = async (id: number, version: string, { task }: KnownTask): Promise<Task> => {
    const { files } = await content(id, version);
    return loadFrom(filesFromMemory(task.path ?? `${task.name}@${version}`, files));
  };

  return {
    find: async (ref) => (await known.find(ref))?.task ?? null,
    async load(id, version) {
      const { known: found, current } = await chosen(id, version);
      const { name, path, missingSince } = found.task;
      if (missingSince !== null) throw taskSourceGone({ task: name, path: path ?? '' });
      if (current.standing === 'gone') throw taskSourceGone({ task: `${name}@${current.version}`, path: 'the folder' });
      if (!current.isEnabled) throw taskVersionDisabled({ task: name, version: current.version });
      if (current.unapproved !== null) throw taskNeedsApproval({ task: name, version: current.version, hosts: current.unapproved });
      return ready.get(current.checksum, () => make(id, current.version, found));
    },
    files: async (id, version, checksum) => (await contentOf(database.read, id, version, checksum))?.files ?? null,
    content,
    list: (request) => listTasks(database.read, request),
    stats: () => taskStatistics(database.read, lastSync),
    versions: (id) => versionsOf(database.read, id),
    async create(files, change) {
      const id = await createTask(changing, files, change);
      told(id);
      return taskNow(id);
    },
    async import(candidate, wishes) {
      const imported = await importTask(changing, candidate, wishes);
      if (imported.outcome !== 'unchanged') told(imported.id);
      return imported;
    },
    async change(id, change) {
      const changed = await changeTask(changing, id, change);
      told(id);
      return { task: await taskNow(id), ...changed };
    },
    async rollback(id, version, checksum) {
      await write(id, (queries) => rollbackTask(queries, id, version, checksum, clock.now()));
      return taskNow(id);
    },
    async setEnabled(id, enabled) {
      await write(id, (queries) => setColumns(queries, id, { enabled: enabled ? 1 : 0, updated_at: clock.now() }));
      return taskNow(id);
    },
    async setVersionEnabled(id, version, enabled) {
      await write(id, (queries) => enableVersion(queries, id, version, enabled, clock.now()));
      return taskNow(id);
    },
    async approve(id, approval) {
      await write(id, (queries) => approveVersion(queries, id, { ...approval, at: clock.now() }));
      return taskNow(id);
    },
    async assign(id, place) {
      await write(id, (queries) => assignTask(queries, id, place, clock.now()));
      return taskNow(id);
    },
    pending: (id) => pendingChange(database.read, id),
    changed: async (sourceId) => Promise.all((await changedTaskIds(database.read, sourceId)).map(taskNow)),
    async pushed(id, pushed) {
      await write(id, (queries) => markPushed(queries, id, pushed, clock.now()));
      return taskNow(id);
    },
    giveUp: (id, isGone) => write(id, (queries) => giveUpChange(queries, id, isGone, clock.now())),
    async setMaxConcurrent(id, limit) {
      await write(id, (queries) => setColumns(queries, id, { max_concurrent: limit, updated_at: clock.now() }));
      return taskNow(id);
    },
    remove: (id) => write(id, (queries) => removeTask(queries, id, random)),
    async validate(id) {
      const { task } = await knownTask(id);
      const report = await reportOf(task, () => content(id, null));
      if (report.valid) await database.write((queries) => setColumns(queries, id, { validated_at: clock.now() }));
      known.forget();
      return report;
    },
    validateFiles: async (files) => (await examine(checkedFiles('new task', files))).report,
    sync(request): Promise<SyncReport> {
      // One at a time: two at once would both find the same folder new.
      const next = syncs.then(async () => {
        const { report, changed } = await sync({ database, clock, broken }, request);
        for (const id of changed) told(id);
        lastSync = clock.now();
        return report;
      });
      syncs = next.catch(() => {});
      return next;
    },
    noteChange(taskIds) {
      known.forget();
      for (const id of taskIds) told(id);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      endListening();
      ready.purge();
      known.forget();
    },
  };
}

/** What stands in the folder of a task, or what is stored where there is none. Never writes. */
async function reportOf(task: CatalogueTask, content: () => Promise<StoredContent>): Promise<ValidationReport> {
  const place = task.source === null ? task.path : localPath(task.source);
  if (place !== null && existsSync(place)) return validateTask(place, { newUuid: () => task.uuid });
  const { version, files } = await content();
  return (await examine(filesFromMemory(`${task.name}@${version}`, files))).report;
}

/** Null for what is fetched from elsewhere: what was fetched is stored. */
function localPath({ kind, uri, path }: TaskSource): string | null {
  if (kind !== 'filesystem') return null;
  const root = fileURLToPath(uri);
  return path === '.' ? root : join(root, path);
}

interface Columns {
  readonly enabled?: 0 | 1;
  readonly max_concurrent?: number | null;
  readonly updated_at?: number;
  readonly validated_at?: number;
}

async function setColumns(queries: Queries, id: number, columns: Columns): Promise<void> {
  const { numUpdatedRows } = await queries.kysely.updateTable('tasks').set(columns).where('id', '=', id).executeTakeFirst();
  if (Number(numUpdatedRows) === 0) throw taskNotFound({ ref: String(id) });
}
