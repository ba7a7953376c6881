import { inputRejected } from '#kernel/index.ts';
import { listTasksOperation } from '#tasks/catalogue/operations.ts';
import type { McpOffer, McpResource } from '../offer.ts';
import { encoded } from './resource-uri.ts';

const perPage = 50;

/** The code of every task, a page of them; what else is kept of tasks and executions is found by the templates. */
export const listResources: McpOffer['resources'] = async (after, { ask, signal, maySee }) => {
  const offset = after === null ? 0 : offsetOf(after);
  const { items, total } = await ask.call(listTasksOperation, { offset, limit: perPage }, { signal });
  const resources = items
    .filter(({ name }) => maySee(name))
    .map((task): McpResource => ({
      uri: `ratchet://tasks/${encoded(task.name)}/code`,
      name: task.name,
      title: task.label,
      description: task.description,
      mimeType: 'text/javascript',
    }));
  const end = offset + perPage;
  return { resources, next: end < total ? Buffer.from(String(end)).toString('base64url') : null };
};

function offsetOf(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const message = `is none that this server gave: ${JSON.stringify(cursor.slice(0, 50))}; begin without one`;
  throw inputRejected({ operation: 'resources/list', problems: [{ path: 'cursor', message }] });
}
