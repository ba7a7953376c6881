import dataProvider, { axiosInstance } from '@refinedev/simple-rest';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';
import { temporarySqlite } from '#testing/temporary-database.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifies } from '../../requirements/verifies.ts';

interface Item {
  readonly id: string;
  readonly [field: string]: unknown;
}
interface Failure {
  readonly statusCode: number;
  readonly message: string;
}

const database = temporarySqlite();
let server: RatchetServer;
let refine: ReturnType<typeof dataProvider>;

beforeAll(async () => {
  server = await startRatchet({ args: ['--sources', 'sample/js-tasks', '--database-url', database.url] });
  // What docs/guide/rest.md tells whoever uses Refine to do: answers carry what was asked for in `data`, errors in `error`.
  axiosInstance.interceptors.response.use(
    (response) => ({ ...response, data: response.data?.data ?? response.data }),
    (failed) => Promise.reject({ ...failed, message: failed.response?.data?.error?.message }),
  );
  refine = dataProvider(`${server.url}/api/v1`);
});
afterAll(async () => {
  await server.stop();
  await database.remove();
});

type Asked = Omit<Parameters<typeof refine.getList>[0], 'resource'>;
const list = async (resource: string, asked: Asked = {}) => {
  const { data, total } = await refine.getList({ resource, ...asked });
  return { items: data as readonly Item[], total };
};
const names = async (resource: string, asked: Asked = {}) => (await list(resource, asked)).items.map(({ name }) => String(name));
type Filter = NonNullable<Asked['filters']>[number];
const where = (field: string, operator: string, value: unknown): Filter => ({ field, operator, value }) as Filter;
const create = async (resource: string, variables: object) => (await refine.create({ resource, variables })).data as Item;

describe('Lists for a table of Refine', () => {
  it('come in pages with the total, in order', async () => {
    verifies('rest.refine');
    const first = await list('tasks', {
      pagination: { currentPage: 1, pageSize: 4, mode: 'server' },
      sorters: [{ field: 'name', order: 'asc' }],
    });
    expect(first.total).toBeGreaterThan(8);
    const all = [...first.items];
    for (let currentPage = 2; all.length < first.total; currentPage++) {
      const page = await list('tasks', { pagination: { currentPage, pageSize: 4 }, sorters: [{ field: 'name', order: 'asc' }] });
      expect(page.total).toBe(first.total);
      all.push(...page.items);
    }
    const inOrder = all.map(({ name }) => name as string);
    expect(inOrder).toEqual([...new Set(inOrder)].toSorted());
    expect(await names('tasks', { sorters: [{ field: 'name', order: 'desc' }], pagination: { pageSize: 100 } })).toEqual(
      inOrder.toReversed(),
    );
    await expect(list('tasks', { sorters: [{ field: 'colour', order: 'asc' }] })).rejects.toMatchObject({ statusCode: 400 });
  });

  it.each([
    ['eq', 'name', 'addition', (name: string) => name === 'addition'],
    ['ne', 'name', 'addition', (name: string) => name !== 'addition'],
    ['contains', 'name', 'FETCH', (name: string) => name.includes('fetch')],
    ['in', 'name', ['addition', 'weather-api', 'no-such'], (name: string) => ['addition', 'weather-api'].includes(name)],
  ])('are narrowed by %s of %s', async (operator, field, value, isMeant) => {
    const all = await names('tasks', { pagination: { pageSize: 100 } });
    const found = await names('tasks', { filters: [where(field, operator, value)], pagination: { pageSize: 100 } });
    expect(found.toSorted()).toEqual(all.filter(isMeant).toSorted());
    expect(found.length).toBeGreaterThan(0);
  });

  it('are narrowed by flags, words, numbers and times, all of which must hold', async () => {
    const [task] = (await list('tasks', { filters: [where('name', 'eq', 'addition')] })).items;
    const scheduledFor = '2099-01-01T00:00:00.000Z';
    for (const [index, priority] of ['LOW', 'NORMAL', 'HIGH'].entries()) {
      await create('jobs', { taskId: task!.id, input: { num1: 1, num2: index }, priority, maxRetries: index, scheduledFor });
    }
    const found = async (...filters: Filter[]) =>
      (await list('jobs', { filters, sorters: [{ field: 'id', order: 'asc' }] })).items.map(({ priority }) => priority);
    expect(await found(where('status', 'eq', 'queued'))).toEqual(['LOW', 'NORMAL', 'HIGH']);
    expect(await found(where('priority', 'in', ['LOW', 'HIGH']))).toEqual(['LOW', 'HIGH']);
    expect(await found(where('priority', 'gte', 'NORMAL'))).toEqual(['NORMAL', 'HIGH']);
    expect(await found(where('maxRetries', 'lte', 1), where('taskId', 'eq', task!.id))).toEqual(['LOW', 'NORMAL']);
    expect(await found(where('scheduledFor', 'gte', scheduledFor), where('maxRetries', 'ne', 1))).toEqual(['LOW', 'HIGH']);
    expect(await found(where('scheduledFor', 'lte', '2098-01-01T00:00:00Z'))).toEqual([]);
    expect(await found(where('hasError', 'eq', true))).toEqual([]);
    expect(await names('tasks', { filters: [where('enabled', 'eq', false)] })).toEqual([]);
    await expect(found(where('colour', 'eq', 'red'))).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('colour'),
    });
  });

  it('of things by their ids have each of them, however many', async () => {
    const { jobs } = (
      await refine.custom({
        url: `${server.url}/api/v1/jobs/batch`,
        method: 'post',
        payload: {
          jobs: Array.from({ length: 60 }, () => ({
            taskId: 'addition',
            input: { num1: 1, num2: 1 },
            scheduledFor: '2099-01-01T00:00:00Z',
          })),
        },
      })
    ).data as { jobs: readonly Item[] };
    const ids = jobs.map(({ id }) => id);
    const { data } = await refine.getMany({ resource: 'jobs', ids });
    expect((data as Item[]).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect((await refine.getMany({ resource: 'jobs', ids: [ids[0]!] })).data).toHaveLength(1);
  });
});

