import { notARatchetServer, serverSilent, serverUrlInvalid } from '#surfaces/client/errors.ts';
import { networkError } from '#surfaces/client/network-error.ts';
import { consoleNotConnected } from './errors.ts';

/** `lost`: it answered once, or was asked to, and does not now. `none`: nobody wants one. */
export type ConnectionState = 'connected' | 'lost' | 'none';

export interface ServerHealth {
  readonly status: string;
  readonly version: string;
}

/** Where commands go. */
export interface Target {
  /** Without a path: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly token: string | null;
}

/** Which server the console speaks to, and whether it answers. Calls go over HTTP, so that there is nothing to keep open. */
export interface Connection {
  state(): ConnectionState;
  target(): Target | null;
  /** From now on commands go there. @throws why it does not answer; they still go there once it does */
  connect(target: Target, signal?: AbortSignal): Promise<ServerHealth>;
  disconnect(): void;
  /** Asks once more. @throws CONSOLE_NOT_CONNECTED when nobody wants a connection */
  require(): Target;
  /** Looks whether the server answers; null when it does not. */
  look(signal?: AbortSignal): Promise<ServerHealth | null>;
  /** A command has reached the server, or not. */
  noticed(isReached: boolean): void;
  onChange(listener: (state: ConnectionState) => void): () => void;
}

/** A server that is there answers at once; one that takes longer is no seat to work from. */
const patienceMs = 5_000;

export function createConnection(): Connection {
  let state: ConnectionState = 'none';
  let target: Target | null = null;
  const listeners = new Set<(state: ConnectionState) => void>();
  const become = (next: ConnectionState) => {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener(next);
  };
  const connection: Connection = {
    state: () => state,
    target: () => target,
    async connect(wanted, signal) {
      target = { ...wanted, url: serverAddress(wanted.url) };
      become('lost');
      const health = await healthOf(target, signal);
      become('connected');
      return health;
    },
    disconnect() {
      target = null;
      become('none');
    },
    require() {
      if (target === null) throw consoleNotConnected({ problem: '' });
      return target;
    },
    async look(signal) {
      if (target === null) return null;
      try {
        const health = await healthOf(target, signal);
        become('connected');
        return health;
      } catch {
        if (target !== null && signal?.aborted !== true) become('lost');
        return null;
      }
    },
    noticed: (isReached) => become(target === null ? 'none' : isReached ? 'connected' : 'lost'),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return connection;
}

/** @throws SERVER_UNREACHABLE, SERVER_SILENT, NOT_A_RATCHET_SERVER */
async function healthOf(target: Target, signal?: AbortSignal): Promise<ServerHealth> {
  const { body } = await getFrom(target, '/health', signal);
  const { status, version } = parsed(body) as Partial<ServerHealth>;
  if (typeof status !== 'string' || typeof version !== 'string')
    throw notARatchetServer({ url: target.url, problem: 'it does not say how it is at /health' });
  return { status, version };
}

/** What a server says beside its API, such as at /metrics. @throws SERVER_UNREACHABLE, SERVER_SILENT */
export async function getFrom({ url, token }: Target, path: string, signal?: AbortSignal): Promise<{ status: number; body: string }> {
  const late = AbortSignal.timeout(patienceMs);
  try {
    const response = await fetch(`${url}${path}`, {
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      redirect: 'manual',
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
    });
    return { status: response.status, body: await response.text() };
  } catch (caught) {
    signal?.throwIfAborted();
    if (late.aborted) throw serverSilent({ url, call: path, seconds: patienceMs / 1_000 }, caught);
    throw networkError(caught, url, path);
  }
}

function parsed(text: string): object {
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    return {};
  }
}

/** Paths at which other surfaces of a server answer: whoever copies such an address means the server. */
const knownPaths = /^\/(?:api\/v1|graphql|mcp|sse|ws)?\/?$/;

/**
 * The server that an address means: `host:port` and ws:// are taken for http://, wss:// for https://.
 * @throws SERVER_URL_INVALID
 */
export function serverAddress(said: string): string {
  const text = /^[a-z][a-z\d+.-]*:\/\//i.test(said) ? said.replace(/^ws(s?):/i, 'http$1:') : `http://${said}`;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw serverUrlInvalid({ url: said, problem: 'it is no http or https URL' });
  if (url.username !== '' || url.password !== '')
    throw serverUrlInvalid({ url: `${url.protocol}//${url.host}`, problem: 'it carries a user or password' });
  return knownPaths.test(url.pathname) ? url.origin : `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
