import { trustTaskLists } from '#engine/index.ts';
import type { Settings } from '#kernel/index.ts';
import type { Queries } from '#storage/index.ts';
import { taskNotFound } from '../errors.ts';
import { reachGrowth, type Reach } from '../reach.ts';
import { lockRow, type TaskRow } from './catalogue-row.ts';
import { taskChanged, taskVersionNotFound } from './errors.ts';
import { networkApproval } from './settings.ts';
import { inOrder, latestOf } from './versions.ts';

/** What a content that is stored may reach and the one before could not. */
export interface NetworkJudgement {
  readonly growth: readonly string[];
  /** Nothing runs it until somebody has approved of the growth. */
  readonly needsApproval: boolean;
}

/**
 * Compares what a content may reach, hosts and MCP servers, with the same of the version that runs, or of the latest that may: what waits for an approval
 * itself allows nothing to those that follow.
 * @param row null for a task that does not exist yet, which could reach nothing
 */
export async function judgeNetwork(
  queries: Queries,
  row: Pick<TaskRow, 'id' | 'version'> | null,
  { metadata }: { readonly metadata: string },
  settings: Settings,
): Promise<NetworkJudgement> {
  const before = row === null ? undefined : await reachBefore(queries, row);
  const growth = reachGrowth(before, reachOf(metadata), settings.get(trustTaskLists));
  return { growth, needsApproval: growth.length > 0 && settings.get(networkApproval) };
}

/** Undefined when no version may run. */
async function reachBefore(queries: Queries, { id, version }: Pick<TaskRow, 'id' | 'version'>): Promise<Reach | undefined> {
  const allowed = await queries.kysely
    .selectFrom('task_versions')
    .select(['version', 'metadata'])
    .where('task_id', '=', id)
    .where('is_current', '=', 1)
    .where('needs_approval', '=', 0)
    .execute();
  const latest = latestOf(allowed.map((one) => one.version));
  const found = allowed.find((one) => one.version === version) ?? allowed.find((one) => one.version === latest);
  return found === undefined ? undefined : reachOf(found.metadata);
}

function reachOf(metadata: string): Reach {
  return JSON.parse(metadata) as Reach;
}

/**
 * Lets a version run that waits for an approval, in the transaction of `queries`. One that needs none, or has it, stays as it is.
 * @param checksum of the content that was looked at; null: whatever is current
 * @throws TASK_NOT_FOUND, TASK_VERSION_NOT_FOUND, TASK_CHANGED when another content is current
 */
export async function approveVersion(
  queries: Queries,
  id: number,
  { version, checksum, by, at }: { readonly version: string; readonly checksum: string | null; readonly by: string; readonly at: number },
): Promise<void> {
  const row = await lockRow(queries, { id });
  if (row === undefined) throw taskNotFound({ ref: String(id) });
  const versions = await queries.kysely
    .selectFrom('task_versions')
    .select(['id', 'version', 'checksum', 'needs_approval'])
    .where('task_id', '=', id)
    .where('is_current', '=', 1)
    .execute();
  const chosen = versions.find((one) => one.version === version);
  if (chosen === undefined) throw taskVersionNotFound({ task: row.name, version, available: inOrder(versions.map((one) => one.version)) });
  if (checksum !== null && chosen.checksum !== checksum) throw taskChanged({ task: row.name });
  if (chosen.needs_approval === 0) return;
  await queries.kysely
    .updateTable('task_versions')
    .set({ needs_approval: 0, approved_by: by, approved_at: at })
    .where('id', '=', chosen.id)
    .execute();
}
