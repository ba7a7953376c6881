import type { ListPage } from '#kernel/index.ts';
import type { ListQuery } from './listing-query.ts';

let loaded: Promise<typeof import('./listing-query.ts')> | null = null;

/**
 * One page of a list. Loads the library that makes queries when the first list is asked for, so that naming an error of storage does not.
 * @throws LIST_CURSOR_INVALID
 */
export async function listRows<Database, Table extends keyof Database, Output>(
  query: ListQuery<Database, Table, Output>,
): Promise<ListPage<Output>> {
  loaded ??= import('./listing-query.ts');
  return (await loaded).listRows(query);
}
