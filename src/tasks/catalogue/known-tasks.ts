import { LRUCache } from 'lru-cache';
import type { Clock } from '#kernel/index.ts';
import type { Database, Queries } from '#storage/index.ts';
import type { CatalogueTask } from './catalogue.ts';
import { findRow, rowOf, tasksWithVersions, type CurrentVersion, type TaskRow } from './catalogue-row.ts';

/** A task with the current content of each version. */
export interface KnownTask {
  readonly task: CatalogueTask;
  readonly versions: ReadonlyMap<string, CurrentVersion>;
}

/** Rows of tasks that every job asks for, kept in memory. */
export interface KnownTasks {
  find(ref: string): Promise<KnownTask | null>;
  get(id: number): Promise<KnownTask | null>;
  /** Forgets everything: something has changed. */
  forget(): void;
}

/** A change in another process is announced, and an announcement may get lost: nothing is believed for longer than this. */
const believedMs = 5_000;

export function createKnownTasks(database: Database, clock: Clock): KnownTasks {
  const byRef = new LRUCache<string, { readonly known: KnownTask; readonly until: number }>({ max: 2_000 });
  // What was asked before a change may be answered after it, and is old then.
  let changes = 0;
  const remembered = async (key: string, rowNow: (queries: Queries) => Promise<TaskRow | undefined>): Promise<KnownTask | null> => {
    const found = byRef.get(key);
    if (found !== undefined && found.until > clock.monotonic()) return found.known;
    const askedAt = changes;
    const row = await rowNow(database.read);
    if (row === undefined) return null;
    const known = await knownOf(database.read, row);
    if (askedAt === changes) byRef.set(key, { known, until: clock.monotonic() + believedMs });
    return known;
  };
  return {
    find: (ref) => remembered(ref, (queries) => findRow(queries, ref)),
    get: (id) => remembered(`#${id}`, (queries) => rowOf(queries, id)),
    forget() {
      changes += 1;
      byRef.clear();
    },
  };
}

async function knownOf(queries: Queries, row: TaskRow): Promise<KnownTask> {
  const [known] = await tasksWithVersions(queries, [row]);
  return { task: known!.task, versions: new Map(known!.versions.map((version) => [version.version, version])) };
}
