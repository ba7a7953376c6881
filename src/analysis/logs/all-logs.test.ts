import { expect, it } from 'vitest';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import { failureAt, hour, now, worldOf } from '../analysis-harness.ts';
import * as operations from '../operations.ts';

await describeOnBoth('Over the logs and failures of all executions, a server', (open) => {
  it('counts failures of a window over time, by what is asked for', async () => {
    const { ran, ask } = worldOf(await open());
    await ran({ at: now - 30 * hour, failure: failureAt(1) });
    await ran({ at: now - 2 * hour, failure: failureAt(1) });
    await ran({ at: now - 2 * hour + 60_000, taskId: 2, failure: failureAt(2) });
    const last = await ran({ at: now - 60_000, failure: failureAt(1, 'RateLimitError', 'HTTP 429') });
    await ran({ at: now - hour });
    const trends = (more: object = {}) => ask(operations.errorTrends, { bucketMs: hour, ...more });
    expect(await trends()).toMatchObject({
      failures: 3,
      isComplete: true,
      series: [
        { key: 'null_access', total: 2, tasks: ['task-1', 'task-2'], buckets: [{ at: new Date(now - 2 * hour).toISOString(), count: 2 }] },
        { key: 'rate_limited', total: 1, latestExecutionId: String(last), buckets: [{ at: new Date(now - hour).toISOString(), count: 1 }] },
      ],
    });
    expect((await trends({ by: 'fingerprint' })).series).toHaveLength(3);
    expect((await trends({ by: 'code' })).series).toMatchObject([{ key: 'TASK_FAILED', total: 3 }]);
    expect((await trends({ by: 'task', task: 'task-2' })).series).toMatchObject([{ name: 'task-2', total: 1 }]);
    expect((await trends({ since: now - 48 * hour })).failures).toBe(4);
    expect((await trends({ task: 'unknown' })).failures).toBe(0);
    expect((await ask(operations.errorTrends, {})).bucketMs).toBe(hour);
  });

  it('finds lines of all logs, the newest execution first, page by page', async () => {
    const { ran, ask } = worldOf(await open());
    const first = await ran({ at: now - 2 * hour, logs: ['Größe unknown', 'timeout one', 'TIMEOUT two'] });
    const second = await ran({ taskId: 2, level: 'error', logs: ['timeout three'] });
    await ran({ at: now - hour });
    const search = async (input: object) => ask(operations.searchLogs, input);
    const found = await search({ search: 'timeout', limit: 2 });
    expect(found.lines).toMatchObject([
      { executionId: String(second), taskName: 'task-2', level: 'error', message: 'timeout three' },
      { executionId: String(first), number: 2, message: 'timeout one' },
    ]);
    expect((await search({ search: 'timeout', limit: 2, after: found.next! })).lines).toMatchObject([
      { number: 3, message: 'TIMEOUT two' },
    ]);
    expect((await search({ search: 'GRÖSSE' })).lines).toEqual([]);
    expect((await search({ search: 'größe' })).lines).toHaveLength(1);
    expect((await search({ level: 'warn' })).lines).toHaveLength(1);
    expect((await search({ task: 'task-2' })).lines).toHaveLength(1);
    expect((await search({ task: 'unknown' })).lines).toEqual([]);
    expect((await search({ since: now - hour })).lines).toMatchObject([{ message: 'timeout three' }]);
    expect((await search({ until: now - hour })).lines).toHaveLength(3);
    expect(await search({ after: 'no place at all' })).toMatchObject({ next: null, linesLookedAt: 4 });
  });
});
