import { createMockedEffects, isMcp, type EffectsProvider, type HttpMock, type HttpRequest, type MockAnswer } from '#engine/index.ts';
import type { Settings } from '#kernel/index.ts';
import { clockStepMs, type FuzzCase } from '../fuzz-case.ts';
import { placesIn } from '../json-places.ts';
import { jsonText } from '../json-text.ts';
import { applyFault } from './apply-fault.ts';
import { baseAnswers } from './base-answers.ts';
import { callFault } from './call-fault.ts';

/** A request and what it was told. */
export interface GivenAnswer {
  readonly method: string;
  readonly url: string;
  readonly answer: MockAnswer;
  /** What is wrong with it, in words. */
  readonly notes: readonly string[];
}

/** The outside of one run. */
export interface World {
  readonly effects: EffectsProvider;
  /** What has been answered so far, in order. */
  readonly given: readonly GivenAnswer[];
  /** The request that was made again and again, or null. */
  readonly repeated: () => string | null;
}

/** The same request so often means that nothing but the server can end it: beside two for every value of the input. */
const mostAlike = 100;
const alikePerValue = 2;
/** Requests in all: beside several for every value the task was given, by its input and by an answer. */
const mostRequests = 200;
const perValue = 4;

/**
 * The world of a case: answers of the task's tests, with the faults of the case. Nothing leaves the machine, the clock is fixed, and time
 * that the task spends waiting does not pass.
 */
export function openWorld(settings: Settings, tests: readonly (readonly HttpMock[])[], fuzzCase: FuzzCase, skipsWaits: boolean): World {
  const given: GivenAnswer[] = [];
  const alike = new Map<string, number>();
  const next = baseAnswers(tests, fuzzCase.test);
  let number = 0;
  let repeated: string | null = null;
  const inputValues = placesIn(fuzzCase.input).length;
  let answerValues = 0;

  const answer = (request: HttpRequest): MockAnswer => {
    number += 1;
    const name = `${request.method} ${request.url}`;
    const key = `${name} ${request.body === null ? '' : Buffer.from(request.body).toString('base64')}`;
    const count = (alike.get(key) ?? 0) + 1;
    alike.set(key, count);
    if (count > mostAlike + alikePerValue * inputValues || number > mostRequests + perValue * (inputValues + answerValues)) {
      repeated ??= name;
      return { failure: { name: 'NetworkError', message: `${name} is made again and again.`, reason: 'limit' }, delayMs: 0 };
    }
    const known = next(request)?.answer;
    let told = known ?? (isMcp(request) ? toolAnswer(request, fuzzCase.otherBody) : jsonAnswer(fuzzCase.otherBody));
    const notes = known === undefined ? ['no test mocks this request, so the answer is made up'] : [];
    for (const { from, isLasting, what } of fuzzCase.faults) {
      if (!(from === number || (isLasting && from < number)) || 'failure' in told) continue;
      const faulty = isMcp(request) ? callFault(applyFault(what, told), request, told) : applyFault(what, told);
      told = faulty.answer;
      if (faulty.note !== null) notes.push(faulty.note);
    }
    // Counting every value of every answer would cost more than answering.
    if (!('failure' in told)) answerValues = Math.max(answerValues, told.body.byteLength / 4);
    given.push({ method: request.method, url: request.url, answer: told, notes });
    return told;
  };

  return {
    effects: createMockedEffects(settings, {
      mocks: [],
      answer,
      clock: { kind: 'fixed', atMs: fuzzCase.atMs, stepMs: clockStepMs },
      ...(skipsWaits ? { order: [] } : {}),
    }),
    given,
    repeated: () => repeated,
  };
}

/** What a tool may say that no test mocks: any text, and any object as its structured content. Its server tells of no tools. */
function toolAnswer({ method }: HttpRequest, body: unknown): MockAnswer {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  const result = { content: [{ type: 'text', text: jsonText(body) }], ...(isObject ? { structuredContent: body } : {}) };
  return jsonAnswer(method === 'tools/list' ? [] : result);
}

function jsonAnswer(body: unknown): MockAnswer {
  return { status: 200, statusText: 'OK', headers: [['content-type', 'application/json']], body: Buffer.from(jsonText(body)), delayMs: 0 };
}
