import type { Client } from '#surfaces/client/client.ts';
import { listTasksOperation } from '#tasks/catalogue/operations.ts';

const everyMs = 10_000;

/** Looks now and then whether the tasks of a server elsewhere have changed. @returns a function that ends it */
export function pollTasks(client: Client, onChange: () => void): () => void {
  const ending = new AbortController();
  let last: string | null = null;
  const look = async () => {
    const { items, total } = await client.call(
      listTasksOperation,
      { sort: { field: 'updatedAt', order: 'desc' }, limit: 1 },
      { signal: ending.signal },
    );
    const now = `${total} ${items[0]?.id} ${items[0]?.updatedAt}`;
    if (last !== null && last !== now) onChange();
    last = now;
  };
  // A server that cannot be reached now is asked again; whoever calls a tool is told.
  const timer = setInterval(() => void look().catch(() => {}), everyMs).unref();
  void look().catch(() => {});
  return () => {
    clearInterval(timer);
    ending.abort();
  };
}
