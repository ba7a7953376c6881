import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock, type Settings } from '#kernel/index.ts';
import { createAllowList, type AllowList } from './allow-list.ts';
import type { ClockSource, EffectsProvider, HttpFailure, HttpOutcome, HttpRequest } from './effect.ts';
import type { HopAnswer } from './exchange.ts';
import { abortedFailure, failureOf, networkFailure, RequestFailed } from './failure.ts';
import { followRedirects } from './follow-redirects.ts';
import { gateLimits } from './gate-limits.ts';
import { openGate } from './gate.ts';
import { httpMaxRedirects, httpMaxResponseBytes, httpTimeout } from './http-settings.ts';
import { mcpAnswer } from './mcp/mcp-answer.ts';
import { isMcp, mcpWords } from './mcp/mcp-address.ts';
import { mcpCallTimeout } from './mcp/mcp-settings.ts';
import { fitRule, nearestMock } from './mock-match.ts';
import type { HttpMock, MockAnswer, UnmatchedRequest } from './mock.ts';
import type { Hop } from './redirect.ts';
import { notOnList, timedOut } from './refusal.ts';
import { performWithRetries } from './retry-loop.ts';

export interface MockedEffectsOptions {
  /** Asked in this order. Each execution begins anew with the first answer of each. */
  readonly mocks: readonly HttpMock[];
  /** Decides instead of the mocks, for whoever makes answers up. Asked once per attempt and hop, in the order in which they happen. */
  readonly answer?: ((request: HttpRequest) => MockAnswer) | undefined;
  /** An empty list: time does not pass, timers fire in the order in which they are due (see `ExecutionEffects.order`). */
  readonly order?: readonly string[] | undefined;
  /** 64 hex digits; the same in every process when absent, so that a test gives the same numbers each time. */
  readonly seed?: string | undefined;
  /** Real time when absent. */
  readonly clock?: ClockSource | undefined;
  /** Told of each request that no mock answers. */
  readonly onUnmatched?: ((unmatched: UnmatchedRequest) => void) | undefined;
  /** Told of each answer that is given: the mock and which of its answers, from 0. */
  readonly onAnswer?: ((mock: HttpMock, index: number) => void) | undefined;
}

/** What everything random in a test grows from where the test names no seed. */
export const usualSeed = createHash('sha256').update('ratchet test').digest('hex');

/**
 * Answers every request from mocks: nothing leaves the machine. Allow-list, limits, redirects, time-outs and retries are those of live
 * effects; only the waits between retries are left out. Delays are waited for, as their order is what a test may be about.
 */
export function createMockedEffects(settings: Settings, options: MockedEffectsOptions): EffectsProvider {
  const longestMs = settings.get(httpTimeout) * 1000;
  const maxRedirects = settings.get(httpMaxRedirects);
  const maxBytes = settings.get(httpMaxResponseBytes);

  return {
    begin({ network, mcp = [] }) {
      const list = createAllowList(network);
      const answerNext = options.answer ?? answersOf(options);
      return openGate({
        seed: options.seed ?? usualSeed,
        clockSource: options.clock ?? { kind: 'live' },
        clock: systemClock,
        limits: gateLimits(settings),
        mcp,
        ...(options.order === undefined ? {} : { order: options.order }),
        perform: async (request, signal) => {
          if (isMcp(request)) return { outcome: await mockedCall(request, mcp, answerNext, signal), attempts: 1 };
          return performWithRetries(request, signal, {
            attempt: (end) => attempt(request, list, answerNext, end),
            now: () => systemClock.now(),
            wait: async () => {},
          });
        },
      });
    },
    async close() {},
  };

  /** One call of an MCP server. */
  async function mockedCall(
    request: HttpRequest,
    declared: readonly string[],
    answerNext: AnswerNext,
    end: AbortSignal,
  ): Promise<HttpOutcome> {
    if (request.method === 'servers/list') return mcpAnswer(request.url, declared);
    try {
      const answer = answerNext(request);
      const limitMs = settings.get(mcpCallTimeout) * 1000;
      const isTooLate = answer.delayMs >= limitMs;
      if (answer.delayMs > 0) await sleep(Math.min(answer.delayMs, limitMs), undefined, { signal: end });
      if (isTooLate) return { failure: wordedCall({ name: 'TimeoutError', message: '', reason: 'timeout' }, request) };
      if ('failure' in answer) return { failure: wordedCall(answer.failure, request) };
      return { answer: { ...answer, url: request.url, redirected: false, headers: [] } };
    } catch (error) {
      if (end.aborted) return { failure: abortedFailure };
      return { failure: error instanceof RequestFailed ? error.failure : networkFailure('internal', 'The mock could not answer.') };
    }
  }

  async function attempt(request: HttpRequest, list: AllowList, answerNext: AnswerNext, end: AbortSignal): Promise<HttpOutcome> {
    const limitMs = Math.min(request.timeoutMs ?? longestMs, longestMs);
    let leftMs = limitMs;
    let hopUrl = new URL(request.url);
    try {
      return await followRedirects(request, maxRedirects, async (hop): Promise<HopAnswer> => {
        hopUrl = hop.url;
        if (!list.allows(hop.url)) throw new RequestFailed(notOnList(hop.url));
        const answer = answerNext(requestOf(hop, request));
        const isTooLate = answer.delayMs > 0 && answer.delayMs >= leftMs;
        const delayMs = isTooLate ? leftMs : answer.delayMs;
        if (delayMs > 0) await sleep(delayMs, undefined, { signal: end });
        leftMs -= delayMs;
        if (isTooLate) throw new RequestFailed(timedOut(request, limitMs));
        if ('failure' in answer) throw new RequestFailed(worded(answer.failure, request, hop.url, limitMs));
        if (answer.body.byteLength > maxBytes) {
          throw new RequestFailed(
            networkFailure('too-large', `The answer of ${hop.url.host} is larger than ${maxBytes} bytes (http.max_response_bytes).`),
          );
        }
        const hasNoBody = hop.method === 'HEAD' || answer.status === 204 || answer.status === 304;
        return {
          status: answer.status,
          statusText: answer.statusText,
          headers: answer.headers,
          body: hasNoBody ? new Uint8Array(0) : answer.body,
        };
      });
    } catch (error) {
      return { failure: end.aborted ? abortedFailure : failureOf(error, hopUrl) };
    }
  }
}

