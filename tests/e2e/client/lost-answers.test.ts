import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, type RatchetClient } from '#surfaces/client/index.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startProxiedServer, type ProxiedServer } from './proxied-server.ts';

let served: ProxiedServer;
/** Through the proxy, and past it. */
let client: RatchetClient;
let observer: RatchetClient;

beforeAll(async () => {
  served = await startProxiedServer();
  client = connect({ url: served.proxy.url, retries: 20 });
  observer = connect({ url: served.direct().url });
});
afterAll(() => served.close());

it('a job whose answer is lost is queued once, however often that happens', async () => {
  verifies('client.lost-answers');
  const lost = served.proxy.loseAnswersTo('POST /api/v1/jobs ', 3);
  const job = await client.jobs.enqueue({ taskId: 'quick', input: { number: 1 }, metadata: { lost: 3 } });
  await lost;
  const { items, total } = await observer.jobs.list({ filter: { taskName: 'quick' } });
  expect([total, items[0]?.id]).toEqual([1, job.id]);
});

it('a job that is waited for is the same after the connection broke, with its result', async () => {
  const waited = client.jobs.enqueue({ taskId: 'slow', input: { ms: 600, number: 7 }, wait: '20s' });
  await expect.poll(async () => (await observer.jobs.list({ filter: { taskName: 'slow', status: 'PROCESSING' } })).total).toBe(1);
  served.proxy.cut();
  expect(await waited).toMatchObject({ status: 'COMPLETED', isFinished: true, output: { number: 7 } });
  expect((await observer.jobs.list({ filter: { taskName: 'slow' } })).total).toBe(1);
});

it('several jobs whose answer is lost are queued once', async () => {
  const before = (await observer.jobs.list()).total;
  const lost = served.proxy.loseAnswersTo('POST /api/v1/jobs/batch', 2);
  const { jobs } = await client.jobs.enqueueMany({ jobs: [{ taskId: 'quick' }, { taskId: 'quick' }] });
  await lost;
  expect([jobs.length, (await observer.jobs.list()).total - before]).toEqual([2, 2]);
});

it('another write whose answer is lost is done once, and answers as the first time', async () => {
  const lost = served.proxy.loseAnswersTo('POST /api/v1/schedules', 2);
  const made = await client.schedules.create({ name: 'nightly', taskId: 'quick', cronExpression: '0 3 * * *' });
  await lost;
  const { items, total } = await observer.schedules.list({ filter: { name: 'nightly' } });
  expect([total, items[0]?.id]).toEqual([1, made.id]);
});

it('a removal whose answer is lost is done once, and is no error the second time', async () => {
  const lost = served.proxy.loseAnswersTo('DELETE /api/v1/schedules/', 1);
  const removed = client.schedules.remove({ id: 'nightly' });
  await lost;
  await expect(removed).resolves.toBeDefined();
  expect((await observer.schedules.list()).total).toBe(0);
});

it('a task that is run and waited for runs once, although the connection broke while it ran', async () => {
  const ran = client.executions.run({ id: 'slow', input: { ms: 1_500, number: 9 } });
  const running = { filter: { taskName: 'slow', status: 'RUNNING' } } as const;
  await expect.poll(async () => (await observer.executions.list(running)).total).toBe(1);
  served.proxy.cut();
  expect(await ran).toMatchObject({ status: 'COMPLETED', output: { number: 9 } });
  expect((await observer.executions.list({ filter: { taskName: 'slow' } })).total).toBe(2);
});

it('a job that was stored when the server was killed is the same when it is back', async () => {
  const before = (await observer.jobs.list()).total;
  const lost = served.proxy.loseAnswersTo('POST /api/v1/jobs ', 1);
  const queued = client.jobs.enqueue({ taskId: 'quick', input: { number: 2 } });
  await lost;
  await served.killAndRestart();
  const job = await queued;
  observer = connect({ url: served.direct().url });
  expect((await observer.jobs.list()).total).toBe(before + 1);
  expect((await observer.jobs.list({ limit: 1 })).items[0]?.id).toBe(job.id);
});
