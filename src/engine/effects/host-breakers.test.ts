import { afterEach, beforeEach, expect, it } from 'vitest';
import { settingsFrom } from '#kernel/index.ts';
import { startHttpStub, type HttpStub } from '#testing/http-stub.ts';
import { testClock, type TestClock } from '#testing/test-clock.ts';
import type { EffectsProvider, HttpRequest } from './effect.ts';
import { createLiveEffects } from './live-effects.ts';

let stub: HttpStub;
let provider: EffectsProvider;
let clock: TestClock;
let status: number;

beforeEach(async () => {
  status = 503;
  stub = await startHttpStub({ '/unsteady': (_request, response) => void response.writeHead(status).end('{}') });
  clock = testClock();
  provider = createLiveEffects(settingsFrom({ 'http.allowed_addresses': ['127.0.0.1'] }), { profile: 'server', clock });
});
afterEach(async () => {
  await provider.close();
  await stub.close();
});

async function ask(taskId = 'task-a', path = '/unsteady'): Promise<string> {
  const request: HttpRequest = {
    url: stub.url + path,
    method: 'GET',
    headers: [],
    body: null,
    timeoutMs: null,
    redirect: 'follow',
    retry: null,
  };
  const outcome = await provider.begin({ executionId: 'e', taskId, network: null }).http(request, new AbortController().signal);
  return 'answer' in outcome ? String(outcome.answer.status) : outcome.failure.reason;
}

const asked = async (times: number, taskId?: string) => {
  for (let time = 0; time < times; time++) await ask(taskId);
};

it('a host that fails a task five times in a minute is not asked again for a while, and says so', async () => {
  await asked(5);
  expect(await ask()).toBe('breaker');
  expect(stub.requests).toHaveLength(5);
});

it('what one task provokes does not close the host to another', async () => {
  await asked(5, 'task-a');
  expect(await ask('task-b')).toBe('503');
});

it('after its rest a host is tried again, and three successes close the matter', async () => {
  await asked(5);
  clock.advance(60_000);
  status = 200;
  expect(await ask()).toBe('200');
  await asked(2);
  status = 503;
  await asked(4);
  expect(await ask()).toBe('503');
  expect(await ask()).toBe('breaker');
});

it('answers that blame the caller do not count', async () => {
  status = 404;
  await asked(8);
  expect(await ask()).toBe('404');
});
