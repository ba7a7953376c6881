import { expect, it } from 'vitest';
import { falsePool } from './hostile-worker.ts';
import { hostileNetwork } from './hostile-network.ts';

// A worker that was taken over makes requests in the name of its execution: no more than it may, to nowhere it may not.
const net = hostileNetwork({ profile: 'development', settings: { 'execution.max_requests': 100, 'execution.max_requests_at_once': 5 } });
const closed = hostileNetwork();
const ask = (
  heads: string,
) => `onExecute = (execution) => { let answers = 0, asked = 0; for (const head of ${heads}) say({ type: 'effect', execution, effect: ++asked, head: typeof head === 'string' ? head : JSON.stringify(head) });
  onAny = (message) => { if (message.type === 'answer' && ++answers === asked) settle(execution, String(answers)); }; };`;

it('more requests than are allowed are not made', async () => {
  const request = `{ url: 'http://127.0.0.1:${net.stub.port}/json', method: 'GET', headers: [] }`;
  const pool = falsePool([ask(`Array.from({ length: 3000 }, () => (${request}))`)]);
  const { outcome } = await pool.run({ effects: net.effects(), limits: { wallMs: 8_000 } });
  expect(outcome.output).toBe('3000');
  expect(net.stub.requests.length).toBeLessThanOrEqual(100);
  await pool.close();
});
it('malformed requests are refused, and forbidden addresses stay forbidden', async () => {
  const heads = `['', '{', 'null', '[]', '{"url":1}', { url: 'http://127.0.0.1:${closed.stub.port}/json', method: 'GET', headers: [] }, { url: 'http://127.0.0.1:${closed.stub.port}/json', method: 'GET', headers: [['host', 'x']] }, { url: 'http://169.254.169.254/', method: 'GET\\r\\nX: 1', headers: [['a\\r\\nb', 'c']] }, { url: 'x', method: 'GET', headers: [[1, 2]], retry: { attempts: 1e9, delayMs: -1 } }, { url: 'http://127.0.0.1/', method: 'GET', headers: [], timeoutMs: 1e308, redirect: {} }]`;
  const pool = falsePool([ask(heads)]);
  const { outcome } = await pool.run({ effects: closed.effects(), limits: { wallMs: 8_000 } });
  expect(outcome.output).toBe('10');
  expect(closed.stub.requests).toEqual([]);
  await pool.close();
});
