import { expect } from 'vitest';
import { attack } from './attack.ts';
import { asksFor, hostileNetwork } from './hostile-network.ts';

// The list of the task is its operator's promise to the network. Every name below looks like one on the list.
const net = hostileNetwork({
  profile: 'development',
  network: ['api.example.com', '*.example.org:8443'],
  resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
});
const hosts = [
  '127.0.0.1',
  'example.com',
  'api.example.com.evil.test',
  'evil-api.example.com',
  'xapi.example.com',
  'example.org',
  'evilexample.org',
  'a.example.org',
  'api.example.com@evil.test',
  'evil.test#api.example.com',
  'аpi.example.com',
  'evil.test',
];
attack({
  name: 'names that look like those on the list',
  code: asksFor(
    `${JSON.stringify(hosts)}.map((host) => 'http://' + host.replace('#', ':' + port + '/#') + (host.includes('#') ? '' : ':' + port) + '/json')`,
  ),
  input: net.input,
  effects: net.effects,
  limits: { wallMs: 8_000 },
  expect: ({ output }) => {
    for (const came of Object.values(output as object)) expect(['NetworkError', 'TypeError']).toContain(came);
    expect(net.stub.requests).toEqual([]);
  },
});
attack({
  name: 'a redirect from a name on the list to one that is not',
  code: asksFor("['http://api.example.com:' + port + '/redirect?to=' + encodeURIComponent('http://evil.test:' + port + '/json')]"),
  input: net.input,
  effects: net.effects,
  limits: { wallMs: 8_000 },
  expect: ({ output }) => {
    expect(Object.values(output as object)).toEqual(['NetworkError']);
    expect(net.stub.requests.filter(({ path }) => path === '/json')).toEqual([]);
  },
});
