import type { Content } from '../content.ts';
import type { SourceRow } from './source-rows.ts';
import type { Surveyed } from './survey.ts';

/** What a sync does about one task. */
export type Step =
  | { readonly kind: 'store'; readonly path: string; readonly content: Content }
  /** Its content is stored already; it was broken or gone before. */
  | { readonly kind: 'restore'; readonly path: string; readonly row: SourceRow }
  | { readonly kind: 'break'; readonly path: string; readonly row: SourceRow; readonly error: string }
  | { readonly kind: 'miss'; readonly row: SourceRow };

export interface SyncPlan {
  readonly steps: readonly Step[];
  readonly errors: readonly { readonly path: string; readonly error: string }[];
}

export interface PlanRequest {
  readonly surveyed: readonly Surveyed[];
  /** Every task that comes from a folder, also from elsewhere. */
  readonly rows: readonly SourceRow[];
  /** Whether a path is part of what is synced now, and could be looked into. */
  readonly isLookedAt: (path: string) => boolean;
  /** Whether a task stands at a path that is not looked at. */
  readonly isTaskThere: (path: string) => boolean;
}

/**
 * Decides which task of the catalogue each folder is. A task is known by its uuid and may move; of two folders with one uuid the one that
 * was there first keeps it, and the other is an error.
 */
export function planSync({ surveyed, rows, isLookedAt, isTaskThere }: PlanRequest): SyncPlan {
  const steps: Step[] = [];
  const errors: { path: string; error: string }[] = [];
  /** Who has a uuid, by path. */
  const holders = new Map<string, string>();
  const seen = new Set<number>();
  const byUuid = new Map(rows.map((row) => [row.uuid, row]));

  for (const one of surveyed) {
    if (one.kind !== 'same') continue;
    holders.set(one.row.uuid, one.path);
    seen.add(one.row.id);
    if (!one.row.isInSync) steps.push({ kind: 'restore', path: one.path, row: one.row });
  }
  for (const one of surveyed) {
    if (one.kind !== 'broken') continue;
    errors.push({ path: one.path, error: one.error });
    const row = rows.find(({ path, isMissing, id }) => path === one.path && !isMissing && !seen.has(id));
    if (row === undefined) continue;
    holders.set(row.uuid, one.path);
    seen.add(row.id);
    if (row.syncError !== one.error) steps.push({ kind: 'break', path: one.path, row, error: one.error });
  }
  const contents = surveyed.filter((one) => one.kind === 'content');
  const isAtHome = (one: (typeof contents)[number]) => byUuid.get(one.content.uuid)?.path === one.path;
  for (const { path, content } of [...contents.filter(isAtHome), ...contents.filter((one) => !isAtHome(one))]) {
    const row = byUuid.get(content.uuid);
    const elsewhere = row !== undefined && row.path !== path && !isLookedAt(row.path) && isTaskThere(row.path) ? row.path : undefined;
    const holder = holders.get(content.uuid) ?? elsewhere;
    if (holder !== undefined) {
      errors.push({
        path,
        error: `It has the uuid ${content.uuid} of the task at ${holder}. Give it a uuid of its own, or remove one of the two.`,
      });
      continue;
    }
    holders.set(content.uuid, path);
    if (row !== undefined) seen.add(row.id);
    steps.push({ kind: 'store', path, content });
  }
  for (const row of rows) {
    if (!seen.has(row.id) && !row.isMissing && isLookedAt(row.path)) steps.push({ kind: 'miss', row });
  }
  return { steps, errors };
}
