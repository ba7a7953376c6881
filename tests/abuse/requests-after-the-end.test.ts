import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { programOf } from '#testing/code-program.ts';
import { engineOf } from '#testing/engine-of.ts';
import { hostileNetwork } from './hostile-network.ts';

// Requests of an execution that was ended by force must end with it, or the host works for the dead.
const net = hostileNetwork({ profile: 'development', settings: { 'http.timeout': 30 } });
it('the requests of an execution that is ended are given up', async () => {
  const { engine, run } = await engineOf();
  const program = programOf(
    "return async ({ url }) => { const all = Array.from({ length: 20 }, () => fetch(url + '/silent')); await new Promise((r) => setTimeout(r, 200)); for (;;); }",
  );
  const { outcome } = await run(program, { input: net.input(), effects: net.effects(), limits: { cpuMs: 100 } });
  expect(outcome.error?.code).toBe('CPU_LIMIT_EXCEEDED');
  for (let i = 0; i < 40 && net.stub.openConnections() > 0; i++) await sleep(50);
  expect(net.stub.connectionCount()).toBeGreaterThan(5);
  expect(net.stub.openConnections()).toBe(0);
  await engine.close();
});
