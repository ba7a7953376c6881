import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { programOf } from '#testing/code-program.ts';
import { engineOf } from '#testing/engine-of.ts';
import { childrenOf, survivors } from './processes.ts';

// A process that is killed while it is being wrapped in its confinement can leave the inner half behind, waiting for ever.
it('an engine that closes while workers start leaves none of them behind', async () => {
  const left: number[] = [];
  for (let i = 0; i < 15; i++) {
    const { engine, run } = await engineOf();
    const runs = Array.from({ length: 4 }, () => run(programOf('return () => 1')));
    await Promise.race(runs);
    await sleep(i * 4);
    left.push(...childrenOf(process.pid));
    await engine.close();
    for (const { outcome } of await Promise.all(runs)) expect(outcome.error?.code ?? outcome.output).toMatch(/^(1|CANCELLED)$/);
  }
  expect(left.length).toBeGreaterThan(10);
  expect(await survivors(left)).toEqual([]);
}, 60_000);
