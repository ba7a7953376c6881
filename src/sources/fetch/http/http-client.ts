import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import type { AddressGuard } from '#engine/index.ts';
import { RatchetError } from '#kernel/index.ts';
import {
  sourceAuthFailed,
  sourceAuthInvalid,
  sourceContentInvalid,
  sourceFetchFailed,
  sourceNotFound,
  sourceTooLarge,
  sourceUnreachable,
} from '../../errors.ts';
import type { Reach } from '../fetcher.ts';
import { judgeAddress } from '../judge-address.ts';
import { basicOf, type SourceAuth } from '../source-auth.ts';

export interface HttpClientOptions {
  readonly guard: AddressGuard;
  readonly env: NodeJS.ProcessEnv;
  readonly userAgent: string;
}

/** What an answer says of its own identity, to ask later whether it is still the same. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export interface HttpGet {
  readonly url: string;
  /** The only origin that gets the credentials: that of the source. */
  readonly home: string;
  /** Of the source, for messages. */
  readonly address: string;
  readonly auth: SourceAuth | null;
  readonly reach: Reach;
  readonly maxBytes: number;
  /** Asks for an answer only if it is another one. */
  readonly known: Validators | null;
  readonly signal: AbortSignal;
}

export interface HttpAnswer extends Validators {
  /** False where the answer is the one that `known` speaks of; it has no body then. */
  readonly isNew: boolean;
  /** Where redirections led. */
  readonly url: string;
  readonly body: Buffer;
  /** Of the body, in hex. */
  readonly sha256: string;
}