type AnswerNext = (request: HttpRequest) => MockAnswer;

/** Chooses answers for one execution: how often each mock has answered is its state. */
function answersOf({ mocks, onUnmatched, onAnswer }: MockedEffectsOptions): AnswerNext {
  const given = new Map<HttpMock, number>();
  const isUsedUp = (mock: HttpMock) => mock.afterLast === 'nothing' && (given.get(mock) ?? 0) >= mock.answers.length;
  return (request) => {
    let best: { mock: HttpMock; fit: number } | undefined;
    for (const mock of mocks) {
      const { fit } = fitRule(mock.rule, request);
      if (fit > (best?.fit ?? 0) && !isUsedUp(mock)) best = { mock, fit };
    }
    if (best === undefined) {
      onUnmatched?.({ request, nearest: nearestMock(mocks, request, isUsedUp) });
      throw new RequestFailed(networkFailure('no-mock', `No mock of the test answers ${request.method} ${request.url}.`));
    }
    const { mock } = best;
    const count = given.get(mock) ?? 0;
    const index = Math.min(count, mock.answers.length - 1);
    given.set(mock, count + 1);
    onAnswer?.(mock, index);
    return mock.answers[index]!;
  };
}

/** A later hop asks as the redirect says, and otherwise as the task did. */
function requestOf(hop: Hop, request: HttpRequest): HttpRequest {
  return { ...request, url: hop.url.href, method: hop.method, headers: hop.headers, body: hop.body };
}

/** A failure of a call that the test leaves unworded. */
function wordedCall(failure: HttpFailure, { url }: HttpRequest): HttpFailure {
  if (failure.message !== '') return failure;
  return { ...failure, message: `The call of ${mcpWords(url)} failed (${failure.reason}).` };
}

/** Errors of the network below us that lead to the same words as the real thing. */
const realCodes: Readonly<Record<string, string>> = {
  dns: 'ENOTFOUND',
  refused: 'ECONNREFUSED',
  reset: 'ECONNRESET',
  tls: 'CERT_HAS_EXPIRED',
  protocol: 'HPE_INVALID_CONSTANT',
};

function worded(failure: HttpFailure, request: HttpRequest, url: URL, limitMs: number): HttpFailure {
  if (failure.message !== '') return failure;
  if (failure.reason === 'timeout') return { ...timedOut(request, limitMs), name: failure.name };
  const code = realCodes[failure.reason];
  return code === undefined
    ? { ...failure, message: `The request to ${url.host} failed (${failure.reason}).` }
    : { ...failureOf(Object.assign(new Error(code), { code }), url), name: failure.name };
}
