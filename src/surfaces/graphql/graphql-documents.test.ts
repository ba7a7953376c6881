import { createHash } from 'node:crypto';
import { temporarySqlite } from '#testing/temporary-database.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifies } from '../../../tests/requirements/verifies.ts';
import { startGraphql, type GraphqlServer } from './graphql-harness.ts';

const addition = 'bd6c6f98-4896-44cc-8c82-30328c3aefda';
const database = temporarySqlite();
let server: GraphqlServer;

beforeAll(async () => {
  server = await startGraphql({ databaseUrl: database.url });
});
afterAll(async () => {
  await server.stop();
  await database.remove();
});

describe('Documents of earlier versions', () => {
  it('that the first description shows run word for word', async () => {
    verifies('graphql.older-documents');
    const tasks = await server.ask('query { tasks { items { uuid label version description } } }');
    expect(tasks.data).toMatchObject({
      tasks: { items: expect.arrayContaining([expect.objectContaining({ uuid: addition, version: '1.0.0' })]) },
    });
    const run = await server.ask(
      `mutation { executeTaskDirect(taskUuid: "${addition}", input: "{\\"num1\\": 5, \\"num2\\": 10}") { success output executionId } }`,
    );
    expect(run.data).toEqual({ executeTaskDirect: { success: true, output: { sum: 15 }, executionId: expect.stringMatching(/^\d+$/) } });
    const jobs = await server.ask('query { jobs(status: PENDING) { items { id taskId status priority createdAt } } }');
    expect(jobs.errors).toBeUndefined();
    expect(jobs.data).toEqual({ jobs: { items: [] } });
  });

  it('of the second version run with variables of its types', async () => {
    const { data, errors } = await server.ask(
      `query Old($id: ApiId, $uuid: UUID!, $page: PaginationInput, $status: JobStatus) {
        task(uuid: $uuid, version: "1.0.0") { id name label }
        taskByUuid(uuid: $uuid) { name }
        executions(pagination: $page, taskId: $id) { items { taskId status } meta { page limit total totalPages hasNext hasPrevious offset } }
        jobs(pagination: { page: 1, limit: 5 }, status: $status) { items { status } meta { limit } }
        taskStats { totalTasks enabledTasks disabledTasks }
        executionStats { totalExecutions pending running completed failed }
        jobStats { totalJobs queued processing completed failed retrying }
        health { database jobQueue scheduler message }
        registryTasks { items { name } }
        registryTask(id: "addition", version: "1.0.0") { version }
        registryTaskVersions(id: "addition")
      }`,
      { id: 'addition', uuid: addition, page: { page: 1, limit: 2 }, status: 'COMPLETED' },
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      task: { name: 'addition' },
      executions: { meta: { page: 1, limit: 2, hasPrevious: false, offset: 0 } },
      jobs: { meta: { limit: 5 }, items: expect.arrayContaining([{ status: 'COMPLETED' }]) },
      health: { database: true, jobQueue: true, scheduler: true },
      registryTaskVersions: ['1.0.0'],
    });
  });

  it('of the second version change things', async () => {
    const made = await server.ask(
      `mutation Old($input: ExecuteTaskInput!) { executeTask(input: $input) { id taskId priority status outputDestinations { destinationType } } }`,
      { input: { taskId: addition, inputData: '{"num1": 1, "num2": 2}', priority: 'CRITICAL', maxRetries: 2 } },
    );
    expect(made.data).toMatchObject({ executeTask: { priority: 'CRITICAL', outputDestinations: [] } });
    const direct = await server.ask(
      'mutation($id: ApiId!, $in: JSON!) { executeTaskDirect(taskId: $id, inputData: $in) { success output error durationMs } }',
      {
        id: 'addition',
        in: { num1: 2, num2: 2 },
      },
    );
    expect(direct.data).toMatchObject({ executeTaskDirect: { success: true, output: { sum: 4 }, error: null } });
    for (const enabled of [false, true]) {
      const switched = await server.ask('mutation($id: String!, $on: Boolean!) { updateTaskStatus(id: $id, enabled: $on) { enabled } }', {
        id: 'dummy-task',
        on: enabled,
      });
      expect(switched.data).toEqual({ updateTaskStatus: { enabled } });
    }
  });

  it('of the newest version run with its names of types', async () => {
    const made = await server.ask(`mutation New($task: McpCreateTaskInput!) { mcpCreateTask(input: $task) }`, {
      task: {
        name: 'doubling',
        description: 'Doubles a number.',
        code: 'function main({ n }) { return { doubled: n * 2 }; }',
        inputSchema: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] },
        outputSchema: { type: 'object' },
        tags: ['numbers'],
        testCases: [{ name: 'two', input: { n: 2 }, expectedOutput: { doubled: 4 } }],
      },
    });
    expect(made.errors).toBeUndefined();
    const { data, errors } = await server.ask(
      `query New($id: GraphQLApiId!, $status: JobStatusGraphQL, $many: JobStatusGraphQL, $priority: JobPriorityGraphQL, $least: Int) {
        tasks(filters: { nameStartsWith: "doub", enabled: true }, sort: { field: "created_at", direction: DESC }, limit: 5, offset: 0) { items { id name } }
        task(id: $id) { id name sourceCode sourceType isEditable }
        jobs(filters: { status: $status, statusNot: $many, priority: $priority, retryCountMin: $least }, limit: 5) { items { id status } }
        executions(filters: { status: COMPLETED, durationMinMs: 0, hasError: false, canRetry: false }) { items { durationMs } }
        schedules(filters: { enabled: true, cronExpressionContains: "*" }) { items { id nextRun } }
        workers(filters: { status: IDLE, lastHeartbeatAfter: "2020-01-01T00:00:00Z" }) { items { id memoryUsageMb } }
        silent: workers(filters: { lastHeartbeatBefore: "2020-01-01T00:00:00Z" }) { meta { total } }
        workerStats { totalWorkers idleWorkers }
      }`,
      { id: 'doubling', status: 'completed', many: 'FAILED', priority: 'URGENT', least: 0 },
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      silent: { meta: { total: 0 } },
      tasks: { items: [{ name: 'doubling' }] },
      task: { sourceType: 'JAVASCRIPT', isEditable: true },
    });
    const edited = await server.ask('mutation { mcpEditTask(input: { name: "doubling", description: "Doubles." }) }');
    expect(edited.data).toMatchObject({ mcpEditTask: { description: 'Doubles.' } });
    expect((await server.ask('mutation { mcpDeleteTask(taskName: "doubling") }')).data).toEqual({ mcpDeleteTask: true });
    expect((await server.ask('{ task(id: "doubling") { id } }')).errors?.[0]?.extensions.code).toBe('TASK_NOT_FOUND');
  });
});

