import type { Content } from '../content.ts';
import type { VersionRow } from './source-rows.ts';
import type { Surveyed } from './survey.ts';

/** What a sync does about one version of a task. */
export type Step =
  /** @param from the version as it stood elsewhere until now, which this takes the place of; null: there was none */
  | { readonly kind: 'store'; readonly path: string; readonly content: Content; readonly from: VersionRow | null }
  /** Its content is stored already; it was broken, gone, replaced or elsewhere before. */
  | { readonly kind: 'restore'; readonly path: string; readonly row: VersionRow }
  | { readonly kind: 'break'; readonly path: string; readonly row: VersionRow; readonly error: string }
  /** Its folder holds another version of the task by now. */
  | { readonly kind: 'replace'; readonly row: VersionRow }
  | { readonly kind: 'miss'; readonly row: VersionRow };

export interface SyncPlan {
  /** By the uuid of their task. */
  readonly tasks: ReadonlyMap<string, readonly Step[]>;
  readonly errors: readonly { readonly path: string; readonly error: string }[];
  /** Uuids of the tasks that stand in the source. */
  readonly standing: ReadonlySet<string>;
}

export interface PlanRequest {
  readonly sourceId: number;
  readonly surveyed: readonly Surveyed[];
  /** Every version of a task from a source, also from others. */
  readonly rows: readonly VersionRow[];
  /** Whether a path of the source could be looked into. */
  readonly isLookedAt: (path: string) => boolean;
  /** Who, in words, when another source is in use and holds a task at a path. */
  readonly heldBy: (sourceId: number, path: string) => string | null;
}

/**
 * Decides which version of which task each folder is. A task is known by its uuid and may move; folders with one uuid are versions of one
 * task. Of two folders with one uuid and one version the one that was there first keeps it, and the other is an error unless it is a copy.
 */
export function planSync({ sourceId, surveyed, rows, isLookedAt, heldBy }: PlanRequest): SyncPlan {
  const tasks = new Map<string, Step[]>();
  const errors: { path: string; error: string }[] = [];
  const standing = new Set<string>();
  /** Who has a version of a task, and who has a task at all. */
  const holders = new Map<string, Holder>();
  const named = new Map<string, { readonly name: string; readonly path: string }>();
  const seen = new Set<number>();
  const plan = (uuid: string, step: Step) => void tasks.set(uuid, [...(tasks.get(uuid) ?? []), step]);
  const holds = ({ uuid, version, checksum }: Identity, path: string, name: string) => {
    holders.set(`${uuid}@${version}`, { path, checksum });
    if (!named.has(uuid)) named.set(uuid, { name, path });
    standing.add(uuid);
  };
  /** Where a version stands that this sync does not decide about; null: nowhere. */
  const elsewhere = (row: VersionRow): string | null => {
    if (row.standing !== 'standing' || row.sourceId === null || row.path === null) return null;
    if (row.sourceId !== sourceId) return heldBy(row.sourceId, row.path);
    return isLookedAt(row.path) ? null : row.path;
  };
  const ofSource = rows.filter((row) => row.sourceId === sourceId && row.path !== null);
  const uuidAt = new Map(ofSource.filter((row) => row.standing === 'standing').map((row) => [row.path, row.uuid]));

  const same = Map.groupBy(
    surveyed.filter((one) => one.kind === 'same'),
    ({ row }) => row.id,
  );
  for (const copies of same.values()) {
    const { row } = copies[0]!;
    const atHome = row.sourceId === sourceId ? copies.find(({ path }) => path === row.path) : undefined;
    if (atHome === undefined && elsewhere(row) !== null) continue;
    const { path } = atHome ?? copies[0]!;
    holds(row, path, row.name);
    seen.add(row.id);
    if (atHome === undefined || row.standing !== 'standing' || row.error !== null) plan(row.uuid, { kind: 'restore', path, row });
  }
  for (const one of surveyed) {
    if (one.kind !== 'broken') continue;
    errors.push({ path: one.path, error: one.error });
    const row = ofSource.find(({ path, standing: now, id }) => path === one.path && now === 'standing' && !seen.has(id));
    if (row === undefined) continue;
    holds(row, one.path, row.name);
    seen.add(row.id);
    if (row.error !== one.error) plan(row.uuid, { kind: 'break', path: one.path, row, error: one.error });
  }
  const byKey = new Map(rows.map((row) => [`${row.uuid}@${row.version}`, row]));
  const contents = surveyed.filter((one) => one.kind === 'content');
  const isAtHome = (one: (typeof contents)[number]) => uuidAt.get(one.path) === one.content.uuid;
  for (const { path, content } of [...contents.filter(isAtHome), ...contents.filter((one) => !isAtHome(one))]) {
    const { uuid, version, checksum, name } = content;
    const row = byKey.get(`${uuid}@${version}`);
    const place = row === undefined ? null : elsewhere(row);
    const holder =
      holders.get(`${uuid}@${version}`) ?? (row === undefined || place === null ? undefined : { path: place, checksum: row.checksum });
    if (holder !== undefined) {
      // A copy of the same content, such as an archive beside its folder, leaves nothing to decide.
      if (holder.checksum !== checksum) errors.push({ path, error: secondOf(uuid, version, holder.path) });
      continue;
    }
    const other = named.get(uuid);
    if (other !== undefined && other.name !== name && other.path !== path && uuidAt.get(path) !== uuid) {
      errors.push({ path, error: otherNameOf(uuid, name, other) });
      continue;
    }
    holds(content, path, name);
    if (row !== undefined) seen.add(row.id);
    plan(uuid, { kind: 'store', path, content, from: row ?? null });
  }
  const uuidNow = new Map(surveyedUuids(surveyed));
  for (const row of rows) {
    if (row.standing !== 'standing' || seen.has(row.id)) continue;
    if (row.sourceId === sourceId) {
      if (row.path === null || !isLookedAt(row.path)) continue;
      plan(row.uuid, { kind: uuidNow.get(row.path) === row.uuid ? 'replace' : 'miss', row });
    } else if (standing.has(row.uuid) && !row.needsPush && elsewhere(row) === null) {
      // Of a source that nobody looks after any more: what stands here is what there is of the task.
      plan(row.uuid, { kind: 'replace', row });
    }
  }
  return { tasks, errors, standing };
}

function* surveyedUuids(surveyed: readonly Surveyed[]): Iterable<[string, string]> {
  for (const one of surveyed) {
    if (one.kind === 'same') yield [one.path, one.row.uuid];
    if (one.kind === 'content') yield [one.path, one.content.uuid];
  }
}

type Identity = Pick<VersionRow, 'uuid' | 'version' | 'checksum'>;

/** A folder that has a version of a task, with the content it is known to hold. */
interface Holder {
  readonly path: string;
  readonly checksum: string;
}

function secondOf(uuid: string, version: string, holder: string): string {
  return `It has the uuid ${uuid} and the version ${version} of the task at ${holder}, and other files. Give it another version, or a uuid of its own, or remove one of the two.`;
}

function otherNameOf(uuid: string, name: string, other: { readonly name: string; readonly path: string }): string {
  return `It has the uuid ${uuid} of the task ${other.name} at ${other.path} and is called ${name}. Give it a uuid of its own, or the same name if it is another version of that task.`;
}
