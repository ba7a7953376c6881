import { setTimeout as sleep } from 'node:timers/promises';
import { ProxyAgent } from 'undici';
import type { Clock, Settings } from '#kernel/index.ts';
import { createAddressGuard, type AddressGuard, type Resolve } from './address-guard.ts';
import { hostOf, type AllowList } from './allow-list.ts';
import { classifyAddress } from './address-class.ts';
import { createConnectionPool } from './connection-pool.ts';
import type { HttpOutcome, HttpRequest } from './effect.ts';
import { exchange, exchangeByProxy, orAborted, type ExchangeOptions, type HopAnswer } from './exchange.ts';
import { abortedFailure, failureOf, RequestFailed } from './failure.ts';
import { followRedirects } from './follow-redirects.ts';
import type { Performed } from './gate.ts';
import {
  httpAllowedAddresses,
  httpConnectionTimeout,
  httpIdleTimeout,
  httpMaxHeaderBytes,
  httpMaxIdlePerHost,
  httpMaxRedirects,
  httpMaxResponseBytes,
  httpProxy,
  httpTimeout,
  httpUserAgent,
  httpVerifySsl,
  trustTaskLists,
} from './http-settings.ts';
import type { Hop } from './redirect.ts';
import { notOnList, timedOut } from './refusal.ts';
import { performWithRetries } from './retry-loop.ts';

export interface LiveHttpOptions {
  /** development: loopback is reachable, and hosts that a task's own list names may be private. server: neither. */
  readonly profile: 'server' | 'development';
  readonly clock: Clock;
  readonly resolve?: Resolve | undefined;
}

/** Performs requests on the real network. This module brings undici along, so it is loaded at the first request. */
export interface LiveHttp {
  /** Performs one checked request under a task's list. Never rejects; after close() everything is aborted. */
  perform(request: HttpRequest, list: AllowList, signal: AbortSignal): Promise<Performed>;
  close(): Promise<void>;
}

export function createLiveHttp(settings: Settings, options: LiveHttpOptions): LiveHttp {
  const isDevelopment = options.profile === 'development';
  const trustsLists = isDevelopment || settings.get(trustTaskLists);
  const verifyTls = settings.get(httpVerifySsl);
  const connectMs = settings.get(httpConnectionTimeout) * 1000;
  const idleMs = settings.get(httpIdleTimeout) * 1000;
  const maxHeaderBytes = settings.get(httpMaxHeaderBytes);
  /** Looked up for every request: these may change while the server runs. */
  const exchangeOptions = (): ExchangeOptions => ({
    userAgent: settings.get(httpUserAgent),
    maxResponseBytes: settings.get(httpMaxResponseBytes),
  });
  const guard = createAddressGuard({ allowLoopback: isDevelopment, allowed: settings.get(httpAllowedAddresses), resolve: options.resolve });
  const pool = createConnectionPool({
    guard,
    maxIdlePerHost: settings.get(httpMaxIdlePerHost),
    idleMs,
    connectMs,
    maxHeaderBytes,
    verifyTls,
  });
  const proxyUrl = settings.get(httpProxy);
  const proxy =
    proxyUrl === null
      ? null
      : new ProxyAgent({
          uri: proxyUrl,
          connectTimeout: connectMs,
          keepAliveTimeout: idleMs,
          keepAliveMaxTimeout: idleMs,
          maxHeaderSize: maxHeaderBytes,
          headersTimeout: 0,
          bodyTimeout: 0,
          allowH2: false,
          requestTls: { rejectUnauthorized: verifyTls },
        });

  const sendHop = async (hop: Hop, list: AllowList, signal: AbortSignal): Promise<HopAnswer> => {
    if (!list.allows(hop.url)) throw new RequestFailed(notOnList(hop.url));
    const isOpened = trustsLists && list.namesExactly(hop.url);
    guard.checkHost(hop.url, isOpened);
    if (proxy && (await orAborted(isPublic(guard, hop.url, isOpened), signal)))
      return exchangeByProxy(proxy, hop, exchangeOptions(), signal);
    return exchange(pool, isOpened, hop, exchangeOptions(), signal);
  };

  const attempt = async (request: HttpRequest, list: AllowList, outer: AbortSignal): Promise<HttpOutcome> => {
    const mostMs = settings.get(httpTimeout) * 1000;
    const limitMs = Math.min(request.timeoutMs ?? mostMs, mostMs);
    const controller = new AbortController();
    const onOuter = () => controller.abort(new RequestFailed(abortedFailure));
    outer.addEventListener('abort', onOuter, { once: true });
    const timer = setTimeout(() => controller.abort(new RequestFailed(timedOut(request, limitMs))), Math.max(1, limitMs));
    let hopUrl = new URL(request.url);
    try {
      return await followRedirects(request, settings.get(httpMaxRedirects), (hop) => {
        hopUrl = hop.url;
        return sendHop(hop, list, controller.signal);
      });
    } catch (error) {
      // Closing the socket makes it fail in many ways; why it was closed is what counts.
      return { failure: failureOf(controller.signal.aborted ? controller.signal.reason : error, hopUrl) };
    } finally {
      clearTimeout(timer);
      outer.removeEventListener('abort', onOuter);
    }
  };

  const running = new Set<AbortController>();
  let isClosed = false;

  return {
    async perform(request, list, signal) {
      const end = new AbortController();
      const onAbort = () => end.abort();
      if (signal.aborted || isClosed) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      running.add(end);
      try {
        return await performWithRetries(request, end.signal, {
          attempt: (outer) => attempt(request, list, outer),
          now: () => options.clock.now(),
          wait: (delayMs, outer) => sleep(delayMs, undefined, { signal: outer }),
        });
      } finally {
        running.delete(end);
        signal.removeEventListener('abort', onAbort);
      }
    },
    async close() {
      isClosed = true;
      for (const end of running) end.abort();
      await Promise.all([pool.close(), proxy?.destroy()]);
    },
  };
}

/**
 * Whether a target is reached through the proxy: only where its address is public. Loopback would mean the proxy's own machine. Throws
 * when the guard forbids the address. The proxy resolves the name again by itself; what it may reach is its operator's to limit.
 */
async function isPublic(guard: AddressGuard, url: URL, isOpened: boolean): Promise<boolean> {
  const host = hostOf(url);
  const literal = host.replace(/^\[(.*)\]$/, '$1');
  if (literal !== host || /^[\d.]+$/.test(host)) return classifyAddress(literal) === 'public';
  const found = await guard.resolve(host, isOpened);
  return found.every(({ address }) => classifyAddress(address) === 'public');
}