describe('Operations over GraphQL', () => {
  it('make, change, follow up and remove what they are about', async () => {
    const task = await server.ask(
      `mutation { createTask(input: { name: "greeting", code: "function main() { return { hello: true }; }" }) { id name version availableVersions } }`,
    );
    expect(task.data).toMatchObject({ createTask: { name: 'greeting', version: '1.0.0' } });
    const schedule = await server.ask(
      `mutation { createSchedule(input: { taskId: "greeting", name: "yearly greeting", cronExpression: "0 0 1 1 *" }) { id nextRun task { name } } }`,
    );
    expect(schedule.data).toMatchObject({ createSchedule: { task: { name: 'greeting' } } });
    const made = await server.ask(
      `mutation { createJob(input: { taskId: "greeting", scheduledFor: "2099-01-01T00:00:00Z", priority: 60 }) { id status priorityNumber isNew } }`,
    );
    expect(made.data).toMatchObject({ createJob: { status: 'QUEUED', priorityNumber: 60, isNew: true } });
    const { id } = (made.data as unknown as { createJob: { id: string } }).createJob;
    expect((await server.ask(`{ jobWhy(id: ${id}) { causes { kind message } } }`)).data).toMatchObject({
      jobWhy: { causes: [{ kind: 'RUN_AT' }] },
    });
    expect(
      (await server.ask(`mutation { updateJob(id: "${id}", input: { priority: HIGH }) { priority } cancelJob(id: "${id}") { status } }`))
        .data,
    ).toEqual({
      updateJob: { priority: 'HIGH' },
      cancelJob: { status: 'CANCELLED' },
    });
    const removed = await server.ask(
      `mutation { deleteJob(id: "${id}") deleteSchedule(id: "yearly greeting") deleteTask(id: "greeting") }`,
    );
    expect(removed.data).toEqual({ deleteJob: true, deleteSchedule: true, deleteTask: true });
  });

  it('answer with the errors every surface answers with, at the field that failed', async () => {
    const { status, data, errors } = await server.ask(
      '{ job(id: "404040") { id } jobs(filters: { status: QUEUED, statusIn: [FAILED] }) { meta { total } } }',
    );
    expect(status).toBe(200);
    expect(data).toMatchObject({ job: null });
    expect(errors).toMatchObject([{ path: ['job'], extensions: { code: 'JOB_NOT_FOUND', link: '/docs/errors/JOB_NOT_FOUND' } }]);
    expect(errors![0]!.extensions.hint).toMatch(/job list/);
    expect(errors![0]!.extensions.requestId).toMatch(/^[0-9a-f-]{36}$/);
    const wrong = await server.ask('mutation { createJob(input: { taskId: "addition", priority: "soon" }) { id } }');
    expect(wrong.errors).toMatchObject([{ extensions: { code: 'REQUEST_INVALID', details: { problems: [{ path: 'priority' }] } } }]);
    const refused = await server.ask('mutation { updateExecution(id: "1", input: { status: "COMPLETED" }) { id } }');
    expect(refused.errors).toMatchObject([{ extensions: { code: 'EXECUTION_IMMUTABLE' } }]);
    const sort = await server.ask('{ jobs(sort: { field: "colour" }) { meta { total } } }');
    expect(sort.errors).toMatchObject([{ extensions: { code: 'REQUEST_INVALID' } }]);
  });

  it('find things for a federation by their keys', async () => {
    const { data, errors } = await server.ask(
      `query($them: [_Any!]!) { _entities(representations: $them) { __typename ... on Task { name } ... on Execution { id } } _service { sdl } }`,
      {
        them: [
          { __typename: 'Task', uuid: addition },
          { __typename: 'Execution', id: '1' },
          { __typename: 'Task', uuid: '00000000-0000-4000-8000-000000000000' },
        ],
      },
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ _entities: [{ __typename: 'Task', name: 'addition' }, { __typename: 'Execution', id: '1' }, null] });
    expect((data as unknown as { _service: { sdl: string } })._service.sdl).toContain(
      'type Task @key(fields: "id") @key(fields: "uuid") {',
    );
  });
});

