import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RestRoute } from './projection.ts';

/** The body of an answer that is no list. @param summary what the operation does, for answers that say no more than that it is done */
export function bodyOf(answers: RestRoute['answers'], data: unknown, summary: string, now: number): unknown {
  switch (answers) {
    case 'stats':
      return { stats: data, timestamp: new Date(now).toISOString() };
    case 'done': {
      const { message } = (data ?? {}) as { message?: unknown };
      return { success: true, message: typeof message === 'string' ? message : `${summary}: done`, data: data ?? null };
    }
    case 'data':
      return { data: data ?? null };
  }
}

/** Where a thing that was made can be read: the route of its noun with its id; null where it has none. */
export function locationOf(collection: string, data: unknown): string | null {
  const { id, uuid } = (data ?? {}) as { id?: unknown; uuid?: unknown };
  const key = id ?? uuid;
  return typeof key === 'string' || typeof key === 'number' ? `${collection}/${encodeURIComponent(key)}` : null;
}

/** Sends a body with its ETag, or 304 where the client has it already. Weak: compression makes other bytes of the same answer. */
export function sendTagged(request: FastifyRequest, reply: FastifyReply, body: string): FastifyReply {
  const tag = `W/"${createHash('sha1').update(body).digest('base64url')}"`;
  reply.header('etag', tag).header('cache-control', 'private, no-cache');
  const known = request.headers['if-none-match'];
  if (known !== undefined && matches(known, tag)) return reply.code(304).send();
  return reply.type('application/json; charset=utf-8').send(body);
}

function matches(header: string, tag: string): boolean {
  if (header.trim() === '*') return true;
  const bare = tag.slice(2);
  return header.split(',').some((given) => given.trim().replace(/^W\//, '') === bare);
}
