import { describe, expect, it } from 'vitest';
import { applyFault, type Answer } from './apply-fault.ts';
import type { FaultKind } from './fault.ts';

const usual: Answer = {
  status: 200,
  statusText: 'OK',
  headers: [['content-type', 'application/json']],
  body: Buffer.from(JSON.stringify({ items: [{ id: 1, name: 'cup' }], next: null })),
  delayMs: 0,
};

/** Places: 0 body, 1 items, 2 next, 3 items[0], 4 items[0].id, 5 items[0].name. */
function after(
  what: FaultKind,
  answer = usual,
): { note: string | null; status?: number; body?: string; failure?: string; headers?: object } {
  const { answer: told, note } = applyFault(what, answer);
  return 'failure' in told
    ? { note, failure: told.failure.reason }
    : { note, status: told.status, body: Buffer.from(told.body).toString(), headers: Object.fromEntries(told.headers) };
}

describe('a fault', () => {
  it.each<[string, FaultKind, object]>([
    ['takes the answer away', { kind: 'failure', reason: 'timeout' }, { failure: 'timeout', note: 'no answer in time' }],
    ['gives another status with a body of its own', { kind: 'status', status: 503, body: 'json', retryAfter: null }, { status: 503, body: '{"error":"Service Unavailable","code":503}' }],
    ['gives another status and keeps the body', { kind: 'status', status: 500, body: 'same', retryAfter: null }, { status: 500, body: Buffer.from(usual.body).toString() }],
    ['asks to come back later', { kind: 'status', status: 429, body: 'none', retryAfter: '120' }, { status: 429, body: '', headers: { 'retry-after': '120' }, note: 'status 429 with Retry-After: 120' }],
    ['leaves no body where the status has none', { kind: 'status', status: 204, body: 'html', retryAfter: null }, { status: 204, body: '' }],
    ['cuts the body off', { kind: 'text', how: 'truncated' }, { status: 200, body: '{"items":[{"id":1,"name":"c' }],
    ['empties the body', { kind: 'text', how: 'empty' }, { body: '' }],
    ['sends a page', { kind: 'text', how: 'html' }, { status: 200, body: expect.stringContaining('<html>'), headers: { 'content-type': 'text/html; charset=utf-8' } }],
    ['puts null somewhere', { kind: 'value', at: 3, to: null }, { body: '{"items":[null],"next":null}', note: 'body.items[0] is null' }],
    ['puts another type somewhere', { kind: 'value', at: 4, to: 'x' }, { body: '{"items":[{"id":"x","name":"cup"}],"next":null}' }],
    ['replaces the whole', { kind: 'value', at: 0, to: [] }, { body: '[]', note: 'body is []' }],
    ['counts from the beginning again', { kind: 'value', at: 6, to: [] }, { body: '[]' }],
    ['takes a field away', { kind: 'missing', at: 0 }, { body: '{"next":null}', note: 'body.items is missing' }],
    ['takes an item away', { kind: 'missing', at: 2 }, { body: '{"items":[],"next":null}', note: 'body.items[0] is missing' }],
    ['empties a list', { kind: 'emptied', at: 1 }, { body: '{"items":[],"next":null}', note: 'body.items is empty' }],
    ['empties a text', { kind: 'emptied', at: 3 }, { body: '{"items":[{"id":1,"name":""}],"next":null}' }],
    ['grows a list', { kind: 'grown', at: 0, items: 3 }, { note: 'body.items has 3 items', body: expect.stringMatching(/(?:"cup".*){3}/) }],
    ['adds a field, even one called like the prototype', { kind: 'extra', at: 0, name: '__proto__', to: 1 }, { body: '{"items":[{"id":1,"name":"cup"}],"next":null,"__proto__":1}' }],
  ])('%s', (_name, what, expected) => {
    expect(after(what)).toMatchObject(expected);
  }); // prettier-ignore

  it('changes no part of what is not JSON, and says nothing', () => {
    const text = { ...usual, body: Buffer.from('plain') };
    expect(after({ kind: 'value', at: 0, to: null }, text)).toMatchObject({ body: 'plain', note: null });
  });

  it('grows nothing where there is no list', () => {
    const flat = { ...usual, body: Buffer.from('{"a":1}') };
    expect(after({ kind: 'grown', at: 0, items: 10 }, flat)).toMatchObject({ body: '{"a":1}', note: null });
  });
});
