import { RatchetError, type AnyErrorKind } from '#kernel/error.ts';
import { answerLost, serverUnreachable } from './errors.ts';
import { networkError } from './network-error.ts';
import { failureOf } from './read-answer.ts';
import { isJson, readWire, type WireAnswer } from './wire-answer.ts';

/** What came of one attempt at a call. */
export type Outcome = { readonly answer: WireAnswer } | FailedAttempt;

interface FailedAttempt {
  readonly failure: unknown;
  /** Whether the same call may work later. */
  readonly mayPass: boolean;
  /** Whether the server is still busy with an earlier attempt at it. */
  readonly isUnderWay: boolean;
  /** How long the server wants to be left alone; null when it does not say. */
  readonly retryAfterMs: number | null;
}

interface Attempted {
  readonly origin: string;
  readonly call: string;
  readonly known: readonly AnyErrorKind[];
}

/** What a proxy answers in the place of a server that is not there. */
const statusesOfProxies: readonly number[] = [502, 503, 504];
const underWayCode = 'IDEMPOTENCY_KEY_BUSY';

/** Makes one attempt. Never rejects: what went wrong is judged here. */
export async function attemptCall(send: () => Promise<Response>, { origin, call, known }: Attempted): Promise<Outcome> {
  let answer: WireAnswer;
  try {
    answer = await readWire(await send(), origin);
    if (answer.status >= 200 && answer.status < 300) return { answer };
  } catch (caught) {
    const failure = networkError(caught, origin, call);
    return { failure, mayPass: serverUnreachable.is(failure) || answerLost.is(failure), isUnderWay: false, retryAfterMs: null };
  }
  const { status, contentType } = answer;
  let failure: unknown;
  try {
    failure = failureOf(answer, known);
  } catch (caught) {
    failure = caught;
  }
  const isUnderWay = failure instanceof RatchetError && failure.code === underWayCode;
  const isOfProxy = statusesOfProxies.includes(status) && !isJson(contentType);
  return {
    failure,
    mayPass: isUnderWay || isOfProxy || status === 429 || status === 503,
    isUnderWay,
    retryAfterMs: waitOf(answer, failure),
  };
}

/** A browser shows a header of another origin only where the server lets it; the body says the same. */
function waitOf({ retryAfterMs }: WireAnswer, failure: unknown): number | null {
  if (retryAfterMs !== null) return retryAfterMs;
  const seconds = failure instanceof RatchetError ? failure.data['retryAfterSeconds'] : undefined;
  return typeof seconds === 'number' && seconds >= 0 ? seconds * 1_000 : null;
}
