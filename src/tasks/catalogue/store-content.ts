import type { Queries } from '#storage/index.ts';
import { isToolOf, namesOf, type TaskMetadata } from '../metadata.ts';
import type { NetworkJudgement } from './approval.ts';
import type { TaskRow } from './catalogue-row.ts';
import { columnText, type Content } from './content.ts';
import { latestOf } from './versions.ts';

/** Who stores a content, why and when. */
export interface Signature {
  readonly by: string;
  readonly note: string | null;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  /** Absent for what comes from a source: whoever keeps that has decided. */
  readonly network?: NetworkJudgement;
  readonly isBreaking?: boolean;
}

/** Where a content was read. */
export interface Place {
  readonly repositoryId: number;
  /** Inside the source, with forward slashes; `.` for the source itself. */
  readonly path: string;
  /** Commit, ETag or hash of the source; null where it has none. */
  readonly revision: string | null;
}

/**
 * Makes a task that does not exist yet, with its first version.
 * @param place null for a task of the database
 * @returns its id, or null when a task with this uuid exists
 */
export async function insertTask(queries: Queries, content: Content, place: Place | null, signature: Signature): Promise<number | null> {
  const made = await queries.kysely
    .insertInto('tasks')
    .values({
      uuid: content.uuid,
      name: content.name,
      label: content.label,
      description: content.description,
      version: content.version,
      storage_type: place === null ? 'database' : 'file',
      path: place?.path ?? null,
      repository_id: place?.repositoryId ?? null,
      sync_status: place === null ? 'local' : 'synced',
      source_checksum: place === null ? null : content.checksum,
      last_synced_at: place === null ? null : signature.at,
      max_concurrent: content.concurrency,
      is_tool: content.isTool ? 1 : 0,
      created_at: signature.at,
      updated_at: signature.at,
      validated_at: signature.at,
    })
    .onConflict((conflict) => conflict.column('uuid').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (made === undefined) return null;
  await insertVersion(queries, made.id, content, place, signature);
  return made.id;
}

/**
 * Stores a content of a task that exists, as the current one of its version, made here and not read from a source. The version becomes
 * the one that runs when it is the latest. What was current before stays, and can be asked for by its checksum.
 * @param row locked
 * @param isActive whether it becomes the one that runs; null: as said above
 */
export async function addContent(
  queries: Queries,
  row: TaskRow,
  content: Content,
  signature: Signature,
  isActive: boolean | null = null,
): Promise<void> {
  const others = await queries.kysely
    .selectFrom('task_versions')
    .select('version')
    .where('task_id', '=', row.id)
    .where('is_current', '=', 1)
    .where('standing', '=', 'standing')
    .execute();
  const latest = latestOf([content.version, ...others.map(({ version }) => version)]);
  const isDefault = content.version === row.version || (isActive ?? content.version === latest);
  const before = isDefault ? await concurrencyOf(queries, row) : content.concurrency;
  await insertVersion(queries, row.id, content, null, signature);
  await queries.kysely.updateTable('tasks').set({ updated_at: signature.at }).where('id', '=', row.id).execute();
  if (isDefault) await makeDefault(queries, row, content, before, signature.at);
}

/**
 * Lets a content be the one that runs when nobody names a version.
 * @param before the concurrency that the metadata wanted until now: a new wish wins over what an operator has set, an old one does not
 */
export async function makeDefault(
  queries: Queries,
  row: TaskRow,
  content: Pick<Content, 'version' | 'name' | 'label' | 'description' | 'concurrency' | 'isTool'>,
  before: number | null,
  at: number,
): Promise<void> {
  await queries.kysely
    .updateTable('tasks')
    .set({
      version: content.version,
      name: content.name,
      label: content.label,
      description: content.description,
      is_tool: content.isTool ? 1 : 0,
      updated_at: at,
      validated_at: at,
      ...(content.concurrency === before ? {} : { max_concurrent: content.concurrency }),
    })
    .where('id', '=', row.id)
    .execute();
}

/** What the row of a task shows of a version's metadata. @param metadata JSON text */
export function shownOf(
  version: string,
  metadata: string,
): Pick<Content, 'version' | 'name' | 'label' | 'description' | 'concurrency' | 'isTool'> {
  const said = JSON.parse(metadata) as TaskMetadata;
  const { name, label } = namesOf(said);
  return {
    version,
    name: columnText(name, 'name'),
    label: columnText(label, 'label'),
    description: columnText(said.description ?? '', 'description'),
    concurrency: said.concurrency ?? null,
    isTool: isToolOf(said),
  };
}

/** What the metadata of the version that runs now says. */
export async function concurrencyOf(queries: Queries, row: TaskRow): Promise<number | null> {
  const found = await queries.kysely
    .selectFrom('task_versions')
    .select('metadata')
    .where('task_id', '=', row.id)
    .where('version', '=', row.version)
    .where('is_current', '=', 1)
    .executeTakeFirst();
  return found === undefined ? null : ((JSON.parse(found.metadata) as { concurrency?: number }).concurrency ?? null);
}

/** Stores a content as the current one of its version; a version that was switched off stays so. */
export async function insertVersion(
  queries: Queries,
  taskId: number,
  content: Content,
  place: Place | null,
  signature: Signature,
): Promise<void> {
  const { version, checksum } = content;
  const earlier = await queries.kysely
    .selectFrom('task_versions')
    .select(['id', 'enabled', 'is_current'])
    .where('task_id', '=', taskId)
    .where('version', '=', version)
    .execute();
  const current = earlier.filter(({ is_current }) => is_current === 1).map(({ id }) => id);
  if (current.length > 0) await queries.kysely.updateTable('task_versions').set({ is_current: 0 }).where('id', 'in', current).execute();
  const where = {
    repository_id: place?.repositoryId ?? null,
    path: place?.path ?? null,
    standing: 'standing',
    source_error: null,
  };
  await queries.kysely
    .insertInto('task_versions')
    .values({
      task_id: taskId,
      version,
      checksum,
      files: JSON.stringify(content.files),
      metadata: content.metadata,
      input_schema: content.inputSchema,
      output_schema: content.outputSchema,
      is_current: 1,
      change_description: signature.note,
      changed_by: signature.by,
      created_at: signature.at,
      source_revision: place?.revision ?? null,
      enabled: earlier[0]?.enabled ?? 1,
      network_growth: signature.network === undefined ? null : JSON.stringify(signature.network.growth),
      needs_approval: signature.network?.needsApproval === true ? 1 : 0,
      is_breaking: signature.isBreaking === true ? 1 : 0,
      ...where,
    })
    // It was current before, and is again.
    .onConflict((conflict) => conflict.columns(['task_id', 'version', 'checksum']).doUpdateSet({ is_current: 1, ...where }))
    .execute();
}
