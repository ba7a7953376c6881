import { BlockedAddress } from './blocked-address.ts';
import type { HttpFailure } from './effect.ts';

/** Carries a failure that has been worded already through code that throws. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  readonly failure: HttpFailure;

  constructor(failure: HttpFailure, cause?: unknown) {
    super(failure.message, cause === undefined ? undefined : { cause });
    this.failure = failure;
  }
}

export function networkFailure(reason: string, message: string): HttpFailure {
  return { name: 'NetworkError', message, reason };
}

export const abortedFailure: HttpFailure = { name: 'AbortError', message: 'The request was aborted.', reason: 'aborted' };

const refusedCodes = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EACCES', 'EPERM', 'EHOSTDOWN', 'ENETDOWN']);
const resetCodes = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED', 'ERR_STREAM_PREMATURE_CLOSE']);
const timeoutCodes = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** Whether an error means that the other side, or the network, closed the connection. */
export function isReset(error: unknown): boolean {
  return resetCodes.has(codeOf(error));
}

/**
 * Words what went wrong with a connection for the author of the task. Only host and port of the URL are named: the rest of a URL,
 * and the text of errors below us, may hold secrets.
 */
export function failureOf(error: unknown, url: URL): HttpFailure {
  if (error instanceof RequestFailed) return error.failure;
  if (error instanceof BlockedAddress) return networkFailure('blocked', `The request to ${url.host} was blocked: ${error.message}.`);
  const code = codeOf(error);
  if (code === 'ENOTFOUND' || code === 'ENODATA' || code.startsWith('EAI_')) {
    return networkFailure('dns', `The name ${url.hostname} could not be resolved (${code}).`);
  }
  if (refusedCodes.has(code)) return networkFailure('refused', `No connection could be made to ${url.host} (${code}).`);
  if (timeoutCodes.has(code))
    return { name: 'TimeoutError', message: `Connecting to ${url.host} took too long (${code}).`, reason: 'timeout' };
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return networkFailure('too-large', `The response headers of ${url.host} are too large (http.max_header_bytes).`);
  }
  if (/CERT|^ERR_TLS|^ERR_SSL|SELF_SIGNED|UNABLE_TO|UND_ERR_PRX_TLS/.test(code) || code === 'EPROTO') {
    return networkFailure('tls', `No trusted TLS connection could be made to ${url.host} (${code}).`);
  }
  if (isParserError(error) || /^HPE_|CONTENT_LENGTH|^UND_ERR_RESPONSE/.test(code))
    return networkFailure('protocol', `The answer of ${url.host} is not valid HTTP${code === '' ? '' : ` (${code})`}.`);
  if (resetCodes.has(code))
    return networkFailure('reset', `The connection to ${url.host} was closed before the answer was complete (${code}).`);
  return networkFailure('reset', `The request to ${url.host} failed (${code === '' ? 'unknown cause' : code}).`);
}

/** undici's parser names some of its errors and gives them no code. */
function isParserError(error: unknown): boolean {
  return error instanceof Error && error.name === 'HTTPParserError';
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code)) return code;
  return cause === undefined ? '' : codeOf(cause);
}
