import { expect, it } from 'vitest';
import type { Database, Queries } from '#storage/index.ts';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import { executionCounts } from './execution-counts.ts';
import { createExecutionWrites } from './execution-writes.ts';
import { failureForTest, finishedForTest, jobForTest, newExecutionForTest } from './stored-for-test.ts';

const writes = createExecutionWrites(() => 0.5);

async function begun(database: Database, ...statuses: ('pending' | 'running')[]): Promise<number[]> {
  const job = await jobForTest(database);
  return [
    ...(await database.write((queries) =>
      writes.begin(
        queries,
        statuses.map((status) => newExecutionForTest(job, { status })),
      ),
    )),
  ];
}

const rowsOf = (database: Database, columns = 'status') =>
  database.read.all<Record<string, unknown>>(`SELECT ${columns} FROM executions ORDER BY id`);

await describeOnBoth('attempts', (open) => {
  it('begin many at once and get their ids in order', async () => {
    const database = await open();
    const job = await jobForTest(database);
    const made = Array.from({ length: 20 }, (_, index) => newExecutionForTest(job, { attempt: index + 1 }));
    const ids = await database.write((queries) => writes.begin(queries, made));
    const rows = await database.read.all<{ id: number; uuid: string }>('SELECT id, uuid FROM executions');
    const uuids = new Map(rows.map(({ id, uuid }) => [id, uuid]));
    expect(ids.map((id) => uuids.get(id))).toEqual(made.map(({ uuid }) => uuid));
  });

  it('that were promised start under the token of their claim', async () => {
    const database = await open();
    const [id] = await begun(database, 'pending');
    const claim = { taskVersion: '2.0.0', taskChecksum: 'cd', attempt: 1, token: 7, owner: 'node', startedAt: 3_000 };
    await database.write((queries) => writes.start(queries, id!, claim));
    expect(await rowsOf(database, 'status, token, owner, task_version, started_at')).toEqual([
      { status: 'running', token: 7, owner: 'node', task_version: '2.0.0', started_at: 3_000 },
    ]);
    expect(await executionCounts(database.read)).toMatchObject({ pending: 0, running: 1 });
  });

  it('end with all that came of them', async () => {
    const database = await open();
    const [first, second] = await begun(database, 'running', 'running');
    const failed = finishedForTest(second!, {
      status: 'failed',
      output: null,
      error: failureForTest,
      effects: '[]',
      progress: { share: 0.3333, report: '{"progress":0.3333}' },
      logs: [
        { number: 1, level: 'info', message: 'nothing \0 here', at: 2_100 },
        { number: 2, level: 'warn', message: 'half \ud800 of it', at: 2_200 },
      ],
      logsDropped: 4,
      recording: new Uint8Array([0, 1, 255]),
    });
    await database.write((queries) => writes.finish(queries, [finishedForTest(first!), failed]));
    expect(await rowsOf(database, 'status, error_code, error_message, progress, has_recording, completed_at, duration_ms')).toEqual([
      {
        status: 'completed',
        error_code: null,
        error_message: null,
        progress: null,
        has_recording: 0,
        completed_at: 2_500,
        duration_ms: 500,
      },
      {
        status: 'failed',
        error_code: 'TASK_FAILED',
        error_message: 'it broke',
        progress: expect.closeTo(0.3333, 4) as number,
        has_recording: 1,
        completed_at: 2_500,
        duration_ms: 500,
      },
    ]);
    const results = await database.read.all(
      'SELECT execution_id, output, effects, progress, logs_dropped FROM execution_results ORDER BY execution_id',
    );
    expect(results).toEqual([
      { execution_id: first, output: '{"sum":3}', effects: null, progress: null, logs_dropped: 0 },
      { execution_id: second, output: null, effects: '[]', progress: '{"progress":0.3333}', logs_dropped: 4 },
    ]);
    const logs = await database.read.all('SELECT number, message FROM execution_logs WHERE execution_id = $1 ORDER BY number', [second!]);
    expect(logs).toEqual([
      { number: 1, message: 'nothing \ufffd here' },
      { number: 2, message: 'half \ufffd of it' },
    ]);
    const [kept] = await database.read.all<{ effects: Uint8Array; size_bytes: number }>(
      'SELECT effects, size_bytes FROM execution_recordings',
    );
    expect([...kept!.effects, kept!.size_bytes]).toEqual([0, 1, 255, 3]);
    expect(await executionCounts(database.read)).toEqual({ pending: 0, running: 0, completed: 1, failed: 1, cancelled: 0 });
  });

  it('that were cancelled before they began have no duration', async () => {
    const database = await open();
    const [id] = await begun(database, 'pending');
    await database.write((queries) => writes.finish(queries, [finishedForTest(id!, { status: 'cancelled', output: null })]));
    expect(await rowsOf(database, 'status, started_at, duration_ms')).toEqual([
      { status: 'cancelled', started_at: null, duration_ms: null },
    ]);
    expect(await executionCounts(database.read)).toMatchObject({ pending: 0, running: 0, cancelled: 1 });
  });

  it('that have ended end only once', async () => {
    const database = await open();
    const [id] = await begun(database, 'running');
    await database.write((queries) => writes.finish(queries, [finishedForTest(id!)]));
    await database.write((queries) =>
      writes.finish(queries, [finishedForTest(id!, { status: 'failed', output: null, error: failureForTest })]),
    );
    expect(await rowsOf(database)).toEqual([{ status: 'completed' }]);
    expect(await database.read.all('SELECT output FROM execution_results')).toEqual([{ output: '{"sum":3}' }]);
    expect(await executionCounts(database.read)).toMatchObject({ completed: 1, failed: 0 });
  });

  it('that never began go away, or wait again when somebody knows their id', async () => {
    const database = await open();
    const [promised, other] = await begun(database, 'pending', 'running');
    await database.write(async (queries) => {
      await writes.start(queries, promised!, {
        taskVersion: '1.0.0',
        taskChecksum: 'ab',
        attempt: 1,
        token: 2,
        owner: 'node',
        startedAt: 5,
      });
      await writes.undo(queries, [promised!, other!]);
    });
    expect(await rowsOf(database, 'id, status, owner, started_at')).toEqual([
      { id: promised, status: 'pending', owner: null, started_at: null },
    ]);
    expect(await executionCounts(database.read)).toMatchObject({ pending: 1, running: 0 });
  });

  it('go with their job, counted', async () => {
    const database = await open();
    const ids = await begun(database, 'running', 'running', 'pending');
    const [{ job_id: job }] = (await rowsOf(database, 'job_id')) as [{ job_id: number }];
    await database.write(async (queries) => {
      await writes.finish(queries, [finishedForTest(ids[0]!)]);
      await writes.removeOf(queries, job);
    });
    expect(await rowsOf(database)).toEqual([]);
    expect(Object.values(await executionCounts(database.read))).toEqual([0, 0, 0, 0, 0]);
  });

  it('leave no trace when their transaction fails', async () => {
    const database = await open();
    const [id] = await begun(database, 'running');
    const failing = database.write(async (queries) => {
      await writes.finish(queries, [finishedForTest(id!)]);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await rowsOf(database)).toEqual([{ status: 'running' }]);
    expect(await executionCounts(database.read)).toMatchObject({ running: 1, completed: 0 });
  });

  it('that succeed in silence cost two statements each, and on PostgreSQL two for all', async () => {
    const database = await open();
    const ids = await begun(database, 'running', 'running', 'running');
    const statements: string[] = [];
    await database.write(async (queries) => {
      const watched: Queries = {
        ...queries,
        all: (sql, values) => (statements.push(sql), queries.all(sql, values)),
        run: (sql, values) => (statements.push(sql), queries.run(sql, values)),
      };
      await writes.finish(
        watched,
        ids.map((id) => finishedForTest(id)),
      );
    });
    const own = statements.filter((sql) => !sql.includes('row_counts'));
    expect(own).toHaveLength(database.dialect === 'sqlite' ? 2 * ids.length : 2);
    expect(new Set(own).size).toBe(2);
  });
});
