import { expect } from 'vitest';
import { attack } from './attack.ts';
import { hostileNetwork } from './hostile-network.ts';

// Headers that decide where a message ends, and where it goes, are not the task's to write.
const net = hostileNetwork({ profile: 'development' });
attack({
  name: 'framing headers, hop-by-hop headers and another host',
  code: `return async ({ url }) => {
    for (const headers of [{ 'content-length': '3' }, { 'transfer-encoding': 'chunked' }, { 'content-length': '0', 'transfer-encoding': 'chunked' }, { host: 'internal.example' }, { connection: 'upgrade', upgrade: 'h2c' }, { expect: '100-continue' }, { 'proxy-authorization': 'x' }, { te: 'trailers' }]) {
      try { await fetch(url + '/echo', { method: 'POST', body: '0\\r\\n\\r\\nGET /smuggled HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n', headers, throwOnError: false }); } catch {}
    }
    try { await fetch(url + '/echo', { method: 'CONNECT', throwOnError: false }); } catch {}
    return 'tried';
  }`,
  input: net.input,
  effects: net.effects,
  limits: { wallMs: 8_000 },
  expect: () => {
    expect(net.stub.requests.filter(({ path }) => path === '/smuggled')).toEqual([]);
    expect(net.stub.requests.filter(({ headers }) => headers.host?.includes('internal'))).toEqual([]);
  },
});
