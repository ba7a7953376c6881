import { expect } from 'vitest';
import { attack } from './attack.ts';
import { asksFor, hostileNetwork } from './hostile-network.ts';

// A public name (here opened by exception for one address) redirects to this machine under another address.
const net = hostileNetwork({
  settings: { 'http.allowed_addresses': ['127.0.0.1/32'] },
  resolve: (name) => Promise.resolve([{ address: name === 'public.example' ? '127.0.0.1' : '127.0.0.2', family: 4 }]),
  routes: { '/to': ({ query }, response) => void response.writeHead(302, { location: query.get('where')! }).end() },
});
attack({
  name: 'a redirect from a permitted name to loopback',
  code: asksFor(
    "['http://127.0.0.2:' + port + '/json', 'http://[::1]:' + port + '/json', 'http://inside.example:' + port + '/json', 'http://localhost:' + port + '/json'].map((where) => 'http://public.example:' + port + '/to?where=' + encodeURIComponent(where))",
  ),
  input: net.input,
  effects: net.effects,
  expect: ({ output }) => {
    const { 'http://localhost': _local, ...came } = output as Record<string, unknown>;
    expect(Object.values(came).slice(0, 3)).toEqual(['NetworkError', 'NetworkError', 'NetworkError']);
    expect(net.stub.requests.filter(({ path }) => path === '/json').length).toBeLessThanOrEqual(1);
  },
});