export interface HttpClient {
  /**
   * Gets what stands at an address, by the fixed rules for sources.
   * @throws SOURCE_NOT_FOUND, SOURCE_AUTH_FAILED, SOURCE_AUTH_INVALID, SOURCE_UNREACHABLE, SOURCE_TOO_LARGE, SOURCE_ADDRESS_REFUSED,
   * SOURCE_CONTENT_INVALID, SOURCE_FETCH_FAILED
   */
  get(get: HttpGet): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const mostRedirects = 5;
/** Nothing else at a source is worth waiting for; the whole fetch has a limit of its own. */
const connectMs = 30_000;

export async function createHttpClient({ guard, env, userAgent }: HttpClientOptions): Promise<HttpClient> {
  const { Agent, EnvHttpProxyAgent, request } = await import('undici');
  const named = (name: string) => env[name.toLowerCase()] ?? env[name];
  const proxies = { httpProxy: named('HTTP_PROXY'), httpsProxy: named('HTTPS_PROXY'), noProxy: named('NO_PROXY') };
  const hasProxy = Boolean(proxies.httpProxy ?? proxies.httpsProxy);
  // Long enough for the tasks of one list; until the next poll nothing stays open.
  const options = { headersTimeout: 0, bodyTimeout: 0, allowH2: false, keepAliveMaxTimeout: 5_000 } as const;
  const open: Dispatcher = hasProxy
    ? new EnvHttpProxyAgent({ ...options, connect: { timeout: connectMs }, ...definedOf(proxies) })
    : new Agent({ ...options, connect: { timeout: connectMs } });
  // Connects to the address that was judged: a name cannot change its mind in between. A proxy asks by itself; its operator limits it.
  const guarded: Dispatcher = hasProxy ? open : new Agent({ ...options, connect: { timeout: connectMs, lookup: guard.lookup(false) } });

  const hop = async (get: HttpGet, url: URL, isHome: boolean): Promise<Dispatcher.ResponseData> => {
    const isEncrypted = url.protocol === 'https:';
    if (get.reach === 'public') {
      await judgeAddress(guard, url.hostname.replace(/^\[(.*)\]$/, '$1'), isEncrypted, get.address);
      if (get.auth && !isEncrypted) {
        throw sourceAuthInvalid({ address: get.address, reason: 'without encryption everybody on the way could read them' });
      }
    }
    try {
      return await request(url.href, {
        dispatcher: get.reach === 'public' ? guarded : open,
        signal: get.signal,
        headers: {
          'user-agent': userAgent,
          accept: 'application/json, application/zip;q=0.9, */*;q=0.5',
          'accept-encoding': 'identity',
          ...(isHome ? authHeaders(get) : {}),
          ...(get.known?.etag ? { 'if-none-match': get.known.etag } : {}),
          ...(get.known?.lastModified && !get.known.etag ? { 'if-modified-since': get.known.lastModified } : {}),
        },
      });
    } catch (error) {
      throw asUnreachable(get, url, error);
    }
  };

  return {
    async get(get) {
      let url = new URL(get.url);
      for (let redirects = 0; ; redirects++) {
        const answer = await hop(get, url, url.origin === get.home);
        const { statusCode: status, headers } = answer;
        const leadsTo = [301, 302, 303, 307, 308].includes(status) ? textOf(headers['location']) : null;
        if (leadsTo === null) return await read(get, url, answer);
        await answer.body.dump().catch(() => {});
        if (redirects === mostRedirects) {
          throw sourceFetchFailed({ address: get.address, reason: `it redirects more than ${mostRedirects} times` });
        }
        const next = URL.canParse(leadsTo, url.href) ? new URL(leadsTo, url) : null;
        if (next === null || !/^https?:$/.test(next.protocol)) {
          throw sourceFetchFailed({ address: get.address, reason: 'it redirects to what is no address of the web' });
        }
        if (url.protocol === 'https:' && next.protocol === 'http:') {
          throw sourceFetchFailed({ address: get.address, reason: 'it redirects to an address that is not encrypted' });
        }
        url = next;
      }
    },
    async close() {
      await Promise.allSettled([open.destroy(), guarded.destroy()]);
    },
  };
}

async function read(get: HttpGet, url: URL, { statusCode: status, headers, body }: Dispatcher.ResponseData): Promise<HttpAnswer> {
  const refuse = async (error: Error): Promise<never> => {
    body.on('error', () => {});
    body.destroy();
    throw error;
  };
  const validators = { etag: textOf(headers['etag']), lastModified: textOf(headers['last-modified']) };
  if (status === 304 && get.known) {
    await body.dump().catch(() => {});
    return { ...get.known, isNew: false, url: url.href, body: Buffer.alloc(0), sha256: '' };
  }
  if (status !== 200) return refuse(failureOf(get, status));
  const encoding = textOf(headers['content-encoding']) ?? 'identity';
  if (encoding !== 'identity') {
    return refuse(sourceContentInvalid({ address: get.address, reason: `it comes as ${encoding}, which was not asked for` }));
  }
  const tooLarge = () =>
    sourceTooLarge({ address: get.address, what: `${url.pathname} has more than ${get.maxBytes} bytes`, limit: get.maxBytes });
  if (Number(headers['content-length'] ?? 0) > get.maxBytes) return refuse(tooLarge());
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > get.maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    return refuse(asUnreachable(get, url, error));
  }
  const bytes = Buffer.concat(chunks);
  return { ...validators, isNew: true, url: url.href, body: bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function failureOf({ address, auth }: HttpGet, status: number): Error {
  const reason = `it answered ${status}`;
  if (status === 401 || status === 403 || status === 407)
    return sourceAuthFailed({ address, reason: auth ? reason : `${reason}, and no credentials are set` });
  if (status === 404 || status === 405 || status === 410) return sourceNotFound({ address, reason });
  if (status === 429 || status >= 500) return sourceUnreachable({ address, reason });
  return sourceFetchFailed({ address, reason });
}

function asUnreachable({ address, signal }: HttpGet, url: URL, error: unknown): Error {
  if (error instanceof RatchetError || signal.aborted) return error as Error;
  const { code, message } = error as NodeJS.ErrnoException;
  return sourceUnreachable({ address, reason: `${url.host}: ${code ?? message}` }, error);
}

function authHeaders({ auth, address }: HttpGet): Record<string, string> {
  switch (auth?.type) {
    case undefined:
      return {};
    case 'bearer':
    case 'token':
      return { authorization: `Bearer ${auth.token}` };
    case 'basic':
      return { authorization: `Basic ${basicOf(auth.username, auth.password)}` };
    case 'api_key':
      return { [auth.header.toLowerCase()]: auth.key };
    case 'ssh_key':
      throw sourceAuthInvalid({ address, reason: 'HTTP takes bearer, basic, api_key or git_token, not ssh_key' });
  }
}

function textOf(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}

function definedOf<T extends object>(values: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')) as {
    [K in keyof T]: NonNullable<T[K]>;
  };
}
