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
 * was there first keeps it, and the other is an error unless it is a copy.
 */
export function planSync({ surveyed, rows, isLookedAt, isTaskThere }: PlanRequest): SyncPlan {
  const steps: Step[] = [];
  const errors: { path: string; error: string }[] = [];
  /** Who has a uuid. */
  const holders = new Map<string, Holder>();
  const seen = new Set<number>();
  const byUuid = new Map(rows.map((row) => [row.uuid, row]));

  for (const one of surveyed) {
    if (one.kind !== 'same') continue;
    holders.set(one.row.uuid, { path: one.path, checksums: one.row.checksums });
    seen.add(one.row.id);
    if (!one.row.isInSync) steps.push({ kind: 'restore', path: one.path, row: one.row });
  }
  for (const one of surveyed) {
    if (one.kind !== 'broken') continue;
    errors.push({ path: one.path, error: one.error });
    const row = rows.find(({ path, isMissing, id }) => path === one.path && !isMissing && !seen.has(id));
    if (row === undefined) continue;
    holders.set(row.uuid, { path: one.path, checksums: row.checksums });
    seen.add(row.id);
    if (row.syncError !== one.error) steps.push({ kind: 'break', path: one.path, row, error: one.error });
  }
  const contents = surveyed.filter((one) => one.kind === 'content');
  const isAtHome = (one: (typeof contents)[number]) => byUuid.get(one.content.uuid)?.path === one.path;
  for (const { path, content } of [...contents.filter(isAtHome), ...contents.filter((one) => !isAtHome(one))]) {
    const row = byUuid.get(content.uuid);
    const isElsewhere = row !== undefined && row.path !== path && !isLookedAt(row.path) && isTaskThere(row.path);
    const holder = holders.get(content.uuid) ?? (isElsewhere ? row : undefined);
    if (holder !== undefined) {
      // A copy of the same content, such as an archive beside its folder, leaves nothing to decide.
      if (!holder.checksums.has(content.checksum)) errors.push({ path, error: secondOf(content.uuid, holder.path) });
      continue;
    }
    holders.set(content.uuid, { path, checksums: new Set([content.checksum]) });
    if (row !== undefined) seen.add(row.id);
    steps.push({ kind: 'store', path, content });
  }
  for (const row of rows) {
    if (!seen.has(row.id) && !row.isMissing && isLookedAt(row.path)) steps.push({ kind: 'miss', row });
  }
  return { steps, errors };
}

/** A folder that has a uuid, with the contents it is known to hold. */
interface Holder {
  readonly path: string;
  readonly checksums: ReadonlySet<string>;
}

function secondOf(uuid: string, holder: string): string {
  return `It has the uuid ${uuid} of the task at ${holder}. Give it a uuid of its own, or remove one of the two.`;
}
