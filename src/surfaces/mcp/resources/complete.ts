import { listExecutions } from '#executions/stored/operations.ts';
import { listTasksOperation } from '#tasks/catalogue/operations.ts';
import type { ToolContext } from '../offer.ts';

/** As many as the protocol lets one answer hold. */
const mostValues = 100;

/** Names of tasks that begin with what was typed. */
export async function completeTask(typed: string, { ask, signal, maySee }: ToolContext): Promise<readonly string[]> {
  const filter = typed === '' ? {} : { name: { startsWith: typed } };
  const { items } = await ask.call(listTasksOperation, { filter, limit: mostValues }, { signal });
  return [...new Set(items.map(({ name }) => name).filter((name) => maySee(name)))];
}

/** Ids of the latest executions that begin with what was typed; of failed ones only where these are what is asked for. */
export async function completeExecution(
  typed: string,
  onlyFailed: boolean,
  { ask, signal, maySee }: ToolContext,
): Promise<readonly string[]> {
  const filter = onlyFailed ? { status: { eq: 'FAILED' } } : {};
  const { items } = await ask.call(listExecutions, { filter, limit: mostValues }, { signal });
  return items.filter(({ uuid, taskName }) => uuid.startsWith(typed.toLowerCase()) && maySee(taskName)).map(({ uuid }) => uuid);
}
