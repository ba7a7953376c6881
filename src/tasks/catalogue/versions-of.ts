import type { Queries } from '#storage/index.ts';
import type { TaskVersion } from './catalogue.ts';
import { growthOf } from './catalogue-row.ts';

/** Every content of a task that was ever stored, the newest first. */
export async function versionsOf(queries: Queries, id: number): Promise<TaskVersion[]> {
  const rows = await queries.kysely
    .selectFrom('task_versions')
    .select([
      'version',
      'checksum',
      'is_current',
      'enabled',
      'standing',
      'repository_id',
      'path',
      'source_revision',
      'change_description',
      'changed_by',
      'created_at',
      'is_breaking',
      'network_growth',
      'needs_approval',
      'approved_by',
      'approved_at',
    ])
    .where('task_id', '=', id)
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => ({
    version: row.version,
    checksum: row.checksum,
    isCurrent: row.is_current === 1,
    enabled: row.enabled === 1,
    standing: row.standing as TaskVersion['standing'],
    repositoryId: row.repository_id,
    path: row.path,
    sourceRevision: row.source_revision,
    changeDescription: row.change_description,
    changedBy: row.changed_by,
    createdAt: row.created_at,
    isBreaking: row.is_breaking === 1,
    networkGrowth: growthOf(row.network_growth),
    needsApproval: row.needs_approval === 1,
    approvedBy: row.approved_by,
    approvedAt: row.approved_at,
  }));
}
