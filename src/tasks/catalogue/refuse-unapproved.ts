import type { Catalogue } from './catalogue.ts';
import { taskNeedsApproval } from './errors.ts';
import { splitPin } from './versions.ts';

/**
 * Refuses what somebody waits for when it could only wait itself: a version that nobody has approved of yet. A task or version that is not
 * there is not this function's affair.
 * @param ref may be pinned: `addition@1.2.0`
 * @throws TASK_NEEDS_APPROVAL
 */
export async function refuseUnapproved(
  catalogue: Pick<Catalogue, 'find' | 'versions'>,
  ref: string,
  version: string | null,
): Promise<void> {
  const { ref: name, version: pin } = splitPin(ref);
  const task = await catalogue.find(name);
  if (task === null || task.unapprovedVersions.length === 0) return;
  const wanted = version ?? pin ?? task.version;
  if (!task.unapprovedVersions.includes(wanted)) return;
  const stored = (await catalogue.versions(task.id)).find((one) => one.version === wanted && one.isCurrent);
  throw taskNeedsApproval({ task: task.name, version: wanted, hosts: stored?.networkGrowth ?? [] });
}
