import { serverOperations, serverStreams } from '#app/server/server-operations.ts';
import { createExecutionStore } from '#executions/stored/index.ts';
import { queueForTest, start } from '#jobs/queue-for-test.ts';
import { createEventFeed, localCaller, settingsFrom, systemClock, type Caller } from '#kernel/index.ts';
import type { Database } from '#storage/index.ts';
import { catalogueOn } from '#tasks/catalogue/catalogue-for-test.ts';
import { describeOnBoth } from '#testing/temporary-database.ts';
import { expect, it } from 'vitest';
import { verifies } from '../../../tests/requirements/verifies.ts';
import { createExecutor, type Answer } from './execute.ts';
import { graphqlSettings } from './settings.ts';

/** A database whose statements are counted. */
function counted(database: Database): { readonly database: Database; readonly statements: () => number } {
  let count = 0;
  const { read } = database;
  const kysely = read.kysely.withPlugin({
    transformQuery({ node }) {
      count++;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const all: typeof read.all = (sql, values) => {
    count++;
    return read.all(sql, values);
  };
  return { database: { ...database, read: { ...read, kysely, all } }, statements: () => count };
}

await describeOnBoth('Edges', (open) => {
  async function filled(jobs: number) {
    const plain = await open();
    const queue = queueForTest(plain);
    const tasks = [await queue.task(), await queue.task(), await queue.task()];
    for (let n = 0; n < jobs; n++) await queue.enqueue(tasks[n % tasks.length]!);
    await queue.end(await queue.claim(jobs));
    const { database, statements } = counted(plain);
    const watched = queueForTest(database);
    const executionStore = createExecutionStore(database);
    const feed = createEventFeed('test');
    const executor = createExecutor({
      operations: serverOperations,
      streams: serverStreams,
      services: {
        catalogue: catalogueOn(database),
        jobs: { list: (request: never) => watched.store.list(request, start) },
        executionStore,
      },
      settings: graphqlSettings(settingsFrom()),
      feed,
      health: async () => ({}),
      clock: systemClock,
      logger: { log: () => {}, isOn: () => false },
    });
    const ask = async (query: string, caller: Caller = localCaller): Promise<Answer & { statements: number }> => {
      const before = statements();
      const runnable = await executor.read(
        { query },
        { caller, signal: new AbortController().signal, requestId: 'test', isReadOnly: false },
      );
      if ('answer' in runnable) return { ...runnable.answer, statements: 0 };
      return { ...(await runnable.run()), statements: statements() - before };
    };
    const follow = async (query: string, caller: Caller) => {
      const runnable = await executor.read(
        { query },
        { caller, signal: new AbortController().signal, requestId: 'test', isReadOnly: false },
      );
      return 'answer' in runnable ? runnable.answer : runnable.follow();
    };
    return { ask, follow, feed, statements, tasks };
  }

  const withEdges = (limit: number) =>
    `{ jobs(limit: ${limit}) { items { id task { id name jobs(limit: 2) { id } } execution { id status job { id } } executions(limit: 2) { id attempt } } } }`;

  it('cost as many statements for 25 jobs as for 5', async () => {
    verifies('graphql.batched-edges');
    const { ask } = await filled(25);
    const few = await ask(withEdges(5));
    const many = await ask(withEdges(25));
    expect(many.errors).toBeUndefined();
    const { items } = (
      many.data as {
        jobs: { items: { id: string; task: { jobs: unknown[] }; execution: { job: { id: string } }; executions: unknown[] }[] };
      }
    ).jobs;
    expect(items).toHaveLength(25);
    for (const { id, task, execution, executions } of items) {
      expect([task.jobs.length, execution.job.id, executions.length]).toEqual([2, id, 1]);
    }
    expect(few.statements).toBeGreaterThan(0);
    expect(many.statements).toBe(few.statements);
    expect(many.statements).toBeLessThanOrEqual(20);
  });

  it('give each thing its own, also where more belong to all than one page holds', async () => {
    const { ask, tasks } = await filled(130);
    const { data, errors } = await ask(`{ tasks { items { id jobs(limit: 60) { taskId } } } }`);
    expect(errors).toBeUndefined();
    const { items } = (data as { tasks: { items: { id: string; jobs: { taskId: string }[] }[] } }).tasks;
    expect(items).toHaveLength(tasks.length);
    for (const { id, jobs } of items) {
      expect(jobs.length).toBeGreaterThanOrEqual(43);
      expect(new Set(jobs.map(({ taskId }) => taskId))).toEqual(new Set([id]));
    }
  });

  it('are refused where the caller may not read what they lead to, and the rest is answered', async () => {
    const { ask } = await filled(2);
    const reader: Caller = { kind: 'key', name: 'reader', tenant: 'default', permissions: ['job:read'] };
    const { data, errors } = await ask('{ jobs { items { id task { name } } } }', reader);
    expect(data).toMatchObject({ jobs: { items: [{ task: null }, { task: null }] } });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_PERMITTED' } }, { extensions: { code: 'NOT_PERMITTED' } }]);
  });

  it('are read together for each event that is followed, and anew for the next one', async () => {
    const { follow, feed, statements, tasks } = await filled(30);
    const changed = { kind: 'job.updated', at: 0, taskId: String(tasks[0]), jobId: '1', executionId: null, data: {} };
    const edges = 'id task { jobs(limit: 10) { id executions(limit: 1) { id } } }';
    const answers = (await follow(`subscription { jobUpdates { ${edges} } }`, localCaller)) as AsyncIterableIterator<Answer>;
    const first = answers.next();
    const before = statements();
    feed.publish(changed);
    const { value } = (await first) as { value: { data: { jobUpdates: { task: { jobs: unknown[] } } } } };
    expect(value.data.jobUpdates.task.jobs).toHaveLength(10);
    const cost = statements() - before;
    expect(cost).toBeLessThanOrEqual(16);
    const second = answers.next();
    feed.publish(changed);
    await second;
    expect(statements() - before).toBe(2 * cost);
    await answers.return!();
  });

  it('and what changes is told only to those who may read it', async () => {
    const { follow } = await filled(1);
    const nobody: Caller = { kind: 'key', name: 'nobody', tenant: 'default', permissions: ['task:read'] };
    for (const field of [
      'jobUpdates { id }',
      'executionUpdates { id }',
      'workerStatus { id }',
      'scheduleSlots { jobId }',
      'events { kind }',
      'executionProgress { at }',
    ]) {
      expect(await follow(`subscription { ${field} }`, nobody)).toMatchObject({ errors: [{ extensions: { code: 'NOT_PERMITTED' } }] });
    }
  });

  it('say nothing of what broke inside', async () => {
    const { ask } = await filled(1);
    const { errors } = await ask('{ schedules { items { id } } workerStats { totalWorkers } }');
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_ERROR' } }]);
    expect(JSON.stringify(errors)).not.toMatch(/undefined|TypeError|\.ts|stack/);
  });
});
