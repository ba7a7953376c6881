import type { Outgoing } from './exchange.ts';
import { type HeadersLike, headerPairs } from './headers.ts';
import { NativeError, isArray, parse, stringify } from './intrinsics.ts';
import type { SignalLike } from './events.ts';

export interface FetchOptions {
  method?: unknown;
  headers?: unknown;
  body?: unknown;
  timeout?: unknown;
  signal?: SignalLike | null;
  redirect?: unknown;
  retry?: unknown;
  throwOnError?: unknown;
}

/** What the global `Request` holds. */
export interface RequestLike {
  url: string;
  method: string;
  headers: HeadersLike;
  body: unknown;
}

const defaultRetry = { delayMs: 200, factor: 2 };

/** The address in any form a task may give it; throws what the published contract says for anything else. */
export function addressOf(url: unknown): string {
  if (typeof url === 'string') return url;
  if (typeof url === 'object' && url !== null) {
    const { href } = url as { href?: unknown };
    if (typeof href === 'string') return href;
  }
  throw new NativeError('URL must be a string');
}

/**
 * The message to the host for one call of fetch. Throws TypeError for what no request can be made of.
 * `positional` is the third argument: it wins over `options.body` and is JSON, unless the content type says form.
 */
export function outgoing(url: string, options: FetchOptions, positional: unknown): Outgoing {
  const method = options.method === undefined || options.method === null ? 'GET' : String(options.method).toUpperCase();
  const headers = headerPairs(options.headers);
  const type = headers.find((pair) => pair[0].toLowerCase() === 'content-type')?.[1];

  const { body, contentType } =
    positional === undefined || positional === null ? standardBody(options.body) : positionalBody(positional, type);
  if (body !== undefined) {
    if (method === 'GET' || method === 'HEAD') throw new TypeError(`A ${method} request cannot have a body`);
    if (type === undefined && contentType !== null) headers.push(['content-type', contentType]);
  }

  const headJson = stringify({
    url,
    method,
    headers,
    timeoutMs: positiveNumber(options.timeout, 'timeout'),
    redirect: redirectOf(options.redirect),
    retry: retryOf(options.retry),
  });
  return { url, method, headJson, body };
}

interface Body {
  body: string | ArrayBuffer | undefined;
  contentType: string | null;
}

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';

/** `options.body`, as in standard fetch, except that a plain object is sent as JSON instead of as `[object Object]`. */
function standardBody(value: unknown): Body {
  if (value === undefined || value === null) return { body: undefined, contentType: null };
  if (typeof value === 'string') return { body: value, contentType: 'text/plain;charset=UTF-8' };
  return structuredBody(value) ?? { body: jsonText(value), contentType: json };
}

/** The third argument: a JSON value. A string counts as JSON text where it is some, and is raw in a form. */
function positionalBody(value: unknown, contentType: string | undefined): Body {
  if (typeof value === 'string') {
    if (contentType !== undefined && contentType.toLowerCase().includes(form)) return { body: value, contentType: null };
    return { body: jsonText(parsedOrSelf(value)), contentType: json };
  }
  return structuredBody(value) ?? { body: jsonText(value), contentType: json };
}

function structuredBody(value: unknown): Body | null {
  if (value instanceof ArrayBuffer) return { body: value.slice(0), contentType: null };
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value;
    return { body: (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength), contentType: null };
  }
  if (Object.prototype.toString.call(value) === '[object URLSearchParams]') {
    return { body: String(value), contentType: `${form};charset=UTF-8` };
  }
  return null;
}

function parsedOrSelf(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return text;
  }
}

function jsonText(value: unknown): string {
  const text = stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`A ${typeof value} cannot be the body of a request`);
  return text;
}

function positiveNumber(value: unknown, name: string): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || !(value > 0)) throw new TypeError(`${name} must be a number above 0`);
  return value === Infinity ? null : value;
}

function redirectOf(value: unknown): 'follow' | 'manual' | 'error' {
  if (value === undefined) return 'follow';
  if (value === 'follow' || value === 'manual' || value === 'error') return value;
  throw new TypeError(`redirect must be follow, manual or error, not ${String(value)}`);
}

function retryOf(value: unknown): { attempts: number; delayMs: number; factor: number } | null {
  if (value === undefined || value === null || value === 0) return null;
  const wish = (typeof value === 'number' ? { attempts: value } : value) as { attempts?: unknown; delay?: unknown; factor?: unknown };
  const { attempts, delay, factor } = wish;
  if (typeof attempts !== 'number' || !Number.isInteger(attempts) || attempts < 1 || isArray(value)) {
    throw new TypeError('retry must be a whole number above 0, or {attempts, delay, factor}');
  }
  return {
    attempts,
    delayMs: positiveNumber(delay, 'retry.delay') ?? defaultRetry.delayMs,
    factor: positiveNumber(factor, 'retry.factor') ?? defaultRetry.factor,
  };
}
