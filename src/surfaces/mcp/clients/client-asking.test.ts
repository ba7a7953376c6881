import { followEvents } from '#events/operations.ts';
import { executionLogs, runTask, showExecution } from '#executions/stored/operations.ts';
import { jobOperations } from '#jobs/operations.ts';
import { settingsFrom, type StreamEvent } from '#kernel/index.ts';
import { catalogueOperations } from '#tasks/catalogue/operations.ts';
import { describe, expect, it } from 'vitest';
import type { Asking } from '../asking.ts';
import { createClientAsking } from './client-asking.ts';
import { keyClient } from './client.ts';

const operations = new Map([...catalogueOperations, ...jobOperations].map((one) => [one.name as string, one]));
const find = (name: string) => operations.get(name) as never;

/** Remembers what it was asked; tasks 1 and 2 are safe-one and other, and everything else belongs to the task of the same number. */
function recorder() {
  const asked: { readonly name: string; readonly input: unknown }[] = [];
  const nameOf = (id: unknown) => ({ '1': 'safe-one', 'safe-one': 'safe-one' })[String(id)] ?? 'other';
  const inner = {
    async call({ name }: { name: string }, input: { id?: unknown }) {
      asked.push({ name, input });
      if (name === 'tasks.show') return { name: nameOf(input.id) };
      if (name === 'tasks.list') return { items: [{ name: 'safe-one' }, { name: 'other' }], total: 2 };
      if (name === 'executions.analyze')
        return {
          taskName: 'safe-one',
          similarErrors: { tasks: [{ taskName: 'safe-one' }, { taskName: 'other' }] },
          input: [{ taskName: 'other' }],
        };
      return { taskName: nameOf(input.id), items: [{ taskName: 'safe-one' }, { taskName: 'other' }] };
    },
    async *follow(): AsyncGenerator<StreamEvent<unknown>> {},
  } as unknown as Asking;
  return { inner, asked };
}

describe('what a client bound to some tasks asks', () => {
  const client = keyClient(settingsFrom(), 'bound', {
    can_execute_tasks: true,
    can_develop_tasks: true,
    allowed_task_patterns: ['safe-*'],
    resource_quotas: { max_execution_time_secs: 60, max_memory_mb: 64 },
  });

  it.each([
    ['tasks.show', { id: 'safe-one' }, { id: 'other' }],
    ['tasks.remove', { id: '1' }, { id: '2' }],
    ['jobs.show', { id: '1' }, { id: '2' }],
    ['jobs.cancel', { id: '1' }, { id: '2' }],
    ['jobs.enqueue', { taskId: 'safe-one', input: { task: 'other' } }, { taskId: '2' }],
    ['jobs.enqueueMany', { jobs: [{ taskId: '1' }] }, { jobs: [{ taskId: '1' }, { taskId: 'other' }] }],
    ['jobs.pause', { task: 'safe-one' }, { task: 'other' }],
  ])('%s goes on for its own tasks, and for others it is as if they were not there', async (name, own, others) => {
    const { inner, asked } = recorder();
    const ask = createClientAsking(inner, client);
    await ask.call(find(name), own);
    expect(asked.map((one) => one.name)).toContain(name);
    asked.length = 0;
    await expect(ask.call(find(name), others as never)).rejects.toMatchObject({ code: expect.stringMatching(/_NOT_FOUND$/) });
    expect(asked.map((one) => one.name).filter((one) => one === name && !name.endsWith('.show'))).toEqual([]);
  });

  it('is told of executions of its own tasks alone', async () => {
    const ask = createClientAsking(recorder().inner, client);
    await expect(ask.call(showExecution, { id: '2' })).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
    await expect(ask.call(executionLogs, { id: '2' })).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
    await expect(ask.call(runTask, { id: '2' })).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
    const following = async () => {
      for await (const _event of ask.follow(followEvents, {})) throw new Error('there was one');
    };
    await expect(following()).rejects.toMatchObject({ code: 'MCP_TASK_OUT_OF_REACH' });
  });

  it('is answered with lists without the others', async () => {
    const ask = createClientAsking(recorder().inner, client);
    expect(await ask.call(find('tasks.list'), {})).toMatchObject({ items: [{ name: 'safe-one' }] });
    expect(await ask.call(find('jobs.list'), {})).toMatchObject({ items: [{ taskName: 'safe-one' }] });
  });

  it('is not told in a report which other tasks failed alike, and its own input is left as it is', async () => {
    const report = await createClientAsking(recorder().inner, client).call({ ...showExecution, name: 'executions.analyze' }, { id: '1' });
    expect(report).toEqual({
      taskName: 'safe-one',
      similarErrors: { tasks: [{ taskName: 'safe-one' }] },
      input: [{ taskName: 'other' }],
    });
  });

  it('runs for as long as its key allows, however much longer it asked for', async () => {
    const { inner, asked } = recorder();
    const ask = createClientAsking(inner, client);
    await ask.call(runTask, { id: '1' });
    await ask.call(runTask, { id: '1', timeoutMs: 10 });
    await ask.call(runTask, { id: '1', timeoutMs: 10 ** 9 });
    await ask.call(find('jobs.enqueue'), { taskId: '1', memoryMb: 4_000 });
    expect(asked.filter(({ name }) => name !== 'tasks.show').map(({ input }) => input)).toMatchObject([
      { timeoutMs: 60_000 },
      { timeoutMs: 10 },
      { timeoutMs: 60_000 },
      { timeoutMs: 60_000, memoryMb: 64 },
    ]);
  });
});
