import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** How long a reader may leave the buffers of its connection full before it is let go. */
const slowReaderMs = 30_000;

/** Which of the two types of answers a client takes. */
export interface Acceptance {
  readonly json: boolean;
  readonly stream: boolean;
}

/** Who says nothing takes everything. */
export function acceptanceOf({ accept }: FastifyRequest['headers']): Acceptance {
  if (accept === undefined || accept.includes('*/*')) return { json: true, stream: true };
  return { json: accept.includes('application/json') || accept.includes('application/*'), stream: accept.includes('text/event-stream') };
}

/** Sends what the SDK answered: a stream as it comes, unless the client takes JSON only; anything else as a usual answer. */
export async function sendResponse(response: Response, reply: FastifyReply, accepts: Acceptance, isMany: boolean): Promise<FastifyReply> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (isStream && accepts.stream && response.body !== null) {
    await pipe(response, response.body, reply);
    return reply;
  }
  for (const [name, value] of response.headers) if (!isStream || name === 'mcp-session-id') reply.header(name, value);
  if (!isStream) return reply.code(response.status).send(response.body === null ? null : await response.text());
  const answers = answersIn(await response.text());
  return reply
    .code(200)
    .type('application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(isMany ? answers : (answers[0] ?? null)));
}

async function pipe(response: Response, body: ReadableStream<Uint8Array>, reply: FastifyReply): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(response.status, { ...(reply.getHeaders() as OutgoingHttpHeaders), ...Object.fromEntries(response.headers) });
  raw.flushHeaders();
  const reader = body.getReader();
  const stop = () => void reader.cancel().catch(() => {});
  raw.once('close', stop);
  if (raw.destroyed) stop();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (raw.destroyed) break;
      if (!raw.write(next.value) && !(await drained(raw))) {
        raw.destroy();
        break;
      }
    }
  } catch {
    // The session ended under the stream; all that is left is to say so by ending it.
  } finally {
    raw.off('close', stop);
    stop();
    raw.end();
  }
}

function drained(raw: FastifyReply['raw']): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isDrained: boolean) => {
      clearTimeout(timer);
      raw.off('drain', onDrain);
      raw.off('close', onDrain);
      resolve(isDrained);
    };
    const onDrain = () => settle(!raw.destroyed);
    const timer = setTimeout(() => settle(false), slowReaderMs);
    raw.once('drain', onDrain);
    raw.once('close', onDrain);
  });
}

/** The answers among the events of a stream that has ended: reports of progress are nothing to somebody who takes one JSON value. */
function answersIn(events: string): unknown[] {
  return events
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)) as Record<string, unknown>)
    .filter((message) => message['result'] !== undefined || message['error'] !== undefined);
}
