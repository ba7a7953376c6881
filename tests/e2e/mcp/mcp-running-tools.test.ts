import { describe, expect, it } from 'vitest';
import { verifies } from '../../requirements/verifies.ts';
import { asker, toolServer } from './tool-server.ts';

const secret = 'sk-live-4f9a0c7be2d84d11';
const server = toolServer();
const { call, create } = server;

describe('tools that run tasks', () => {
  it('run one, and answer with its output', async () => {
    const ran = await call('ratchet_execute_task', { taskId: 'addition', input: { num1: 5, num2: 10 }, timeout: '20' });
    expect(ran.structured).toMatchObject({ status: 'completed', output: { sum: 15 }, task_name: 'addition' });
    expect(JSON.parse(ran.text)).toEqual({ sum: 15 });
    expect(ran).toMatchObject({ execution_id: ran.structured['execution_id'], streaming: false });
    const pinned = await call('ratchet_execute_task', { task_id: 'addition@1.0.0', input: { num1: 1, num2: 2 }, stream_progress: true });
    expect(JSON.parse(pinned.text)).toEqual({ execution_id: pinned.structured['execution_id'], output: { sum: 3 }, streaming: true });
  });

  it('tell what a task reports while it runs, filtered as asked', async () => {
    const run = async (input: Record<string, unknown>) => {
      const seen: number[] = [];
      await server.session.client.callTool(
        { name: 'ratchet_execute_task', arguments: { task_id: 'sleeper', input: { ms: 400 }, stream_progress: true, ...input } },
        { onprogress: ({ progress }) => void seen.push(progress) },
      );
      return seen;
    };
    expect(await run({})).toEqual([0.25, 0.5, 0.75, 1]);
    expect(await run({ progress_filter: { step_filter: ['step-2'] } })).toEqual([0.5]);
  });

  it('cancel the execution when the client gives the call up', async () => {
    const giveUp = new AbortController();
    const { promise: started, resolve } = Promise.withResolvers<void>();
    const running = server.session.client.callTool(
      { name: 'ratchet_execute_task', arguments: { task_id: 'sleeper', input: { ms: 60_000 } } },
      { signal: giveUp.signal, onprogress: () => resolve() },
    );
    await started;
    giveUp.abort();
    await expect(running).rejects.toThrow('abort');
    await expect
      .poll(async () => (await call('ratchet_list_executions', { task_id: 'sleeper', limit: 1 })).structured['executions'], {
        timeout: 10_000,
      })
      .toMatchObject([{ status: 'cancelled' }]);
  });

  it('run several, in the order they need each other, and skip what depends on a failure', async () => {
    const add = (id: string, num1: unknown, dependencies: string[] = []) => ({
      id,
      task_id: 'addition',
      input: { num1, num2: 1 },
      dependencies,
    });
    const seen: number[] = [];
    const { structuredContent } = await server.session.client.callTool(
      {
        name: 'ratchet_batch_execute',
        arguments: {
          requests: [
            add('last', 3, ['wrong']),
            add('wrong', 'no number'),
            add('first', 1),
            // What is told in the moment of the answer, clients pass over.
            { id: 'slow', task_id: 'sleeper', input: { ms: 200 }, dependencies: ['first'] },
          ],
          executionMode: 'dependency',
          correlation_token: 'c-1',
        },
      },
      { onprogress: ({ progress }) => void seen.push(progress) },
    );
    expect(structuredContent).toMatchObject({
      results: [
        { id: 'last', status: 'skipped', skipped: true },
        { id: 'wrong', status: 'failed', error: { code: 'INPUT_INVALID' } },
        { id: 'first', status: 'completed', result: { sum: 2 } },
        { id: 'slow', status: 'completed' },
      ],
      stats: { totalRequests: 4, successfulRequests: 2, failedRequests: 1, skippedRequests: 1 },
      correlationToken: 'c-1',
    });
    expect(seen.length).toBeGreaterThan(0);
    const circle = await call('ratchet_batch_execute', {
      requests: [add('a', 1, ['b']), add('b', 1, ['a'])],
      execution_mode: 'dependency',
    });
    expect(circle).toMatchObject({ isError: true, structured: { error: { code: 'REQUEST_INVALID' } } });
  });

  it('keep what ran elsewhere beside what ran here', async () => {
    const { structured } = await call('ratchet_store_result', {
      task_id: 'addition',
      input: { num1: 2, num2: 2 },
      output: { sum: 4 },
      duration_ms: '12',
      http_requests: [{ method: 'get', url: 'https://api.example.com/x', status: 200, duration_ms: 3 }],
    });
    const stored = await call('ratchet_get_results', { execution_id: structured['execution_id'] });
    expect(stored.structured).toMatchObject({
      executions: [{ status: 'completed', output: { sum: 4 }, http_requests: [{ method: 'GET', status: 200 }] }],
    });
  });

  it('queue jobs, explain, cancel and retry them', async () => {
    const { structured: queued } = await call('ratchet_enqueue_job', {
      task_id: 'addition',
      input: { num1: 1, num2: 1 },
      scheduled_for: '2999-01-01T00:00:00Z',
      priority: 'HIGH',
    });
    const explained = await call('ratchet_explain_job', { job_id: queued['job_id'] });
    expect(explained.structured).toMatchObject({
      is_blocked: true,
      causes: [{ kind: 'run-at' }],
      explanation: expect.stringContaining('2999'),
    });
    expect((await call('ratchet_control_job', { job_id: queued['job_id'], action: 'cancel' })).structured).toMatchObject({
      status: 'cancelled',
    });
    expect((await call('ratchet_control_job', { job_id: queued['job_id'], action: 'retry' })).structured).toMatchObject({
      status: 'queued',
    });
  });
});

