import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '#engine/index.ts';
import { ExpectedLogField, ExpectedRequestField } from '../format/expectations.ts';
import { judgeLogs, judgeProgress, judgeRequests } from './judge-sequence.ts';

const line = (level: string, message: string) => ({ level, message, at: 0 });
const logs = [line('info', 'starting'), line('warn', 'slow'), line('info', 'done')];
const judgeLines = (expected: unknown[], given = logs) =>
  judgeLogs(
    expected.map((one) => ExpectedLogField.parse(one)),
    given,
  );

describe('expected log lines', () => {
  it('come in order, with others between them', () => {
    expect(judgeLines(['starting', 'done'])).toBeNull();
    expect(judgeLines([{ level: 'WARN' }, { level: 'info', message: '/^do/' }])).toBeNull();
    expect(judgeLines([{ level: 'warning' }, { level: 'log', message: 'done' }])).toBeNull();
    expect(judgeLines(['info'])).not.toBeNull();
    expect(judgeLines(['done', 'starting'])).toEqual({
      kind: 'logs',
      message: 'Expected a log line "starting" after "done", but there was none.',
      details: ['received:', '  info "starting"', '  warn "slow"', '  info "done"'],
    });
    expect(judgeLines([{ level: 'error', message: 'slow' }])!.message).toBe('Expected a log line error "slow", but there was none.');
  });
  it('count each line once', () => {
    expect(judgeLines(['starting', 'starting'])).not.toBeNull();
  });
  it('are none when the list is empty', () => {
    expect(judgeLines([], [])).toBeNull();
    expect(judgeLines([])).toEqual({
      kind: 'logs',
      message: 'Expected no log line, but there were 3.',
      details: ['info "starting"', 'warn "slow"', 'info "done"'],
    });
    expect(judgeLines(['x'], [])!.details).toEqual(['there was no log line']);
  });
});

describe('expected progress', () => {
  const updates = [{ progress: 0.5, message: 'half', at: 1 }, 'text', { progress: 1 }];
  it('is a part of each report, in order; a number is the share', () => {
    expect(judgeProgress([0.5, 1], updates)).toBeNull();
    expect(judgeProgress([{ message: 'half' }, 'text'], updates)).toBeNull();
    expect(judgeProgress([1, 0.5], updates)!.message).toBe('Expected a progress report 0.5 after 1, but there was none.');
    expect(judgeProgress([], updates)!.message).toBe('Expected no progress report, but there were 3.');
  });
});

describe('expected requests', () => {
  const request = (method: string, url: string): HttpRequest => ({
    method,
    url,
    headers: [],
    body: null,
    timeoutMs: null,
    redirect: 'follow',
    retry: null,
  });
  const made = [request('GET', 'https://a.test/one'), request('POST', 'https://a.test/two')];
  const judge = (expected: unknown[]) =>
    judgeRequests(
      expected.map((one) => ExpectedRequestField.parse(one)),
      made,
    );
  it('are all there are, in the order asked', () => {
    expect(judge(['GET https://a.test/one', { method: 'POST', url: '/two' }])).toBeNull();
    expect(judgeRequests(2, made)).toBeNull();
    expect(judge(['/two', '/one'])).toMatchObject({
      kind: 'requests',
      message: 'The requests differ from what is expected.',
      details: [
        'request 1: the URL is https://a.test/one, not /two',
        'request 2: the URL is https://a.test/two, not /one',
        'received:',
        '  GET https://a.test/one',
        '  POST https://a.test/two',
      ],
    });
    expect(judge(['/one'])!.message).toBe('Expected 1 request, but there were 2.');
    expect(judgeRequests(3, made)!.message).toBe('Expected 3 requests, but there were 2.');
    expect(judgeRequests(0, [])).toBeNull();
    expect(judgeRequests(1, [])!.details).toEqual([]);
  });
});
