import { expect } from 'vitest';
import { attack } from './attack.ts';
import { asksFor, hostileNetwork } from './hostile-network.ts';

// Two parsers that read one address differently: one checks, the other connects.
const net = hostileNetwork({ network: ['api.example.com'] });
attack({
  name: 'addresses that two parsers read differently',
  code: asksFor(
    "['http://api.example.com@127.0.0.1:' + port, 'http://api.example.com:80@127.0.0.1:' + port, 'http://127.0.0.1:' + port + '#@api.example.com', 'http://127.0.0.1:' + port + '\\\\\\\\@api.example.com/', 'http:\\\\\\\\127.0.0.1:' + port + '/', 'http:/127.0.0.1:' + port + '/', ' http://127.0.0.1:' + port + '/', 'http://127.0.0.1\\t:' + port + '/', 'http://127.0.0.1:' + port + '?api.example.com', '//127.0.0.1/', 'http://api.example.com%00@127.0.0.1/', 'http://api.example.com\\u0000.evil/']",
  ),
  input: net.input,
  effects: net.effects,
  limits: { wallMs: 8_000 },
  expect: ({ output }) => {
    for (const came of Object.values(output as object)) expect(['NetworkError', 'TypeError']).toContain(came);
    expect(net.stub.requests).toEqual([]);
  },
});
