import { expect } from 'vitest';
import { attack } from './attack.ts';
import { asksFor, hostileNetwork } from './hostile-network.ts';

// Servers that break the protocol must give the task an error and nobody else anything.
const net = hostileNetwork({ profile: 'development' });
attack({
  name: 'resets, garbage, short bodies and false encodings',
  code: asksFor(
    "['/reset', '/garbage', '/short', '/corrupt', '/cut'].map((path) => url + path).concat('http://127.0.0.1:1/', 'http://127.0.0.1:0/', 'http://127.0.0.1:99999/', 'http://nowhere.invalid/')",
  ),
  input: net.input,
  effects: net.effects,
  limits: { wallMs: 8_000 },
  expect: ({ output }) => {
    for (const came of Object.values(output as object)) expect(['NetworkError', 'TimeoutError', 'TypeError']).toContain(came);
  },
});