describe('what was run', () => {
  it('is listed in pages from 0, sorted and narrowed', async () => {
    const page = async (input: Record<string, unknown>) => (await call('ratchet_list_executions', input)).structured;
    const all = await page({ task_id: 'addition', limit: 1, sort_order: 'asc', include_output: true });
    expect(all).toMatchObject({
      pagination: { page: 0, has_previous: false, next_page: 1 },
      executions: [{ status: 'completed', output: { sum: 15 } }],
    });
    const { total_pages: pages } = all['pagination'] as { total_pages: number };
    expect(await page({ task_id: 'addition', limit: 1, page: pages - 1 })).toMatchObject({
      pagination: { has_next: false, next_page: null },
    });
    expect(await call('ratchet_list_executions', { page: 999 })).toMatchObject({
      isError: true,
      structured: { error: { code: 'REQUEST_INVALID' } },
    });
    const jobs = await call('ratchet_list_jobs', { sort_by: 'priority', status: 'completed' });
    expect((jobs.structured['jobs'] as { priority: string }[]).map(({ priority }) => priority)).toContain('critical');
    expect((await call('ratchet_list_schedules')).structured).toMatchObject({ schedules: [], pagination: { total_count: 0 } });
  });

  it('is shown with its log, its timeline, its stacks and its results', async () => {
    await create('asker', asker('/prices'));
    const { structured: ran } = await call('ratchet_execute_task', {
      task_id: 'asker',
      input: { api_key: secret, url: server.stub.url },
      trace: true,
    });
    const id = { execution_id: ran['execution_id'] };
    expect(ran).toMatchObject({ status: 'completed', output: { price: 3 } });
    expect((await call('ratchet_get_execution_status', id)).structured).toMatchObject({
      status: 'completed',
      progress: { percentage: 100 },
    });
    expect((await call('ratchet_get_execution_logs', { ...id, format: 'text' })).text).toContain('INFO asking with');
    const trace = (await call('ratchet_get_execution_trace', id)).structured;
    expect(trace).toMatchObject({
      trace: { http_calls: { total_calls: 1, failed_calls: 0, calls: [{ status: 200 }] }, trace_complete: true },
    });
    const { text: folded } = await call('ratchet_get_execution_trace', { ...id, format: 'flamegraph' });
    expect(folded).toMatch(/^The task asker|asker/);
    expect(folded.split('\n').every((line) => / \d+$/.test(line))).toBe(true);
    expect(folded).toContain(';GET http://127.0.0.1');
    expect((await call('ratchet_get_recording', id)).structured).toMatchObject({ total: 1, entries: [{ response: { status: 200 } }] });
    expect((await call('ratchet_get_results', { ...id })).structured).toMatchObject({
      returned_count: 1,
      executions: [{ output: { price: 3 } }],
    });
  });

  it('never shows a secret that the task was given, whichever tool is asked', async () => {
    verifies('mcp.no-secrets');
    await create('refused', asker('/private'));
    const { structured: ran, text } = await call('ratchet_execute_task', {
      task_id: 'refused',
      input: { api_key: secret, url: server.stub.url },
    });
    expect(ran).toMatchObject({ status: 'failed' });
    const id = { execution_id: ran['execution_id'] };
    const answers = [JSON.stringify(ran), text];
    for (const [tool, more] of [
      ['ratchet_get_execution_status', {}],
      ['ratchet_get_execution_logs', {}],
      ['ratchet_get_execution_trace', {}],
      ['ratchet_get_execution_trace', { format: 'flamegraph' }],
      ['ratchet_get_recording', {}],
      ['ratchet_analyze_execution_error', {}],
      ['ratchet_get_results', {}],
      ['ratchet_list_executions', { include_output: true }],
    ] as const) {
      const answer = await call(tool, tool === 'ratchet_list_executions' ? more : { ...id, ...more });
      expect(answer.isError, `${tool}: ${answer.text}`).toBe(false);
      answers.push(answer.text, JSON.stringify(answer.structured));
    }
    for (const kind of ['logs', 'trace', 'recording', 'report', 'output/0']) {
      const { contents } = await server.session.client.readResource({ uri: `ratchet://executions/${String(ran['execution_id'])}/${kind}` });
      answers.push(JSON.stringify(contents));
    }
    for (const name of ['fix_task', 'explain_failure']) {
      const { messages } = await server.session.client.getPrompt({ name, arguments: { execution: String(ran['execution_id']) } });
      answers.push(JSON.stringify(messages));
    }
    expect(answers.filter((answer) => answer.includes(secret))).toEqual([]);
    expect(answers.join()).toContain('refused for');
  });

  it('is cut where it is long, and the rest can be read', async () => {
    await create('long', `(function () { return { rows: Array.from({ length: 9000 }, (_, n) => ({ n, text: 'row ' + n })) }; });`);
    const { structured, text } = await call('ratchet_execute_task', { task_id: 'long', input: {} });
    expect(text.length).toBeLessThan(50_000);
    const { rest } = structured['truncated'] as { rest: string };
    const uri = /ratchet:\/\/\S+\/output\/\d+/.exec(rest)![0];
    let whole = '';
    for (let part = ' '; part !== ''; whole += part) {
      const { contents } = await server.session.client.readResource({ uri: uri.replace(/\d+$/, String(whole.length)) });
      part = (contents[0] as { text: string }).text;
    }
    expect((JSON.parse(whole) as { rows: unknown[] }).rows).toHaveLength(9_000);
  });
});
