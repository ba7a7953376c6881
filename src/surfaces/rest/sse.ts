import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';

export interface SseWriter {
  /** Writes an event and waits until the client has taken enough. @returns false where the client is gone or was let go */
  event(id: string | null, kind: string, data: unknown): Promise<boolean>;
  /** Writes a last event and ends the answer. */
  end(kind: string): void;
  /** Settles when nothing more can be written. */
  readonly gone: Promise<void>;
}

/**
 * Begins an answer of Server-Sent Events on a hijacked reply. A reader that leaves the buffers full for `slowReaderMs` is let go with a last
 * event `dropped`: it would otherwise hold memory of this process for as long as it likes.
 */
export function openSse(reply: FastifyReply, heartbeatMs: number, slowReaderMs: number): SseWriter {
  const { raw } = reply;
  const { promise: gone, resolve: goes } = Promise.withResolvers<void>();
  let isOver = false;
  const over = () => {
    isOver = true;
    clearInterval(heartbeat);
    goes();
  };
  raw.writeHead(200, {
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    connection: 'close',
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Proxies that collect answers before they pass them on would hold events back.
    'x-accel-buffering': 'no',
  });
  raw.write('retry: 2000\n\n');
  const heartbeat = setInterval(() => {
    if (!isOver && !raw.writableNeedDrain) raw.write(': still here\n\n');
  }, heartbeatMs);
  raw.once('close', over);
  raw.on('error', over);

  const end = (kind: string) => {
    if (isOver) return;
    over();
    raw.end(`event: ${kind}\ndata: {}\n\n`);
    // What the client does not take in the end is dropped with its connection.
    const hangUp = setTimeout(() => raw.destroy(), slowReaderMs);
    raw.once('close', () => clearTimeout(hangUp));
  };
  return {
    gone,
    end,
    async event(id, kind, data) {
      if (isOver) return false;
      const name = id === null ? '' : `id: ${oneLine(id)}\n`;
      // JSON has no line ends of its own, so one data line holds it.
      if (raw.write(`${name}event: ${oneLine(kind)}\ndata: ${JSON.stringify(data) ?? 'null'}\n\n`)) return true;
      if (await drained(raw, slowReaderMs)) return !isOver;
      end('dropped');
      return false;
    },
  };
}

async function drained(raw: FastifyReply['raw'], timeoutMs: number): Promise<boolean> {
  if (!raw.writableNeedDrain) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const onDrain = () => resolve(true);
  const timer = setTimeout(() => resolve(false), timeoutMs);
  raw.once('drain', onDrain);
  raw.once('close', onDrain);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    raw.off('drain', onDrain);
    raw.off('close', onDrain);
  }
}

/** Ids and kinds must not begin a line of their own. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\0]/g, ' ');
}
