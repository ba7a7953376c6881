import { expect, it } from 'vitest';
import { falsePool } from './hostile-worker.ts';

// The first end counts; a late second one must not reach the next execution in the same worker either.
it('a worker that ends an execution again and again ends it once', async () => {
  const pool = falsePool([
    "onExecute = (execution) => { settle(execution, '1'); settle(execution, '2'); settle(execution, '', 'failure'); setTimeout(() => settle(execution, '4'), 20); };",
  ]);
  for (let i = 0; i < 5; i++) expect((await pool.run()).outcome.output).toBe('1');
  await pool.close();
});
