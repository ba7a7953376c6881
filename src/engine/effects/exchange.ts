import type { Dispatcher } from 'undici';
import { readBody } from './body-reader.ts';
import type { ConnectionPool } from './connection-pool.ts';
import { isReset } from './failure.ts';
import type { Hop } from './redirect.ts';

/** What one hop was answered. */
export interface HopAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

export interface ExchangeOptions {
  readonly userAgent: string;
  readonly maxResponseBytes: number;
}

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Sends one hop over a connection of the pool and reads the whole answer. Throws what went wrong; when `signal` aborts, at once and with
 * the socket closed. A kept connection turns out to be closed by the server only when it is used, so a request that may safely be
 * repeated is then sent once more over a new one.
 */
export async function exchange(
  pool: ConnectionPool,
  isOpened: boolean,
  hop: Hop,
  options: ExchangeOptions,
  signal: AbortSignal,
): Promise<HopAnswer> {
  for (;;) {
    signal.throwIfAborted();
    const lease = pool.take(hop.url.origin, isOpened);
    const progress = { hasAnswer: false };
    let isWhole = false;
    try {
      const answer = await orAborted(send(lease.client, hop, options, progress), signal);
      isWhole = true;
      return answer;
    } catch (error) {
      if (!lease.wasUsed || progress.hasAnswer || signal.aborted || !isReset(error) || !safe.has(hop.method)) throw error;
    } finally {
      if (isWhole) lease.giveBack();
      else lease.drop();
    }
  }
}

/** The same through a proxy, which keeps its own connections. */
export function exchangeByProxy(proxy: Dispatcher, hop: Hop, options: ExchangeOptions, signal: AbortSignal): Promise<HopAnswer> {
  return orAborted(send(proxy, hop, options, { hasAnswer: false }, signal), signal);
}

async function send(
  dispatcher: Dispatcher,
  hop: Hop,
  options: ExchangeOptions,
  progress: { hasAnswer: boolean },
  signal?: AbortSignal,
): Promise<HopAnswer> {
  const response = await dispatcher.request({
    origin: hop.url.origin,
    path: hop.url.pathname + hop.url.search,
    method: hop.method,
    headers: Object.fromEntries(withDefaults(hop.headers, options.userAgent)),
    body: hop.body,
    responseHeaders: 'raw',
    ...(signal ? { signal } : {}),
  });
  progress.hasAnswer = true;
  const headers = pairsOf(response.headers as unknown as readonly (string | Buffer)[]);
  const encoding = headers
    .filter(([name]) => name === 'content-encoding')
    .map(([, value]) => value)
    .join(',');
  const hasNoBody = hop.method === 'HEAD' || response.statusCode === 204 || response.statusCode === 304;
  const body = await readBody(response.body, hasNoBody ? '' : encoding, options.maxResponseBytes, hop.url.host);
  return { status: response.statusCode, statusText: response.statusText, headers, body };
}

function withDefaults(headers: Hop['headers'], userAgent: string): Map<string, string> {
  return new Map([['accept', '*/*'], ['accept-encoding', 'gzip, deflate, br, zstd'], ['user-agent', userAgent], ...headers]);
}

function pairsOf(raw: readonly (string | Buffer)[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    pairs.push([raw[i]!.toString('latin1').toLowerCase(), raw[i + 1]!.toString('latin1')]);
  }
  return pairs;
}

/** Settles with `work`, or rejects with the signal's reason the moment it aborts, without waiting for a connection still being made. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason as Error);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Whatever the loser still does, nobody is waiting for it.
    work.catch(() => {});
    promise.catch(() => {});
  }
}
