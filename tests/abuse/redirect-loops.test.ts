import { expect } from 'vitest';
import { attack } from './attack.ts';
import { asksFor, hostileNetwork } from './hostile-network.ts';

// Redirects cost the host requests that the task has not paid for.
const net = hostileNetwork({
  profile: 'development',
  routes: { '/round': (_request, response) => void response.writeHead(302, { location: '/round' }).end() },
});
attack({
  name: 'redirects without end',
  code: asksFor("[url + '/round', url + '/redirect?n=50']"),
  input: net.input,
  effects: net.effects,
  expect: ({ output }) => {
    expect(Object.values(output as object)).toEqual(['NetworkError', 'NetworkError']);
    expect(net.stub.requests.length).toBeLessThanOrEqual(22);
  },
});
