import type { Queries } from '#storage/index.ts';

/** What one task may reach by name; null: it names no hosts, and every public one is open to it. */
export interface NetworkList {
  readonly name: string;
  readonly lines: readonly string[] | null;
}

/** The network lists of the tasks that are enabled, of the versions that run when nobody names one, by name. */
export async function networkLists(queries: Queries): Promise<NetworkList[]> {
  const rows = await queries.kysely
    .selectFrom('tasks')
    .innerJoin('task_versions', (join) =>
      join.onRef('task_versions.task_id', '=', 'tasks.id').onRef('task_versions.version', '=', 'tasks.version'),
    )
    .select(['tasks.name as name', 'task_versions.metadata as metadata'])
    .where('tasks.enabled', '=', 1)
    .where('task_versions.is_current', '=', 1)
    .orderBy('tasks.name')
    .execute();
  return rows.map(({ name, metadata }) => {
    const { network } = JSON.parse(metadata) as { network?: readonly string[] };
    return { name, lines: network ?? null };
  });
}
