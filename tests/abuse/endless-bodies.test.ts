import { expect } from 'vitest';
import { attack } from './attack.ts';
import { asksFor, hostileNetwork } from './hostile-network.ts';

// A body without end, and one that is small on the wire only, fill the memory of whoever reads them to the end.
const net = hostileNetwork({ profile: 'development', settings: { 'http.timeout': 5, 'http.max_response_bytes': 4_000_000 } });
attack({
  name: 'bodies without end and bombs in every encoding',
  code: asksFor(
    "['/endless', '/bomb?mb=200', '/bomb?mb=200&encoding=br', '/bomb?mb=100&encoding=deflate', '/bomb?mb=100&encoding=zstd', '/headers?n=200'].map((path) => url + path)",
  ),
  input: net.input,
  effects: net.effects,
  limits: { wallMs: 8_000 },
  stallMs: 2_500,
  expect: ({ output }) => expect(Object.values(output as object)).toEqual(Array(6).fill('NetworkError')),
});
attack({
  name: 'forty bodies without end at once',
  code: "return async ({ url }) => { const all = await Promise.allSettled(Array.from({ length: 40 }, () => fetch(url + '/endless'))); return new Set(all.map((r) => r.reason?.name)).size; }",
  input: net.input,
  effects: net.effects,
  limits: { wallMs: 8_000 },
  stallMs: 2_500,
  expect: ['none', 'TIMED_OUT'],
});
