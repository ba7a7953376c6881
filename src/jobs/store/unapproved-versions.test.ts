import { expect, it } from 'vitest';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import { newJob, queueForTest, start, uuid, type QueueForTest } from '../queue-for-test.ts';
import { whyOf } from '../why.ts';

await describeOnBoth('jobs of a version that nobody has approved of', (open) => {
  async function filled(): Promise<{ queue: QueueForTest; task: number; approve: (is: 0 | 1) => Promise<unknown> }> {
    const queue = queueForTest(await open());
    const task = await queue.task();
    const approve = (needs: 0 | 1) =>
      queue.database.write(({ run }) =>
        run(`UPDATE task_versions SET needs_approval = $2, network_growth = '["a.test"]' WHERE task_id = $1`, [task, needs]),
      );
    await approve(1);
    return { queue, task, approve };
  }
  const statusOf = async ({ queue }: { queue: QueueForTest }, job: number) => {
    const standing = (await queue.store.standing(job, start))!;
    return { hold: standing.job.hold, ...whyOf(standing, start, { workers: 1, free: 1 }) };
  };

  it('wait with a cause of their own, whether they name the version or not, and go on when somebody has', async () => {
    const { queue, task, approve } = await filled();
    const jobs = [await queue.enqueue(task), await queue.enqueue(task, { taskVersion: '1.0.0' })];
    expect(await queue.claim(10)).toEqual([]);
    for (const job of jobs) {
      expect(await statusOf({ queue }, job)).toMatchObject({
        hold: 'disabled',
        isBlocked: true,
        causes: [
          {
            kind: 'approval',
            message: expect.stringContaining('(a.test)'),
            whatToDo: expect.stringContaining('ratchet task approve task-0 1.0.0'),
          },
        ],
      });
    }
    // Nothing of what is looked over every second lets them go, or touches them.
    await queue.store.wake(start + 5_000);
    await queue.store.taskChanged(task, start);
    expect((await statusOf({ queue }, jobs[0]!)).hold).toBe('disabled');
    await approve(0);
    expect(await queue.store.taskChanged(task, start)).toBe(2);
    expect((await queue.claim(10)).map(({ id }) => id)).toEqual(jobs);
  });

  it('go on by themselves where nobody told of the approval', async () => {
    const { queue, task, approve } = await filled();
    const job = await queue.enqueue(task);
    await queue.claim(10);
    await approve(0);
    await queue.store.wake(start + 5_000);
    expect((await queue.claim(10, start + 5_000)).map(({ id }) => id)).toEqual([job]);
  });

  it('do not hold up another version of the task', async () => {
    const { queue, task } = await filled();
    await queue.database.write(({ run }) =>
      run(
        `INSERT INTO task_versions (task_id, version, checksum, files, metadata, changed_by, created_at) VALUES ($1, '0.9.0', 'other', '{}', '{}', 'test', 0)`,
        [task],
      ),
    );
    await queue.enqueue(task);
    const allowed = await queue.enqueue(task, { taskVersion: '0.9.0' });
    expect((await queue.claim(10)).map(({ id }) => id)).toEqual([allowed]);
  });
});

await describeOnBoth('a run that happened somewhere else', (open) => {
  it('is stored as a job and an execution that have ended, and counted like any other', async () => {
    const queue = queueForTest(await open());
    const task = await queue.task();
    const foreign = (execution: { status: 'completed' | 'failed' | 'cancelled'; output: string | null }) =>
      queue.store.storeResult({
        job: newJob(task, { maxRetries: 0 }),
        executionUuid: uuid(),
        owner: 'stored by Ada',
        startedAt: start,
        execution: {
          ...execution,
          startedAt: start,
          completedAt: start + 1_200,
          error: execution.status === 'failed' ? { code: 'TASK_FAILED', message: 'no', hint: '', retryable: false, data: {} } : null,
          cost: null,
          effects: null,
          progress: null,
          logs: [],
          logsDropped: 0,
          recording: null,
        },
      });
    const { jobId, executionId, version } = await foreign({ status: 'completed', output: '{"n":1}' });
    await foreign({ status: 'failed', output: null });
    await foreign({ status: 'cancelled', output: null });
    expect(version).toBe('1.0.0');
    expect(await queue.store.find(String(jobId))).toMatchObject({ status: 'completed', executionId, attempt: 1, owner: null });
    const rows = await queue.database.read.all(
      `SELECT e.status, e.owner, e.duration_ms, e.task_checksum, r.output FROM executions e JOIN execution_results r ON r.execution_id = e.id ORDER BY e.id`,
    );
    expect(rows).toEqual([
      { status: 'completed', owner: 'stored by Ada', duration_ms: 1_200, task_checksum: 'sum', output: '{"n":1}' },
      { status: 'failed', owner: 'stored by Ada', duration_ms: 1_200, task_checksum: 'sum', output: null },
      { status: 'cancelled', owner: 'stored by Ada', duration_ms: 1_200, task_checksum: 'sum', output: null },
    ]);
    const { byStatus } = await queue.store.stats(start + 2_000);
    expect(byStatus).toMatchObject({ queued: 0, processing: 0, completed: 1, failed: 1, cancelled: 1, retrying: 0 });
    expect(await queue.claim(10, start + 60_000)).toEqual([]);
  });
});
