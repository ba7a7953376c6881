import type { HttpRequest, MockAnswer } from '#engine/index.ts';
import type { Faulty } from './apply-fault.ts';

/**
 * What a fault of a request is for a call of an MCP server: no answer in time, a lost connection, a tool that fails, or a result with
 * another inside. Statuses and texts that are no JSON do not exist there: such a fault is a tool that fails, or changes nothing.
 * @param before the answer as it would have been
 */
export function callFault({ answer, note }: Faulty, { method }: Pick<HttpRequest, 'method'>, before: MockAnswer): Faulty {
  if ('failure' in answer) {
    if (answer.failure.reason === 'timeout') return { answer, note };
    return lost;
  }
  if (answer.status === 200) return isResult(answer.body, method) ? { answer, note } : { answer: before, note: null };
  if (method !== 'tools/call') return lost;
  const body = Buffer.from(JSON.stringify({ content: [{ type: 'text', text: 'Something went wrong' }], isError: true }));
  return { answer: { ...answer, status: 422, statusText: '', headers: [], body }, note: 'the tool says that it failed' };
}

const lost: Faulty = {
  answer: { failure: { name: 'NetworkError', message: '', reason: 'connection-lost' }, delayMs: 0 },
  note: 'the connection is lost before the answer',
};

function isResult(body: Uint8Array, method: string): boolean {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    if (method === 'tools/list')
      return Array.isArray(value) && value.every((tool: { name?: unknown } | null) => typeof tool?.name === 'string');
    // The protocol lets no result come without a list of contents.
    return typeof value === 'object' && value !== null && Array.isArray((value as { content?: unknown }).content);
  } catch {
    return false;
  }
}
