import { expect } from 'vitest';
import { attack } from './attack.ts';
import { asksFor, hostileNetwork } from './hostile-network.ts';

// The first address is allowed; the answer sends the client somewhere else.
const reached: string[] = [];
const net = hostileNetwork({
  profile: 'development',
  routes: {
    '/to': ({ query }, response) => void response.writeHead(Number(query.get('status') ?? 302), { location: query.get('where')! }).end(),
    '/reached': ({ url }, response) => {
      reached.push(url);
      response.end('reached');
    },
  },
});
const targets = [
  'http://169.254.169.254/latest/',
  'http://10.0.0.1/',
  'http://[fd00:ec2::254]/',
  '//169.254.169.254/',
  'http://2852039166/',
  'file:///etc/passwd',
  'data:text/plain,x',
  'javascript:1',
  'gopher://127.0.0.1/',
  'http://user:pass@169.254.169.254/',
];
attack({
  name: 'redirects to metadata, private addresses and other schemes',
  code: asksFor(
    `${JSON.stringify(targets)}.flatMap((where) => [301, 302, 303, 307, 308].map((status) => url + '/to?status=' + status + '&where=' + encodeURIComponent(where)))`,
  ),
  input: net.input,
  effects: net.effects,
  limits: { wallMs: 8_000, cpuMs: 1_000 },
  expect: ({ output }) => expect(new Set(Object.values(output as object))).toEqual(new Set(['NetworkError'])),
});
