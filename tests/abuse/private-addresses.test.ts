import { expect } from 'vitest';
import { attack } from './attack.ts';
import { asksFor, hostileNetwork } from './hostile-network.ts';

// Machines beside the server trust the server.
const hosts = [
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '198.18.0.1',
  '[fc00::1]',
  '224.0.0.1',
  '255.255.255.255',
  '192.0.2.1',
  '240.0.0.1',
];
const net = hostileNetwork();
attack({
  name: 'private, shared, multicast and reserved addresses',
  code: asksFor(`${JSON.stringify(hosts)}.map((host) => 'http://' + host + '/')`),
  effects: net.effects,
  limits: { wallMs: 8_000 },
  expect: ({ output }) => expect(new Set(Object.values(output as object))).toEqual(new Set(['NetworkError'])),
});
