import type { Clock } from '#kernel/index.ts';
import type { Logger } from '#observe/index.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';

export type RequestLogger = Pick<Logger, 'log' | 'isOn'>;

/** Query fields whose values say nothing about data; of all others only the name is logged. */
const harmless = new Set(['_start', '_end', '_sort', '_order', 'page', 'limit', 'offset', 'sort', 'order']);

/** One line per request when it is over, however it ended: never a body, a header's value or a query value that might be somebody's. */
export function logWhenOver(logger: RequestLogger, clock: Clock, request: FastifyRequest, reply: FastifyReply): void {
  if (!logger.isOn('warn')) return;
  const startedAt = clock.monotonic();
  reply.raw.once('close', () => {
    const { statusCode, writableFinished } = reply.raw;
    const level = statusCode >= 500 ? 'warn' : 'info';
    if (!logger.isOn(level)) return;
    logger.log(level, 'request', {
      method: request.method,
      path: pathOf(request).slice(0, 300),
      ...queryFields(request.query),
      status: statusCode,
      // The client went away, or the server hung up, before all of the answer was sent.
      ...(writableFinished ? {} : { isCutShort: true }),
      durationMs: Math.round((clock.monotonic() - startedAt) * 10) / 10,
      requestId: request.id,
      ...(request.callerName === null ? {} : { caller: request.callerName }),
    });
  });
}

/** The path of a request as it was sent, without its query. */
export function pathOf({ url }: Pick<FastifyRequest, 'url'>): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}

function queryFields(query: unknown): { query?: string } {
  if (typeof query !== 'object' || query === null) return {};
  const said = Object.entries(query)
    .slice(0, 30)
    .map(([name, value]) => (harmless.has(name) ? `${name}=${String(value).slice(0, 40)}` : name.slice(0, 60)));
  return said.length > 0 ? { query: said.join('&') } : {};
}
