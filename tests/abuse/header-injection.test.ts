import { expect } from 'vitest';
import { attack } from './attack.ts';
import { hostileNetwork } from './hostile-network.ts';

// A line break in a name, value, method or address ends the request and begins another one, written by the attacker.
const net = hostileNetwork({ profile: 'development' });
attack({
  name: 'line breaks in names, values, methods and addresses',
  code: `return async ({ url }) => {
    const breaks = ['\\r\\n', '\\n', '\\r', '\\u010d\\u010a', '\\u0000', '\\u2028'];
    for (const b of breaks) {
      const smuggled = b + 'X-Evil: 1' + b + b + 'GET /smuggled HTTP/1.1' + b + 'Host: x' + b + b;
      for (const init of [{ headers: { a: 'v' + smuggled } }, { headers: { ['a' + smuggled]: 'v' } }, { headers: [['a', 'v' + smuggled]] }, { method: 'GET /smuggled HTTP/1.1' + smuggled }, { method: 'POST' + b, body: 'x' }, { headers: { cookie: smuggled } }]) {
        try { await fetch(url + '/echo', { throwOnError: false, ...init }); } catch {}
      }
      try { await fetch(url + '/echo' + smuggled, { throwOnError: false }); } catch {}
    }
    return 'tried';
  }`,
  input: net.input,
  effects: net.effects,
  limits: { wallMs: 8_000, cpuMs: 1_000 },
  expect: ({ code }) => {
    expect(['none', 'REQUEST_FAILED_UNSEEN']).toContain(code);
    expect(net.stub.requests.filter(({ path, headers }) => path === '/smuggled' || 'x-evil' in headers)).toEqual([]);
  },
});
