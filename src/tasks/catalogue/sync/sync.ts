import { createHash } from 'node:crypto';
import { relative, sep } from 'node:path';
import { RatchetError, type Clock } from '#kernel/index.ts';
import type { Database } from '#storage/index.ts';
import { taskNotFound } from '../../errors.ts';
import { findTaskPaths, type TaskPaths } from '../../files/find-task-paths.ts';
import type { SyncReport, SyncRequest } from '../catalogue.ts';
import { performTask, type Performed } from './perform-task.ts';
import { planSync, type SyncPlan } from './plan.ts';
import { versionRows } from './source-rows.ts';
import { survey, type BrokenTasks, type Surveyed } from './survey.ts';

export interface SyncParts {
  readonly database: Database;
  readonly clock: Clock;
  /** Kept from one sync to the next. */
  readonly broken: BrokenTasks;
}

export interface Synced {
  readonly report: SyncReport;
  /** Tasks whose rows have changed. */
  readonly changed: readonly number[];
}

/**
 * Brings the catalogue in line with a folder, ZIP or collection. What was there and is gone is marked as gone.
 * @throws TASK_NOT_FOUND when there is nothing at the root
 */
export async function sync({ database, clock, broken }: SyncParts, request: SyncRequest): Promise<Synced> {
  const { sourceId, root, revision, heldBy = (_id, path) => `${path} in another source` } = request;
  const { paths, unreadable } = await pathsAt(request);
  const rows = await versionRows(database.read);
  const surveyed = await survey({ sourceId, root, paths, rows, broken });
  const isLookedAt = (path: string) => !unreadable.some((folder) => isWithin(path, folder.path));
  const plan = planSync({ sourceId, surveyed, rows, isLookedAt, heldBy });
  const performed = await performAll(database, plan, { sourceId, revision, at: clock.now() });
  const named = (kind: Performed['kind']) => performed.flatMap((one) => (one.kind === kind && one.taskId !== 0 ? [one.name] : []));
  const unread = unreadable.map(({ path, reason }) => ({ path, error: `It cannot be read: ${reason.replace(/\.$/, '')}.` }));
  return {
    report: {
      added: named('added'),
      updated: named('updated'),
      removed: named('removed'),
      errors: [...plan.errors, ...performed.flatMap(({ errors }) => errors), ...unread].map(({ path, error }) => ({
        taskName: path,
        error,
      })),
      taskCount: plan.standing.size,
      checksum: checksumOf(surveyed),
    },
    changed: performed.flatMap((one) => (one.kind === 'same' ? [] : [one.taskId])),
  };
}

async function pathsAt({ root, find = findTaskPaths }: SyncRequest): Promise<TaskPaths> {
  let found: TaskPaths;
  try {
    found = await find(root);
  } catch (error) {
    throw error instanceof RatchetError ? error : taskNotFound({ path: root }, error);
  }
  const inside = (path: string) => relative(root, path).split(sep).join('/') || '.';
  return {
    paths: found.paths.map(inside),
    unreadable: found.unreadable.map(({ path, reason }) => ({ path: inside(path), reason })),
  };
}

/** Each task in a transaction of its own, some at once: on SQLite those share a flush to the disk. */
async function performAll(
  database: Database,
  plan: SyncPlan,
  work: { readonly sourceId: number; readonly revision: string | null; readonly at: number },
): Promise<Performed[]> {
  const tasks = [...plan.tasks];
  const performed: Performed[] = [];
  for (let from = 0; from < tasks.length; from += atOnce) {
    const chunk = tasks.slice(from, from + atOnce);
    performed.push(
      ...(await Promise.all(chunk.map(([uuid, steps]) => database.write((queries) => performTask(queries, { ...work, uuid, steps }))))),
    );
  }
  return performed;
}

const atOnce = 32;

function isWithin(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`);
}

/** Over the paths and contents of all tasks. */
function checksumOf(surveyed: readonly Surveyed[]): string {
  const hash = createHash('sha256');
  for (const one of surveyed.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const content = one.kind === 'same' ? one.row.checksum : one.kind === 'content' ? one.content.checksum : one.hash;
    hash.update(`${one.path}\0${content ?? ''}\n`);
  }
  return hash.digest('hex');
}
