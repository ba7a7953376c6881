import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';
import { temporarySqlite } from '#testing/temporary-database.ts';
import { createClient, type Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

type Variables = Readonly<Record<string, unknown>>;
interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly path?: readonly unknown[] }[];
}

/** The task of the documents, which name it by this uuid. */
const uuid = '550e8400-e29b-41d4-a716-446655440000';
const database = temporarySqlite();
let server: RatchetServer;
let client: Client;

const text = (name: string) => readFileSync(join(import.meta.dirname, 'documents', `${name}.graphql`), 'utf8');
async function run(name: string, variables: Variables = {}): Promise<Record<string, unknown>> {
  const answer = await send(text(name), variables);
  expect(answer.errors).toBeUndefined();
  return answer.data!;
}
async function send(query: string, variables: Variables = {}): Promise<Answer> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

beforeAll(async () => {
  server = await startRatchet({ args: ['--sources', 'sample/js-tasks', '--database-url', database.url] });
  client = createClient({ url: `${server.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
  const made = await send('mutation($files: JSON!) { createTask(input: { files: $files }) { uuid } }', {
    files: {
      'metadata.json': JSON.stringify({ uuid, version: '1.0.0', label: 'sum', description: 'Adds.' }),
      'main.js': 'function main({ num1, num2 }) { return { sum: num1 + num2 }; }',
    },
  });
  if (made.errors !== undefined) throw new Error(JSON.stringify(made.errors));
});
afterAll(async () => {
  await client.dispose();
  await server.stop();
  await database.remove();
});

describe('Documents as they were printed, letter for letter,', () => {
  it('list tasks, run one, and look at the queue', async () => {
    expect((await run('list-all-tasks'))['tasks']).toMatchObject({
      items: expect.arrayContaining([{ uuid, label: 'sum', version: '1.0.0', description: 'Adds.' }]),
    });
    expect(await run('execute-a-task')).toEqual({
      executeTaskDirect: { success: true, output: { sum: 15 }, executionId: expect.stringMatching(/^\d+$/) },
    });
    const waiting = await send(`mutation { createJob(input: { taskId: "${uuid}", scheduledFor: "2099-01-01T00:00:00Z" }) { id } }`);
    expect((await run('monitor-job-queue'))['jobs']).toEqual({
      items: [
        {
          id: (waiting.data!['createJob'] as { id: string }).id,
          taskId: expect.any(String),
          status: 'QUEUED',
          priority: 'NORMAL',
          createdAt: expect.stringMatching(/Z$/),
        },
      ],
    });
  });

  it('ask for tasks of source and database as one', async () => {
    const { task, tasks } = await run('unified-tasks', { pagination: { page: 1, limit: 3 }, uuid, version: '1.0.0' });
    expect(task).toMatchObject({ uuid, label: 'sum', availableVersions: ['1.0.0'] });
    expect((tasks as { items: unknown[] }).items).toHaveLength(3);
  });
});

describe('Every field and argument of the second version', () => {
  it('can be read', async () => {
    const page = { page: 1, limit: 2, offset: 0 };
    const answer = await run('second-version-queries', { page, uuid, version: '1.0.0', taskId: 'sum', status: 'COMPLETED' });
    expect(answer).toMatchObject({
      executions: { items: [{ output: { sum: 15 } }], meta: { total: 1 } },
      jobs: { items: [{ status: 'COMPLETED', outputDestinations: [] }] },
      health: { database: true, jobQueue: true, scheduler: true },
    });
    expect(await run('second-version-legacy', { id: 'addition', version: '1.0.0' })).toMatchObject({
      registryTask: { name: 'addition' },
      registryTaskVersions: ['1.0.0'],
    });
  });

  it('gives what was a piece of JSON as a whole, and only there', async () => {
    const failed = await send(`mutation { executeTaskDirect(taskId: "addition", input: { num1: "one" }) { success executionId } }`);
    const { executionId: id } = failed.data!['executeTaskDirect'] as { executionId: string };
    const whole = await send(`query($id: ID!) { execution(id: $id) { errorDetails httpRequests } }`, { id });
    expect(whole).toMatchObject({
      data: { execution: { errorDetails: { code: 'INPUT_INVALID', hint: expect.any(String) }, httpRequests: [] } },
    });
    expect((await send(`query($id: ID!) { execution(id: $id) { cost } }`, { id })).errors?.[0]?.message).toMatch(/must have a selection/);
  });

  it('can be changed', async () => {
    const input = { taskId: uuid, inputData: { num1: 1, num2: 2 }, priority: 'LOW', outputDestinations: [], maxRetries: 1 };
    expect(await run('second-version-mutations', { task: uuid, input, inputData: { num1: 2, num2: 2 } })).toMatchObject({
      executeTask: { priority: 'LOW', maxRetries: 1 },
      executeTaskDirect: { success: true, output: { sum: 4 }, error: null },
      updateTaskStatus: { enabled: true },
    });
  });
});

const time = '2020-01-01T00:00:00Z';
/** Every filter there is, each with a value that holds for nothing or everything; ids and words in the forms they had. */
const filters = {
  tasks: {
    nameContains: 'sum',
    nameExact: 'sum',
    nameStartsWith: 's',
    nameEndsWith: 'm',
    version: '1.0.0',
    versionIn: ['1.0.0'],
    enabled: true,
    registrySource: false,
    createdAfter: time,
    createdBefore: '2099-01-01T00:00:00Z',
    updatedAfter: time,
    updatedBefore: '2099-01-01T00:00:00Z',
    validatedAfter: time,
    validatedBefore: '2099-01-01T00:00:00Z',
    uuid,
    uuidIn: [uuid],
    hasValidation: true,
    inSync: true,
  },
  executions: {
    taskId: 'sum',
    taskIdIn: ['sum', 'addition'],
    status: 'COMPLETED',
    statusIn: ['COMPLETED', 'FAILED'],
    statusNot: 'RUNNING',
    queuedAfter: time,
    queuedBefore: '2099-01-01T00:00:00Z',
    startedAfter: time,
    startedBefore: '2099-01-01T00:00:00Z',
    completedAfter: time,
    completedBefore: '2099-01-01T00:00:00Z',
    durationMinMs: 0,
    durationMaxMs: 3_600_000,
    hasProgress: false,
    hasError: false,
    canRetry: false,
    canCancel: false,
  },
  jobs: {
    taskId: 'sum',
    taskIdIn: ['sum'],
    status: 'QUEUED',
    statusIn: ['QUEUED', 'RETRYING'],
    statusNot: 'FAILED',
    priority: 'NORMAL',
    priorityIn: ['NORMAL', 'HIGH'],
    priorityMin: 'LOW',
    queuedAfter: time,
    queuedBefore: '2099-01-01T00:00:00Z',
    scheduledAfter: time,
    scheduledBefore: '2100-01-01T00:00:00Z',
    retryCountMin: 0,
    retryCountMax: 5,
    maxRetriesMin: 0,
    maxRetriesMax: 5,
    hasRetriesRemaining: true,
    hasError: false,
    isScheduled: true,
    dueNow: false,
  },
  schedules: {
    taskId: 'sum',
    taskIdIn: ['sum'],
    nameContains: 'year',
    nameExact: 'yearly',
    nameStartsWith: 'y',
    nameEndsWith: 'ly',
    enabled: true,
    cronExpressionContains: '1 1',
    cronExpressionExact: '0 0 1 1 *',
    nextRunAfter: time,
    nextRunBefore: '2099-01-01T00:00:00Z',
    createdAfter: time,
    createdBefore: '2099-01-01T00:00:00Z',
    updatedAfter: time,
    updatedBefore: '2099-01-01T00:00:00Z',
    hasNextRun: true,
    hasLastRun: false,
    isDue: false,
    overdue: false,
  },
  workers: { status: 'IDLE', lastHeartbeatAfter: time },
};

describe('Every field and argument of the newest version', () => {
  it('can be made, found by every filter, changed and removed', async () => {
    const webhook = {
      url: 'https://example.com/hook',
      method: 'POST',
      contentType: 'application/json',
      retryPolicy: { maxAttempts: 3, initialDelayMs: 100, maxDelayMs: 1_000, backoffMultiplier: 2 },
    };
    const made = await run('newest-create', {
      task: {
        name: 'empty',
        description: 'Does nothing.',
        enabled: true,
        inputSchema: {},
        outputSchema: {},
        metadata: {},
        sourceCode: 'function main() { return {}; }',
      },
      job: { taskId: uuid, priority: 'HIGH', scheduledFor: '2099-01-01T00:00:00Z', maxRetries: 2 },
      schedule: { taskId: uuid, name: 'yearly', description: 'Once a year.', cronExpression: '0 0 1 1 *', enabled: true },
      execution: { taskId: uuid, input: { num1: 3, num2: 4 } },
      run: {
        taskId: uuid,
        inputData: '{"num1": 1, "num2": 1}',
        priority: 'NORMAL',
        maxRetries: 0,
        outputDestinations: [{ destinationType: 'WEBHOOK', webhook }],
      },
    });
    const idOf = (field: string) => (made[field] as { id: string }).id;
    expect(made).toMatchObject({
      createJob: { status: 'QUEUED', priority: 'HIGH', maxRetries: 2 },
      executeTask: { outputDestinations: [{ destinationType: 'WEBHOOK' }] },
    });
    const asked = await send(
      'query($id: ID!) { job(id: $id) { outputDestinations { destinationType filesystem webhook { url retryPolicy } } } }',
      {
        id: idOf('executeTask'),
      },
    );
    const { url, retryPolicy } = webhook;
    expect(asked.data!['job']).toEqual({
      outputDestinations: [{ destinationType: 'WEBHOOK', filesystem: null, webhook: { url, retryPolicy } }],
    });
    const found = await run('newest-queries', {
      ...filters,
      id: uuid,
      sort: { field: 'name', direction: 'ASC' },
      limit: 5,
      offset: 0,
    });
    expect(found).toMatchObject({
      tasks: { items: [{ name: 'sum', sourceCode: expect.stringContaining('num1'), isEditable: true }] },
      jobs: { meta: { total: 1 } },
      schedules: { items: [{ name: 'yearly' }] },
    });
    const changed = await run('newest-change', {
      task: 'empty',
      taskChange: { description: 'Still nothing.' },
      job: idOf('createJob'),
      jobChange: { priority: 'CRITICAL', maxRetries: 5, scheduledFor: '2098-01-01T00:00:00Z' },
      schedule: idOf('createSchedule'),
      scheduleChange: { description: 'Rarely.', enabled: false, cronExpression: '0 0 2 1 *', name: 'seldom' },
    });
    expect(changed).toMatchObject({
      updateTask: { description: 'Still nothing.' },
      updateJob: { priority: 'CRITICAL', maxRetries: 5 },
      updateSchedule: { description: 'Rarely.', enabled: false },
    });
    const execution = (await send(`mutation { executeTaskDirect(taskId: "${uuid}", input: { num1: 1, num2: 1 }) { executionId } }`)).data![
      'executeTaskDirect'
    ] as { executionId: string };
    const removed = await run('newest-delete', {
      task: 'empty',
      job: idOf('createJob'),
      schedule: idOf('createSchedule'),
      execution: execution.executionId,
    });
    expect(removed).toEqual({ deleteExecution: true, deleteJob: true, deleteSchedule: true, deleteTask: true });
  });

  it('takes variables of the types it had, in the words it had', async () => {
    const words = { jobStatus: 'PENDING', jobStatuses: ['QUEUED', 'FAILED'], priority: 'URGENT', executionStatus: 'PENDING' };
    await run('newest-words', { ...words, workerStatus: 'IDLE', name: 'sum', task: uuid });
    await run('newest-words');
  });

  it('writes, edits and removes a task as tools do', async () => {
    const task = {
      name: 'doubling',
      description: 'Doubles.',
      code: 'function main({ n }) { return { doubled: n * 2 }; }',
      version: '1.0.0',
      inputSchema: { type: 'object' },
      outputSchema: { type: 'object' },
      tags: ['numbers'],
      enabled: true,
      testCases: [{ name: 'two', input: { n: 2 }, expectedOutput: { doubled: 4 }, shouldFail: false, description: 'Twice two.' }],
    };
    const answer = await run('newest-mcp', {
      task,
      edit: { name: 'doubling', description: 'Doubles numbers.', tags: [] },
      name: 'doubling',
      result: { taskId: 'doubling', input: { n: 4 }, output: { doubled: 8 }, executionTimeMs: 12, status: 'COMPLETED' },
    });
    expect(answer).toMatchObject({
      mcpCreateTask: { name: 'doubling' },
      mcpEditTask: { description: 'Doubles numbers.' },
      mcpTestTask: { total: 1, passed: 1, failed: 0, skipped: 0, testResults: [{ name: 'two', status: 'PASSED' }] },
      mcpStoreResult: { taskName: 'doubling', status: 'COMPLETED' },
      mcpDeleteTask: true,
    });
  });

  it('can be followed', async () => {
    const first = async (operationName: string, variables: Variables = {}) => {
      const told = client.iterate({ query: text('newest-subscriptions'), operationName, variables });
      const { value } = await told.next();
      await told.return?.();
      expect(value?.errors).toBeUndefined();
      return value?.data;
    };
    const job = (await send(`mutation { createJob(input: { taskId: "${uuid}", scheduledFor: "2099-01-01T00:00:00Z" }) { id } }`)).data![
      'createJob'
    ] as { id: string };
    // Of one thing that is named the present state comes first; of many, what changes.
    expect(await first('OfJob', { jobId: job.id })).toEqual({ jobStatus: { id: job.id, status: 'QUEUED' } });
    expect(await first('OfWorker', { workerId: 'worker-0' })).toMatchObject({ workerStatus: { id: 'worker-0' } });
    const told = [first('OfTask', { taskId: uuid }), first('Jobs'), first('Executions')];
    const progress = { isTold: false };
    const all = Promise.all(told).finally(() => (progress.isTold = true));
    // A subscription is not acknowledged: ask until each has seen something.
    while (!progress.isTold) await send(`mutation { executeTaskDirect(taskId: "${uuid}", input: { num1: 1, num2: 1 }) { success } }`);
    expect(await all).toMatchObject([{ taskExecutions: {} }, { jobUpdates: {} }, { executionUpdates: {} }]);
  });
});
