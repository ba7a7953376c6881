import { existsSync } from 'node:fs';
import { basename, relative, resolve, sep } from 'node:path';
import type { Clock } from '#kernel/index.ts';
import type { Database } from '#storage/index.ts';
import { taskNotFound } from '../../errors.ts';
import { findTaskPaths, isTaskFolder, type TaskPaths } from '../../files/find-task-paths.ts';
import type { SyncReport } from '../catalogue.ts';
import { performStep, type Performed } from './perform-step.ts';
import { planSync, type Step } from './plan.ts';
import { sourceRows, type SourceRow } from './source-rows.ts';
import { survey, type BrokenTasks } from './survey.ts';

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
 * Brings the catalogue in line with a folder, ZIP or collection. What was there and is gone is marked as missing; when nothing is left at
 * the path itself, so is everything that came from it.
 * @throws TASK_NOT_FOUND when nothing is there and nothing came from it
 */
export async function sync(parts: SyncParts, path: string): Promise<Synced> {
  const { database, clock } = parts;
  const root = resolve(path);
  const rows = await sourceRows(database.read);
  const { paths, unreadable } = pathsAt(root, rows);
  const surveyed = await survey(
    paths,
    Map.groupBy(rows, (row) => row.path),
    parts.broken,
  );
  const plan = planSync({
    surveyed,
    rows,
    isLookedAt: (one) => isWithin(one, root) && !unreadable.some((folder) => isWithin(one, folder.path)),
    isTaskThere: (one) => isTaskFolder(one) || (/\.zip$/i.test(one) && existsSync(one)),
  });
  const performed = await performAll(database, plan.steps, clock.now());
  const refused = performed.filter((one) => one.kind === 'refused');
  const named = (kind: Performed['kind']) => performed.flatMap((one) => (one.kind === kind && 'name' in one ? [one.name] : []));
  const unread = unreadable.map((folder) => ({ path: folder.path, error: `The folder cannot be read: ${folder.reason}.` }));
  return {
    report: {
      added: named('added'),
      updated: named('updated'),
      removed: named('removed'),
      errors: [...plan.errors, ...refused, ...unread].map((one) => ({
        taskName: relative(root, one.path) || basename(one.path),
        error: one.error,
      })),
    },
    changed: performed.flatMap((one) => ('taskId' in one && one.kind !== 'same' ? [one.taskId] : [])),
  };
}

function pathsAt(root: string, rows: readonly SourceRow[]): TaskPaths {
  try {
    return findTaskPaths(root);
  } catch (error) {
    if (rows.some((row) => isWithin(row.path, root))) return { paths: [], unreadable: [] };
    throw taskNotFound({ path: root }, error);
  }
}

/** Each task in a transaction of its own, some at once: on SQLite those share a flush to the disk. */
async function performAll(database: Database, steps: readonly Step[], at: number): Promise<Performed[]> {
  const performed: Performed[] = [];
  for (let from = 0; from < steps.length; from += atOnce) {
    const chunk = steps.slice(from, from + atOnce);
    performed.push(...(await Promise.all(chunk.map((step) => database.write((queries) => performStep(queries, step, at))))));
  }
  return performed;
}

const atOnce = 32;

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
