import { expect, it } from 'vitest';
import { falsePool } from './hostile-worker.ts';

// Everything a worker says is input from a stranger.
it.each([
  ['an ending that does not exist', "settle(execution, 'x', 'won');", /^WORKER_CRASHED$/],
  ['a failure that is no JSON', "settle(execution, '{', 'failure');", /^TASK_FAILED$/],
  ['a failure of arrays and nulls', "settle(execution, '[null]', 'failure');", /^TASK_FAILED$/],
  ['problems that are none', "settle(execution, '{\"length\": 1e9}', 'input-invalid');", /^INPUT_INVALID$/],
  ['facts that are no JSON', "settle(execution, '1', 'result', '{{{');", /^none$/],
  [
    'a stack of a million lines',
    "settle(execution, JSON.stringify({ kind: 'threw', name: 'E', message: 'm', stack: 'E: m\\n' + '    at a (main.js:1:1)\\n'.repeat(1e6) }), 'failure');",
    /^TASK_FAILED$/,
  ],
  [
    'a header without end',
    'pipe.write(Buffer.concat([Buffer.from([0, 0, 1, 0, 255, 255, 255, 255]), Buffer.alloc(256)]));',
    /^WORKER_CRASHED$/,
  ],
  ['a frame of four gigabytes', 'pipe.write(Buffer.from([255, 255, 255, 255]));', /^WORKER_CRASHED$/],
  [
    'a header of deep JSON',
    "const d = '['.repeat(1e6); const b = Buffer.alloc(8); b.writeUInt32BE(4 + d.length, 0); b.writeUInt32BE(d.length, 4); pipe.write(b); pipe.write(d);",
    /^WORKER_CRASHED$/,
  ],
  [
    'numbers that are too large',
    'pipe.write(Buffer.concat([Buffer.from([0, 0, 0, 99, 0, 0, 0, 95]), Buffer.from(\'{"type":"settled","execution":1e999,"ending":"result","cpuMs":1,"heapBytes":1,"facts":"{}"}\'.padEnd(95))]));',
    /^WORKER_CRASHED$/,
  ],
  ['nothing, and closes the pipe', 'pipe.destroy(); setInterval(() => {}, 1000);', /^(WORKER_CRASHED|TIMED_OUT)$/],
])('a worker that says %s', async (_name, body, code) => {
  const pool = falsePool([`onExecute = (execution) => { ${body} };`]);
  const { outcome } = await pool.run();
  expect(outcome.error?.code ?? 'none').toMatch(code);
  await pool.close();
});
