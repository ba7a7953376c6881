import { settingsFrom } from '#kernel/index.ts';
import { describe, expect, it } from 'vitest';
import type { Exchange, ExecutionEffects, HttpRequest } from './effect.ts';
import { bestFit, createRecordedEffects } from './recorded-effects.ts';

const request = (path: string, body = ''): HttpRequest => ({
  url: `https://a.test/${path}`,
  method: 'GET',
  headers: [],
  body: body === '' ? null : Buffer.from(body),
  timeoutMs: null,
  redirect: 'follow',
  retry: null,
});
const answered = (asked: HttpRequest, text: string): Exchange => ({
  request: asked,
  outcome: { answer: { status: 200, statusText: 'OK', url: asked.url, redirected: false, headers: [], body: Buffer.from(text) } },
  hasBodies: true,
});
const fit = (recorded: HttpRequest, made: HttpRequest) => {
  if (recorded.url !== made.url) return 0;
  return String(recorded.body) === String(made.body) ? bestFit : 5;
};

function effectsOf(exchanges: Exchange[]): ExecutionEffects {
  const provider = createRecordedEffects(settingsFrom({}), { exchanges, seed: 'ab'.repeat(32), clock: { kind: 'live' }, fit });
  return provider.begin({ executionId: 'x', network: null });
}

async function ask(effects: ExecutionEffects, made: HttpRequest): Promise<string> {
  const outcome = await effects.http(made, new AbortController().signal);
  return 'answer' in outcome ? Buffer.from(outcome.answer.body).toString() : outcome.failure.reason;
}

describe('effects from a recording', () => {
  it('answers each request with what was recorded in its place, also when all of them are equal', async () => {
    const effects = effectsOf([answered(request('a'), '1'), answered(request('a'), '2'), answered(request('a'), '3')]);
    expect([await ask(effects, request('a')), await ask(effects, request('a')), await ask(effects, request('a'))]).toEqual(['1', '2', '3']);
  });

  it('finds the answer of a request that is made earlier than it was', async () => {
    const effects = effectsOf([answered(request('a'), 'A'), answered(request('b'), 'B')]);
    expect([await ask(effects, request('b')), await ask(effects, request('a'))]).toEqual(['B', 'A']);
  });

  it('prefers the request with the same body among those to the same address', async () => {
    const effects = effectsOf([answered(request('a', 'x'), 'X'), answered(request('a', 'y'), 'Y')]);
    expect([await ask(effects, request('a', 'y')), await ask(effects, request('a', 'z'))]).toEqual(['Y', 'X']);
  });

  it('refuses what was not recorded, naming the address without its query', async () => {
    const effects = effectsOf([]);
    const outcome = await effects.http({ ...request('c'), url: 'https://a.test/c?key=hunter22' }, new AbortController().signal);
    expect(outcome).toMatchObject({ failure: { name: 'NetworkError', reason: 'no-recording' } });
    expect(JSON.stringify(outcome)).toContain('https://a.test/c');
    expect(JSON.stringify(outcome)).not.toContain('hunter22');
  });

  it('leaves a request unanswered that was never answered, until it is given up', async () => {
    const effects = effectsOf([{ request: request('a'), outcome: null, hasBodies: true }]);
    const abort = new AbortController();
    const outcome = effects.http(request('a'), abort.signal);
    const first = await Promise.race([outcome, new Promise((resolve) => setImmediate(resolve, 'nothing yet'))]);
    expect(first).toBe('nothing yet');
    abort.abort();
    expect(await outcome).toMatchObject({ failure: { reason: 'aborted' } });
  });
});
