import type { Queries } from '#storage/index.ts';
import { lockRow } from '../catalogue-row.ts';
import { addContent, insertTask } from '../store-content.ts';
import type { Step } from './plan.ts';

/** What became of a step. `same`: another process had done it before. */
export type Performed =
  | { readonly kind: 'added' | 'updated' | 'removed' | 'broken' | 'same'; readonly taskId: number; readonly name: string }
  | { readonly kind: 'refused'; readonly path: string; readonly error: string };

/** Brings one task in line with its folder, in the transaction of `queries`. */
export async function performStep(queries: Queries, step: Step, at: number): Promise<Performed> {
  if (step.kind === 'store') return store(queries, step, at);
  const { id, name } = step.row;
  if (step.kind === 'restore') {
    await setSource(queries, id, { path: step.path, in_sync: 1, sync_error: null, missing_since: null }, at);
    return { kind: 'updated', taskId: id, name };
  }
  if (step.kind === 'break') {
    await setSource(queries, id, { in_sync: 0, sync_error: step.error, missing_since: null }, at);
    return { kind: 'broken', taskId: id, name };
  }
  await setSource(queries, id, { in_sync: 0, sync_error: `${step.row.path} is gone.`, missing_since: at }, at);
  return { kind: 'removed', taskId: id, name };
}

async function store(queries: Queries, { path, content }: Extract<Step, { kind: 'store' }>, at: number): Promise<Performed> {
  const signature = { by: 'sync', note: null, at };
  const { name, uuid } = content;
  let row = await lockRow(queries, { uuid });
  if (row === undefined) {
    const taskId = await insertTask(queries, content, path, signature);
    if (taskId !== null) return { kind: 'added', taskId, name };
    row = (await lockRow(queries, { uuid }))!;
  }
  const taskId = row.id;
  if (row.storage_type === 'database') {
    return {
      kind: 'refused',
      path,
      error: `It has the uuid ${uuid} of the task ${row.name}, which is stored in the database. Give it a uuid of its own.`,
    };
  }
  const current = await queries.kysely
    .selectFrom('task_versions')
    .select('id')
    .where('task_id', '=', taskId)
    .where('version', '=', content.version)
    .where('checksum', '=', content.checksum)
    .where('is_current', '=', 1)
    .executeTakeFirst();
  if (current !== undefined && row.path === path && row.in_sync === 1) return { kind: 'same', taskId, name };
  if (current === undefined) {
    const known = await queries.kysely
      .selectFrom('task_versions')
      .select('id')
      .where('task_id', '=', taskId)
      .where('version', '=', content.version)
      .limit(1)
      .executeTakeFirst();
    const note = known === undefined ? null : 'The files changed without a new version.';
    await addContent(queries, row, content, { ...signature, note });
  }
  await setSource(queries, taskId, { path, in_sync: 1, sync_error: null, missing_since: null }, at);
  return { kind: 'updated', taskId, name };
}

interface Source {
  readonly path?: string;
  readonly in_sync: 0 | 1;
  readonly sync_error: string | null;
  readonly missing_since: number | null;
}

async function setSource(queries: Queries, id: number, source: Source, at: number): Promise<void> {
  await queries.kysely
    .updateTable('tasks')
    .set({ ...source, updated_at: at })
    .where('id', '=', id)
    .execute();
}
