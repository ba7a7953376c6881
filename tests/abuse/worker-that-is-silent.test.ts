import { expect, it } from 'vitest';
import { falsePool } from './hostile-worker.ts';

// A worker that stopped, or that pretends to work: the host keeps its own clock.
it.each([
  ['never answers', ''],
  [
    'answers pings and nothing else',
    "onAny = (message) => { if (message.type === 'ping') say({ type: 'pong', number: message.number, rssBytes: 1 }); };",
  ],
  ['stops reading the pipe and loops', 'onExecute = () => { for (;;); };'],
  ['stops itself', "onExecute = () => process.kill(process.pid, 'SIGSTOP');"],
])('a worker that %s is killed at the limit of its execution', async (_name, body) => {
  const pool = falsePool([body]);
  const { outcome, cost } = await pool.run({ limits: { wallMs: 300 } });
  expect(outcome.error?.code).toBe('TIMED_OUT');
  expect(cost.wallMs - cost.waitedMs).toBeLessThan(2_500);
  await pool.close();
});
