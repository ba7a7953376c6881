import { sql, type SqlBool } from 'kysely';
import type { ListPage, ListRequest } from '#kernel/index.ts';
import { listRows, type ListColumn, type Queries } from '#storage/index.ts';
import type { CatalogueTask, TaskStatistics } from './catalogue.ts';
import { tasksOf } from './catalogue-row.ts';
import type { taskListing } from './task-listing.ts';

const columns: Readonly<Record<keyof (typeof taskListing)['fields'], ListColumn>> = {
  // What is no number is the id of no task.
  id: { column: 'tasks.id', isRequired: true, read: (value) => (/^\d{1,15}$/.test(String(value)) ? Number(value) : -1) },
  uuid: { column: 'tasks.uuid', isRequired: true, isText: true, read: (value) => String(value).toLowerCase() },
  name: { column: 'tasks.name', isRequired: true, isText: true },
  label: { column: 'tasks.label', isRequired: true, isText: true },
  description: { column: 'tasks.description', isRequired: true, isText: true },
  version: { column: 'tasks.version', isRequired: true, isText: true },
  enabled: { column: 'tasks.enabled', isRequired: true },
  registrySource: { column: 'tasks.storage_type', isRequired: true, read: (value) => (value === true ? 'file' : 'database') },
  inSync: { column: 'tasks.in_sync', isRequired: true },
  hasValidation: {
    column: 'tasks.validated_at',
    predicate: (operator, value) =>
      (operator === 'eq') === value ? sql<SqlBool>`tasks.validated_at IS NOT NULL` : sql<SqlBool>`tasks.validated_at IS NULL`,
  },
  repositoryId: { column: 'tasks.repository_id', read: (value) => (/^\d{1,15}$/.test(String(value)) ? Number(value) : -1) },
  mcpTool: { column: 'tasks.is_tool', isRequired: true },
  needsPush: { column: 'tasks.needs_push', isRequired: true },
  createdAt: { column: 'tasks.created_at', isRequired: true },
  updatedAt: { column: 'tasks.updated_at', isRequired: true },
  validatedAt: { column: 'tasks.validated_at' },
};

export async function listTasks(queries: Queries, request: ListRequest): Promise<ListPage<CatalogueTask>> {
  const page = await listRows({ queries, from: queries.kysely.selectFrom('tasks').selectAll(), columns, request, key: 'tasks.id' });
  return { ...page, items: await tasksOf(queries, page.items) };
}

export async function taskStatistics(queries: Queries, lastSync: number | null): Promise<TaskStatistics> {
  const groups = await queries.kysely
    .selectFrom('tasks')
    .select(({ fn }) => [
      'enabled',
      'storage_type',
      'in_sync',
      sql<number>`missing_since IS NOT NULL`.as('is_missing'),
      fn.countAll<number>().as('tasks'),
    ])
    .groupBy(['enabled', 'storage_type', 'in_sync', sql`missing_since IS NOT NULL`])
    .execute();
  const count = (wanted: (group: (typeof groups)[number]) => boolean) => groups.filter(wanted).reduce((sum, { tasks }) => sum + tasks, 0);
  return {
    total: count(() => true),
    enabled: count(({ enabled }) => enabled === 1),
    disabled: count(({ enabled }) => enabled === 0),
    fromFiles: count(({ storage_type }) => storage_type === 'file'),
    fromDatabase: count(({ storage_type }) => storage_type === 'database'),
    invalid: count(({ in_sync, is_missing }) => in_sync === 0 && !is_missing),
    missing: count(({ is_missing }) => Boolean(is_missing)),
    lastSync,
  };
}
