import { errorFromBody, isRecord } from './error-from-body.ts';
import { answerUnknown, notARatchetServer } from './errors.ts';
import { isList, restOf, type Callable } from './http-request.ts';
import { problemsOf, type AnyErrorKind } from '#kernel/index.ts';
import { isJson, type WireAnswer } from './wire-answer.ts';
import type { z } from 'zod';

/** An operation whose answer is read. */
export type Answering = Callable & { readonly output: z.ZodType; readonly errors: readonly AnyErrorKind[] };

/**
 * The answer of an operation out of a body, checked against the operation's output schema.
 * @throws what the server says, NOT_A_RATCHET_SERVER, ANSWER_UNKNOWN
 */
export function readAnswer(operation: Answering, answer: WireAnswer): unknown {
  if (answer.status >= 300 || answer.status < 200) throw failureOf(operation, answer);
  // 204 says that it is done, and no more.
  const said = answer.status === 204 ? undefined : unwrap(operation, bodyOf(answer), answer.url);
  const parsed = operation.output.safeParse(said);
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error).slice(0, 5);
  throw answerUnknown({
    url: answer.url,
    call: operation.name,
    problems: problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)),
  });
}

/** What a failed call ends with. */
export function failureOf(operation: Pick<Answering, 'errors'>, answer: WireAnswer): Error {
  const { url, status, contentType } = answer;
  const error = isJson(contentType) ? errorFromBody(bodyOf(answer), status, operation.errors) : null;
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

function unwrap(operation: Callable, body: unknown, url: string): unknown {
  const { answers = 'data' } = restOf(operation);
  const key = answers === 'stats' ? 'stats' : 'data';
  if (!isRecord(body) || !(key in body)) {
    throw notARatchetServer({ url, problem: `its answer to ${operation.name} has no ${JSON.stringify(key)}` });
  }
  if (!isList(operation)) return body[key];
  const meta = isRecord(body['meta']) ? body['meta'] : {};
  const pagination = isRecord(meta['pagination']) ? meta['pagination'] : {};
  const { total, isTotalExact = true, next = null } = pagination;
  return { items: body['data'], total, isTotalExact, next };
}
