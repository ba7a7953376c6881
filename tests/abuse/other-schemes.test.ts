import { expect } from 'vitest';
import { attack } from './attack.ts';
import { asksFor, hostileNetwork } from './hostile-network.ts';

// A client that speaks more than HTTP reads files.
const net = hostileNetwork({ profile: 'development' });
attack({
  name: 'schemes that are not HTTP',
  code: asksFor(
    "['file:///etc/passwd', 'file://localhost/etc/passwd', 'data:text/plain,hello', 'blob:null/1', 'ftp://127.0.0.1/', 'gopher://127.0.0.1:1/x', 'unix:///var/run/docker.sock', 'http+unix://%2Fvar%2Frun%2Fdocker.sock/info', 'about:blank', 'node:fs', 'ws://127.0.0.1/', 'javascript:alert(1)']",
  ),
  effects: net.effects,
  limits: { wallMs: 8_000 },
  expect: ({ output }) => {
    for (const came of Object.values(output as object)) expect(['NetworkError', 'TypeError']).toContain(came);
  },
});
