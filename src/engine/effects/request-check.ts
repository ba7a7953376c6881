import type { HttpFailure, HttpRequest } from './effect.ts';

export interface RequestLimits {
  readonly requestBytes: number;
  readonly headerBytes: number;
}

const methods = new Set(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']);

/** Headers that steer the connection or say how long the body is: the host writes them itself, or request smuggling begins here. */
const ownHeaders = new Set([
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'expect',
  'upgrade',
  'te',
  'trailer',
  'http2-settings',
]);

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Printable ASCII, tab, and the high half of Latin-1 (RFC 9110, field-value); never CR, LF or NUL. */
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const longestUrl = 32_768;
const mostRetries = 10;
const longestDelayMs = 60_000;

/**
 * Judges a request as it came from hostile code: every field is looked at, whatever its type claims.
 * Gives back the request in one form (canonical URL, lower-case header names, each once, retry within bounds) or why it is refused.
 */
export function checkRequest(request: HttpRequest, limits: RequestLimits): { request: HttpRequest } | { failure: HttpFailure } {
  try {
    const body = request.body ?? null;
    if (body !== null && !(body instanceof Uint8Array)) refuse('The body of the request is not bytes.');
    if (body !== null && body.byteLength > limits.requestBytes) {
      const message = `The request body is ${body.byteLength} bytes; at most ${limits.requestBytes} are allowed (http.max_request_bytes).`;
      return { failure: { name: 'NetworkError', message, reason: 'too-large' } };
    }
    if (!methods.has(request.method)) refuse(`The method ${shown(request.method)} is not one of ${[...methods].join(', ')}.`);
    if (!['follow', 'manual', 'error'].includes(request.redirect)) {
      refuse(`redirect is ${shown(request.redirect)}; it must be follow, manual or error.`);
    }
    return {
      request: {
        url: checkUrl(request.url),
        method: request.method,
        headers: checkHeaders(request.headers, limits.headerBytes),
        body,
        timeoutMs: checkTimeout(request.timeoutMs ?? null),
        redirect: request.redirect,
        retry: checkRetry(request.retry ?? null),
      },
    };
  } catch (error) {
    // Anything else means a shape so wrong that looking at it failed.
    const message = error instanceof Refusal ? error.message : 'The request is malformed.';
    return { failure: { name: 'TypeError', message, reason: 'invalid' } };
  }
}

class Refusal extends Error {}

function refuse(message: string): never {
  throw new Refusal(message);
}

/** A value of the task for a message: short, on one line, and without what cannot be printed. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : typeof value;
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}

function checkUrl(text: unknown): string {
  if (typeof text !== 'string') refuse('URL must be a string');
  if (text.length > longestUrl) refuse(`The URL is ${text.length} characters long; at most ${longestUrl} are allowed.`);
  const url = URL.parse(text);
  // The text may hold a password, so a malformed one is not repeated.
  if (url === null) refuse('The URL of the request is not a valid absolute URL.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') refuse(`URLs must begin with http: or https:, not ${shown(url.protocol)}.`);
  if (url.username !== '' || url.password !== '') {
    refuse(`The URL of ${url.host} holds a user name or password; send them in an Authorization header.`);
  }
  url.hash = '';
  return url.href;
}

function checkHeaders(headers: unknown, mostBytes: number): [string, string][] {
  if (!Array.isArray(headers)) refuse('The headers of the request are not a list.');
  const merged = new Map<string, string>();
  let bytes = 0;
  for (const pair of headers as unknown[]) {
    const [name, rawValue] = Array.isArray(pair) ? (pair as unknown[]) : [];
    if (typeof name !== 'string' || typeof rawValue !== 'string') refuse('A header of the request is not a pair of strings.');
    const key = name.toLowerCase();
    bytes += name.length + rawValue.length + 4;
    if (bytes > mostBytes) refuse(`The headers of the request are longer than ${mostBytes} bytes (http.max_header_bytes).`);
    if (!headerName.test(name)) refuse(`${shown(name)} is not a valid header name.`);
    // The value may be a secret, so only the name is told.
    const value = rawValue.replaceAll(/^[\t\x20]+|[\t\x20]+$/g, '');
    if (!headerValue.test(value)) refuse(`The value of header ${key} holds a character that headers may not hold.`);
    if (ownHeaders.has(key) || key.startsWith('proxy-')) refuse(`Header ${key} is set by Ratchet; tasks may not set it.`);
    const before = merged.get(key);
    merged.set(key, before === undefined ? value : `${before}${key === 'cookie' ? '; ' : ', '}${value}`);
  }
  return [...merged];
}

function checkTimeout(timeoutMs: unknown): number | null {
  if (timeoutMs === null) return null;
  if (typeof timeoutMs !== 'number' || !(timeoutMs > 0)) refuse('The timeout of the request is not a positive number of milliseconds.');
  return timeoutMs;
}

function checkRetry(retry: HttpRequest['retry']): HttpRequest['retry'] {
  if (retry === null) return null;
  const { attempts, delayMs, factor } = retry;
  if (![attempts, delayMs, factor].every((n) => typeof n === 'number' && Number.isFinite(n) && n >= 0)) {
    refuse('The retry option of the request needs attempts, delayMs and factor as numbers of at least 0.');
  }
  return {
    attempts: Math.min(Math.floor(attempts), mostRetries),
    delayMs: Math.min(delayMs, longestDelayMs),
    factor: Math.min(Math.max(factor, 1), 10),
  };
}
