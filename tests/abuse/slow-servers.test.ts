import { expect } from 'vitest';
import { attack } from './attack.ts';
import { asksFor, hostileNetwork } from './hostile-network.ts';

// A server that sends a byte now and then keeps every time-out happy that only waits for the next byte.
const net = hostileNetwork({ profile: 'development', settings: { 'http.timeout': 0.3 } });
attack({
  name: 'slow headers, a slow body and silence end at the time-out of the request',
  code: asksFor("['/slow-headers', '/drip', '/silent', '/delay?ms=60000'].map((path) => url + path)"),
  input: net.input,
  effects: net.effects,
  limits: { wallMs: 5_000 },
  expect: ({ output }) => expect(Object.values(output as object)).toEqual(Array(4).fill('TimeoutError')),
});
attack({
  name: 'a silent server that is read, not awaited, ends at the limit of the execution',
  code: "return ({ url }) => fetch(url + '/silent', { timeout: 60000 }).body",
  input: net.input,
  effects: net.effects,
  limits: { wallMs: 200 },
  expect: ['TIMED_OUT', 'TASK_FAILED_TRANSIENT'],
});
