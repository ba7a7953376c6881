import { describe, expect, it } from 'vitest';
import type { MockAnswer } from '#engine/index.ts';
import { applyFault } from './apply-fault.ts';
import { callFault } from './call-fault.ts';
import type { FaultKind } from './fault.ts';

const before = {
  status: 200,
  statusText: '',
  headers: [],
  body: Buffer.from('{"content":[{"type":"text","text":"found"}]}'),
  delayMs: 0,
} satisfies MockAnswer;
const after = (what: FaultKind, method = 'tools/call') => {
  const { answer, note } = callFault(applyFault(what, before), { method }, before);
  return { told: 'failure' in answer ? answer.failure.reason : [answer.status, Buffer.from(answer.body).toString('utf8')], note };
};

describe('a fault of a call of an MCP server', () => {
  it('is a time-out, or a connection that is lost', () => {
    expect(after({ kind: 'failure', reason: 'timeout' })).toEqual({ told: 'timeout', note: 'no answer in time' });
    expect(after({ kind: 'failure', reason: 'tls' }).told).toBe('connection-lost');
  });

  it('is a tool that says it failed, where a request would get another status', () => {
    const { told, note } = after({ kind: 'status', status: 503, body: 'html', retryAfter: '1' });
    expect(told).toEqual([422, expect.stringContaining('"isError":true')]);
    expect(note).toBe('the tool says that it failed');
    expect(after({ kind: 'status', status: 503, body: 'none', retryAfter: null }, 'tools/list').told).toBe('connection-lost');
  });

  it('is another result, and never what is none', () => {
    expect(after({ kind: 'missing', at: 2 }).note).not.toBeNull();
    expect(after({ kind: 'missing', at: 0 }).note).toBeNull();
    expect(after({ kind: 'text', how: 'truncated' })).toEqual({ told: [200, before.body.toString('utf8')], note: null });
  });
});
