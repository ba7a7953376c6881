import { internalError, RatchetError, toRatchetError, type Json } from '#kernel/index.ts';
import { bodyTooLarge, mediaTypeUnsupported, requestMalformed } from './errors.ts';
import { sanitise, sanitiseAll } from './sanitise.ts';

/** The one body of every error. */
export interface ErrorBody {
  error: {
    code: string;
    message: string;
    hint: string;
    status: number;
    details?: unknown;
    requestId: string;
    timestamp: string;
    path: string;
    /** Page that explains the code. */
    link: string;
  };
}

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ErrorBody;
}

export interface Asked {
  readonly requestId: string;
  readonly path: string;
  readonly now: number;
}

/** Turns an error into what a client gets: nothing internal in it (contract 14.11). */
export function errorAnswer(error: RatchetError, { requestId, path, now }: Asked): ErrorAnswer {
  const { http: status, code } = error;
  const isOurFault = status >= 500;
  // An unforeseen error says the same whatever it was; the log has the rest under the request's id.
  const isInternal = internalError.is(error);
  const details = isInternal ? null : (sanitiseAll(error.data, isOurFault) as Json);
  return {
    status,
    headers: { ...retryAfter(error), ...allow(error) },
    body: {
      error: {
        code,
        message: isInternal ? 'Something broke inside Ratchet; the request was not finished.' : sanitise(error.message, isOurFault),
        hint: isInternal ? 'Try again; if it stays, report the request id to whoever runs this server.' : sanitise(error.hint, isOurFault),
        status,
        ...(details !== null && Object.keys(details).length > 0 ? { details } : {}),
        requestId,
        timestamp: new Date(now).toISOString(),
        path,
        link: `/docs/errors/${code}`,
      },
    },
  };
}

function retryAfter(error: RatchetError): Record<string, string> {
  const wanted = Number(error.data['retryAfterSeconds']);
  if (Number.isFinite(wanted) && wanted >= 0) return { 'retry-after': String(Math.max(1, Math.ceil(wanted))) };
  return [429, 503, 507].includes(error.http) ? { 'retry-after': '1' } : {};
}

function allow({ http, data }: RatchetError): Record<string, string> {
  return http === 405 && Array.isArray(data['allowed']) ? { allow: data['allowed'].join(', ') } : {};
}

/** What a web framework threw, as one of ours. @param limitBytes how large a body may be */
export function fromFramework(caught: unknown, limitBytes: number): RatchetError {
  if (caught instanceof RatchetError) return caught;
  const { code, message } = caught as { code?: unknown; message?: unknown };
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return bodyTooLarge({ limitBytes }, caught);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return mediaTypeUnsupported({ given: '' }, caught);
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return requestMalformed({ problem: 'the body is not as long as Content-Length says' }, caught);
    case 'FST_ERR_BAD_URL':
      return requestMalformed({ problem: 'its address cannot be decoded' }, caught);
    case 'ECONNRESET':
      return requestMalformed({ problem: 'it ended before its body had been sent' }, caught);
    default:
      return toRatchetError(caught, `answer a request (${typeof message === 'string' ? message.slice(0, 200) : 'unknown'})`);
  }
}
