import type { IncomingMessage } from 'node:http';
import type { IdSource } from '#kernel/index.ts';

/** What a client may call its request: no spaces, quotes or control characters, which logs and headers would mistake. */
const sane = /^[\w.:~+/=@-]{1,128}$/;

/** Names each request: by the client's `X-Request-ID` where that is a sane token of at most 128 characters, else by a new UUID. */
export function requestIds(ids: IdSource): (raw: Pick<IncomingMessage, 'headers'>) => string {
  return ({ headers }) => {
    const given = headers['x-request-id'];
    return typeof given === 'string' && sane.test(given) ? given : ids.next<'request'>();
  };
}