describe('GraphQL over HTTP', () => {
  const json = { 'content-type': 'application/json' };

  it('answers a document that cannot be run with 200 to older clients, with 400 to those that ask for the newer type', async () => {
    for (const [query, code] of [
      ['{ nope }', 'GRAPHQL_INVALID'],
      ['{ tasks {', 'GRAPHQL_SYNTAX'],
      ['query($n: Int!) { tasks(limit: $n) { meta { total } } }', 'GRAPHQL_INVALID'],
    ] as const) {
      const older = await server.ask(query);
      expect([older.status, older.errors?.[0]?.extensions.code, older.data]).toEqual([200, code, undefined]);
      const newer = await server.ask(query, {}, { accept: 'application/graphql-response+json' });
      expect([newer.status, newer.type, newer.errors?.[0]?.extensions.code]).toEqual([
        400,
        'application/graphql-response+json; charset=utf-8',
        code,
      ]);
    }
  });

  it.each([
    ['no JSON', '{', 400, 'BODY_NOT_JSON'],
    ['no object', '"{ tasks }"', 400, 'GRAPHQL_REQUEST_INVALID'],
    ['no document', '{}', 400, 'GRAPHQL_REQUEST_INVALID'],
    ['a document that is no text', '{"query": 1}', 400, 'GRAPHQL_REQUEST_INVALID'],
    ['variables that are no object', '{"query": "{ __typename }", "variables": [1]}', 400, 'GRAPHQL_REQUEST_INVALID'],
    ['an unknown operation', '{"query": "query A { __typename }", "operationName": "B"}', 200, 'GRAPHQL_INVALID'],
    ['an empty array', '[]', 400, 'GRAPHQL_REQUEST_INVALID'],
  ])('answers %s as GraphQL does, without a word of what is inside', async (_what, body, status, code) => {
    const answer = await server.send({ headers: json, body });
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([status, code]);
  });

  it('takes queries and nothing else in an address', async () => {
    const at = (query: string, more = '') => server.send({ method: 'GET', path: `/graphql?query=${encodeURIComponent(query)}${more}` });
    expect(
      (await at('query($n: Int) { tasks(limit: $n) { items { name } } }', `&variables=${encodeURIComponent('{"n": 1}')}`)).data,
    ).toMatchObject({
      tasks: { items: [{ name: 'addition' }] },
    });
    const mutation = await at('mutation { deleteTask(id: "addition") }');
    expect([mutation.status, mutation.headers.get('allow'), mutation.errors?.[0]?.extensions.code]).toEqual([
      405,
      'POST',
      'GRAPHQL_NEEDS_POST',
    ]);
    expect((await at('{ __typename }', '&variables=no')).errors?.[0]?.extensions.code).toBe('GRAPHQL_REQUEST_INVALID');
    expect((await at('subscription { jobUpdates { id } }')).errors?.[0]?.extensions.code).toBe('GRAPHQL_NEEDS_STREAM');
  });

  it('refuses forms, and pages of other origins', async () => {
    const form = await server.send({ headers: { 'content-type': 'text/plain' }, body: '{"query": "{ __typename }"}' });
    expect([form.status, form.errors?.[0]?.extensions.code]).toEqual([415, 'MEDIA_TYPE_UNSUPPORTED']);
    const foreign = await server.ask('{ __typename }', {}, { origin: 'http://evil.example' });
    expect([foreign.status, foreign.errors?.[0]?.extensions.code]).toEqual([403, 'ORIGIN_NOT_ALLOWED']);
  });

  it('answers several documents at once, in order', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify([{ query: '{ a: __typename }' }, { query: '{ nope }' }, { query: 'mutation { __typename }' }]),
    });
    const [first, second, third] = (await response.json()) as { data?: unknown; errors?: unknown[] }[];
    expect(first).toEqual({ data: { a: 'Query' } });
    expect(second!.errors).toHaveLength(1);
    expect(third).toEqual({ data: { __typename: 'Mutation' } });
  });

  it('runs a document that was sent once by its hash', async () => {
    const query = '{ tasks(limit: 1) { meta { limit } } }';
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    const by = (body: object) => server.send({ headers: json, body: JSON.stringify(body) });
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    expect((await by({ extensions })).errors).toMatchObject([
      { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } },
    ]);
    expect((await by({ query: `${query} `, extensions })).errors?.[0]?.extensions.code).toBe('PERSISTED_QUERY_MISMATCH');
    expect((await by({ query, extensions })).data).toEqual({ tasks: { meta: { limit: 1 } } });
    expect((await by({ extensions })).data).toEqual({ tasks: { meta: { limit: 1 } } });
    expect((await by({ documentId: `sha256:${sha256Hash}` })).data).toEqual({ tasks: { meta: { limit: 1 } } });
  });

  it('has a page to try documents on, which runs only scripts of this server', async () => {
    const page = await server.send({ method: 'GET', path: '/playground' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self'(?:;|$)/);
    const text = await (await fetch(`${server.url}/playground`)).text();
    expect(text).not.toMatch(/<script(?![^>]* src="\/playground\/)/);
    expect(text).not.toMatch(/https?:\/\//);
    for (const [, path] of text.matchAll(/(?:src|href)="(\/[^"]+)"/g)) expect((await fetch(server.url + path!)).status).toBe(200);
    expect((await server.send({ method: 'GET', headers: { accept: 'text/html' } })).headers.get('location')).toBe('/playground');
  });
});
