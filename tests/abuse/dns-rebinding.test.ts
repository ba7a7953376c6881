import { expect } from 'vitest';
import { attack } from './attack.ts';
import { asksFor, hostileNetwork } from './hostile-network.ts';

// A name that is public when it is checked and this machine when it is used. 192.0.2.x and such would do as well; the first answer is never reachable here.
let asked = 0;
const net = hostileNetwork({
  resolve: (name) => {
    asked++;
    if (name === 'mixed.example')
      return Promise.resolve([
        { address: '93.184.216.34', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    return Promise.resolve([{ address: asked % 2 === 1 ? '93.184.216.34' : '127.0.0.1', family: 4 }]);
  },
});
attack({
  name: 'a name that changes its address between check and use, and one that mixes addresses',
  code: asksFor(
    "[1, 2, 3].map((i) => 'http://rebind.example:' + port + '/json?' + i).concat('http://mixed.example:' + port + '/json')",
    '{ timeout: 300 }',
  ),
  input: net.input,
  effects: net.effects,
  limits: { wallMs: 8_000 },
  expect: ({ output }) => {
    for (const came of Object.values(output as object)) expect(['NetworkError', 'TimeoutError']).toContain(came);
    expect(asked).toBeGreaterThan(0);
    expect(net.stub.requests).toEqual([]);
  },
});
