import { describe, expect, it } from 'vitest';
import type { HttpMock, HttpRequest, MockAnswer } from '#engine/index.ts';
import { baseAnswers } from './base-answers.ts';

function answer(text: string, delayMs = 0): MockAnswer {
  return { status: 200, statusText: 'OK', headers: [], body: Buffer.from(text), delayMs };
}

function mock(url: string, texts: readonly string[], more: Partial<HttpMock> & { method?: string } = {}): HttpMock {
  const { method = 'GET', ...rest } = more;
  const rule = { method, url: { kind: 'part', text: url }, query: null, headers: null, body: null } as const;
  return { name: url, rule, answers: texts.map((text) => answer(text)), afterLast: 'repeat', ...rest };
}

function request(url: string, method = 'GET'): HttpRequest {
  return { url, method, headers: [], body: null, timeoutMs: null, redirect: 'follow', retry: null };
}

function textOf(told: ReturnType<ReturnType<typeof baseAnswers>>): string | null {
  return told === null || 'failure' in told.answer ? null : Buffer.from(told.answer.body).toString();
}

describe('the answer to a request of a made-up input', () => {
  const users = mock('https://api.example.com/users/ada', ['ada']);
  const orders = mock('https://api.example.com/orders?state=open', ['orders']);

  it('is that of the mock it fits, of the chosen test before others', () => {
    const tests = [[users], [mock('https://api.example.com/users/ada', ['ada of the second test'])]];
    expect(textOf(baseAnswers(tests, 0)(request('https://api.example.com/users/ada')))).toBe('ada');
    expect(textOf(baseAnswers(tests, 1)(request('https://api.example.com/users/ada')))).toBe('ada of the second test');
  });

  it('is that of the nearest where other values stand in path and query', () => {
    const next = baseAnswers([[users, orders]], 0);
    expect(textOf(next(request('https://api.example.com/users/x%20y')))).toBe('ada');
    expect(textOf(next(request('https://api.example.com/orders?state=closed')))).toBe('orders');
  });

  it('is that of the same path on another host, where the input names the host', () => {
    expect(textOf(baseAnswers([[users]], 0)(request('http://localhost:1/users/b')))).toBe('ada');
  });

  it('is none where nothing comes near', () => {
    const next = baseAnswers([[users]], 0);
    expect(next(request('https://other.example.org/health'))).toBeNull();
    expect(baseAnswers([], 0)(request('https://other.example.org/'))).toBeNull();
  });

  it('prefers the mock of the same method', () => {
    const tests = [
      [mock('https://a.example.com/things/1', ['read']), mock('https://a.example.com/things/1', ['written'], { method: 'POST' })],
    ];
    expect(textOf(baseAnswers(tests, 0)(request('https://a.example.com/things/2', 'POST')))).toBe('written');
  });

  it('follows the order in which a mock answers, and begins anew for every execution', () => {
    const twice = [[mock('https://a.example.com/x', ['first', 'second'])]];
    const ask = () => {
      const next = baseAnswers(twice, 0);
      return [1, 2, 3].map(() => textOf(next(request('https://a.example.com/x'))));
    };
    expect([ask(), ask()]).toEqual([
      ['first', 'second', 'second'],
      ['first', 'second', 'second'],
    ]);
  });

  it('does not wait, whatever the test says', () => {
    const slow = mock('https://a.example.com/x', [], { answers: [answer('late', 5_000)] });
    expect(baseAnswers([[slow]], 0)(request('https://a.example.com/x'))?.answer.delayMs).toBe(0);
  });
});
