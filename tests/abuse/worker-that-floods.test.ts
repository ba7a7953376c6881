import { expect, it } from 'vitest';
import { falsePool, growthDuring } from './hostile-worker.ts';

// The realm keeps its caps, but a worker that was taken over does not: the host has to keep them, too.
it('logs beyond the cap are dropped on the host', async () => {
  const pool = falsePool([
    "onExecute = (execution) => { for (let i = 0; i < 50000; i++) say({ type: 'log', execution, level: 'info', at: 0 }, 'x'.repeat(100)); settle(execution, '1'); };",
  ]);
  let lines = 0;
  const { outcome } = await pool.run({ onLog: () => lines++, limits: { wallMs: 5_000 } });
  expect([outcome.output, lines <= 10_001]).toEqual(['1', true]);
  await pool.close();
});
it('progress beyond the cap of the realm does not stop the host', async () => {
  const pool = falsePool([
    "onExecute = (execution) => { for (let i = 0; i < 50000; i++) say({ type: 'progress', execution }, '{'.repeat(100)); settle(execution, '1'); };",
  ]);
  let updates = 0;
  const { outcome } = await pool.run({ onProgress: () => updates++, limits: { wallMs: 5_000 } });
  expect([outcome.output, updates]).toEqual(['1', 0]);
  await pool.close();
});
it('asking for the program over and over gets no gigabytes of it', async () => {
  const pool = falsePool([
    "pipe.pause(); onExecute = (execution) => { onExecute = () => {}; for (let i = 0; i < 3000; i++) say({ type: 'missing', execution, program: 'x' }); }; pipe.resume();",
  ]);
  const work = pool.run({ input: { text: 'x'.repeat(1_000_000) }, limits: { wallMs: 1_500 } });
  expect(await growthDuring(work)).toBeLessThan(400);
  expect((await work).outcome.error?.code).toMatch(/^(WORKER_CRASHED|TIMED_OUT)$/);
  await pool.close();
});
it('an output beyond the cap is refused', async () => {
  const pool = falsePool(["onExecute = (execution) => settle(execution, '\"' + 'x'.repeat(20_000_000) + '\"');"]);
  expect((await pool.run({ limits: { wallMs: 5_000 } })).outcome.error?.code).toBe('OUTPUT_TOO_LARGE');
  await pool.close();
});
