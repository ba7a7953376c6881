import type { AnyErrorKind } from '#kernel/error.ts';
import { errorFromBody, isRecord } from './error-from-body.ts';
import { notARatchetServer } from './errors.ts';
import { isJson, type WireAnswer } from './wire-answer.ts';
import type { WireOperation } from './wire-operation.ts';

/**
 * What an operation gave, out of the body of its answer. @throws NOT_A_RATCHET_SERVER
 */
export function readAnswer(operation: WireOperation, answer: WireAnswer): unknown {
  // 204 says that it is done, and no more.
  if (answer.status === 204) return undefined;
  const body = bodyOf(answer);
  const { name, shape } = operation;
  const key = shape === 'stats' ? 'stats' : 'data';
  if (!isRecord(body) || !(key in body)) {
    throw notARatchetServer({ url: answer.url, problem: `its answer to ${name} has no ${JSON.stringify(key)}` });
  }
  if (shape !== 'page') return body[key];
  if (!Array.isArray(body['data'])) throw notARatchetServer({ url: answer.url, problem: `its answer to ${name} is no list` });
  const meta = isRecord(body['meta']) ? body['meta'] : {};
  const pagination = isRecord(meta['pagination']) ? meta['pagination'] : {};
  const { total, isTotalExact = true, next = null } = pagination;
  return { items: body['data'], total, isTotalExact, next };
}

/** What a failed call ends with. @param known kinds of errors the operation may end with, as far as they are at hand */
export function failureOf(answer: WireAnswer, known: readonly AnyErrorKind[] = []): Error {
  const { url, status, contentType } = answer;
  const error = isJson(contentType) ? errorFromBody(bodyOf(answer), status, known) : null;
  if (error !== null) return error;
  const what = status >= 300 && status < 400 ? 'redirects elsewhere' : `answered ${status} with ${contentType || 'no content type'}`;
  return notARatchetServer({ url, problem: `it ${what}` });
}

function bodyOf({ url, contentType, text }: WireAnswer): unknown {
  if (!isJson(contentType))
    throw notARatchetServer({ url, problem: `it answered with ${contentType || 'no content type'}, not with JSON` });
  try {
    return JSON.parse(text);
  } catch (caught) {
    throw notARatchetServer({ url, problem: `its answer is broken JSON (${(caught as Error).message})` }, caught);
  }
}