describe('Forms of Refine', () => {
  it('create, show, change and remove a schedule', async () => {
    const made = await create('schedules', {
      name: 'nightly',
      taskId: 'addition',
      cronExpression: '0 3 * * *',
      input: { num1: 1, num2: 2 },
    });
    const show = async () => (await refine.getOne({ resource: 'schedules', id: made.id })).data as Item;
    expect(await show()).toMatchObject({ id: made.id, name: 'nightly', enabled: true });
    const { data } = await refine.update({ resource: 'schedules', id: made.id, variables: { description: 'At night.', enabled: false } });
    expect(data).toMatchObject({ id: made.id, description: 'At night.', enabled: false });
    expect(await show()).toMatchObject({ description: 'At night.', enabled: false });
    await refine.deleteOne({ resource: 'schedules', id: made.id, variables: {} });
    await expect(show()).rejects.toMatchObject({ statusCode: 404, message: expect.stringContaining(made.id) } satisfies Partial<Failure>);
  });

  it('create, show, change and remove a task and a job', async () => {
    const task = await create('tasks', { name: 'greeting', sourceCode: 'function main() { return { hello: true }; }' });
    expect((await refine.update({ resource: 'tasks', id: task.id, variables: { description: 'Greets.' } })).data).toMatchObject({
      id: task.id,
      description: 'Greets.',
    });
    const job = await create('jobs', { taskId: task.id, scheduledFor: '2099-01-01T00:00:00Z' });
    expect((await refine.update({ resource: 'jobs', id: job.id, variables: { priority: 'HIGH' } })).data).toMatchObject({
      priority: 'HIGH',
    });
    await refine.deleteOne({ resource: 'jobs', id: job.id });
    await expect(refine.getOne({ resource: 'jobs', id: job.id })).rejects.toMatchObject({ statusCode: 404 });
    await refine.deleteOne({ resource: 'tasks', id: task.id });
    await expect(refine.getOne({ resource: 'tasks', id: task.id })).rejects.toMatchObject({ statusCode: 404 });
  });

  it('run a task and show the execution, which nobody may change', async () => {
    const run = (
      await refine.custom({ url: `${server.url}/api/v1/tasks/addition/execute`, method: 'post', payload: { input: { num1: 2, num2: 3 } } })
    ).data as Item;
    expect((await refine.getOne({ resource: 'executions', id: run.id })).data).toMatchObject({ status: 'COMPLETED', output: { sum: 5 } });
    const { items, total } = await list('executions', { filters: [where('status', 'in', ['COMPLETED', 'FAILED'])] });
    expect([items.length, total]).toEqual([1, 1]);
    expect((await list('executions', { filters: [where('durationMs', 'gte', 0), where('taskName', 'contains', 'add')] })).total).toBe(1);
    await expect(refine.update({ resource: 'executions', id: run.id, variables: { status: 'FAILED' } })).rejects.toMatchObject({
      statusCode: 409,
    });
    await refine.deleteOne({ resource: 'executions', id: run.id });
    expect((await list('executions')).total).toBe(0);
  });

  it('show the sources and the workers', async () => {
    const { items, total } = await list('repositories');
    expect(total).toBe(1);
    expect((await refine.getOne({ resource: 'repositories', id: items[0]!.id })).data).toMatchObject({ id: items[0]!.id });
    const workers = await list('workers', {
      sorters: [{ field: 'id', order: 'asc' }],
      filters: [where('status', 'in', ['IDLE', 'RUNNING'])],
    });
    expect((await refine.getMany({ resource: 'workers', ids: workers.items.map(({ id }) => id) })).data).toHaveLength(workers.total);
    expect(refine.getApiUrl()).toBe(`${server.url}/api/v1`);
    const stats = await refine.custom({ url: `${refine.getApiUrl()}/jobs/stats`, method: 'get', query: { ignored: undefined } });
    expect(stats.data).toHaveProperty('stats');
  });
});
