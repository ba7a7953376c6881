import { expect, it } from 'vitest';
import { falsePool } from './hostile-worker.ts';

// A worker that was taken over settles, logs and asks in the name of executions that run in another worker.
it('a worker cannot end, or speak for, executions of another worker', async () => {
  const liar = `onExecute = () => setInterval(() => {
    for (let other = 0; other < 50; other++) { say({ type: 'log', execution: other, level: 'info', at: 0 }, 'forged'); settle(other, '"forged"'); }
  }, 150);`;
  const honest = `onExecute = (execution) => {
    say({ type: 'log', execution, level: 'info', at: 0 }, 'mine');
    setTimeout(() => settle(execution, '"honest"'), 400);
  };`;
  const pool = falsePool([liar, honest, honest]);
  const all = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const said = new Set<string>();
      const { outcome } = await pool.run({ onLog: ({ message }) => said.add(message) });
      return { said: [...said], output: outcome.output };
    }),
  );
  const ofHonestWorkers = all.filter(({ said }) => said.includes('mine'));
  expect(ofHonestWorkers.length).toBeGreaterThan(0);
  expect(ofHonestWorkers).toEqual(ofHonestWorkers.map(() => ({ said: ['mine'], output: '"honest"' })));
  await pool.close();
});
