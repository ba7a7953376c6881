import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ratchet } from '#testing/ratchet-process.ts';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';
import { verifies } from '../../requirements/verifies.ts';

let folder: string;
let server: RatchetServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-schedules-'));
  server = await startRatchet({
    args: ['--sources', 'sample/js-tasks', '--data-dir', folder],
    env: { RATCHET_HEARTBEAT_ENABLED: 'true', RATCHET_HEARTBEAT_CRON: '* * * * * *' },
  });
});
afterAll(async () => {
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
});

type Fields = Readonly<Record<string, unknown>>;
interface Answer {
  readonly status: number;
  readonly total: string | null;
  readonly body: { readonly data: Fields & readonly Fields[]; readonly stats: Fields; readonly error: Fields; readonly message: string };
}

async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, total: response.headers.get('x-total-count'), body: (await response.json()) as Answer['body'] };
}

/** Asks until the answer is as wanted; the test's own time limit ends it. */
async function eventually<Value>(look: () => Promise<Value | null>): Promise<Value> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const ended = (path: string) =>
  eventually(async () => {
    const { body } = await ask('GET', path);
    const status = String(body.data['status']);
    return ['QUEUED', 'PROCESSING', 'RETRYING', 'PENDING', 'RUNNING'].includes(status) ? null : body.data;
  });

const input = { num1: 5, num2: 10 };

describe('schedules over REST', () => {
  it('are made, shown, changed and removed', async () => {
    const made = await ask('POST', '/schedules', {
      taskId: 'addition',
      name: 'nightly',
      cronExpression: '0 3 * * *',
      timeZone: 'Europe/Berlin',
      input,
      outputDestinations: [{ destinationType: 'stdio' }],
    });
    expect(made.status).toBe(201);
    expect(made.body.data).toMatchObject({ name: 'nightly', enabled: true, outputDestinations: [{ destinationType: 'stdio' }], input });
    expect(made.body.data['nextRuns']).toHaveLength(10);
    expect(made.body.data['ruleText']).toBe('At 03:00, every day (Europe/Berlin)');
    const path = `/schedules/${String(made.body.data['id'])}`;
    expect((await ask('GET', `/schedules/${String(made.body.data['uuid'])}`)).body.data['id']).toBe(made.body.data['id']);
    const changed = await ask('PATCH', path, { cronExpression: '30 4 * * *', description: 'later' });
    expect(changed.body.data).toMatchObject({ cronExpression: '30 4 * * *', timeZone: 'Europe/Berlin', description: 'later' });
    expect((await ask('DELETE', path)).body).toMatchObject({ success: true, message: 'Schedule nightly is gone.' });
    expect((await ask('GET', path)).body.error).toMatchObject({ code: 'SCHEDULE_NOT_FOUND' });
  });

  it('are made by the older names of fields', async () => {
    const tasks = await ask('GET', '/tasks?name=addition');
    const { status, body } = await ask('POST', '/schedules', {
      task_id: Number(tasks.body.data[0]!['id']),
      name: 'older',
      cron_expression: '0 0 4 * * *',
      input_data: input,
      max_executions: 3,
      enabled: false,
      metadata: { from: 'before' },
    });
    expect(status).toBe(201);
    expect(body.data).toMatchObject({
      maxExecutions: 3,
      runsRemaining: 3,
      isExhausted: false,
      enabled: false,
      nextRun: null,
      metadata: { from: 'before' },
    });
    expect((await ask('POST', `/schedules/older/enable`)).body).toMatchObject({ success: true, data: { schedule: { enabled: true } } });
    expect((await ask('POST', `/schedules/older/disable`)).body).toMatchObject({ data: { schedule: { disabledReason: 'REQUEST' } } });
  });

  it('are refused with what is wrong and what to do', async () => {
    const refused = async (body: Fields) => {
      const answer = await ask('POST', '/schedules', { taskId: 'addition', name: 'wrong', input, ...body });
      return [answer.status, answer.body.error['code']];
    };
    expect(await refused({ cronExpression: 'not a cron' })).toEqual([400, 'SCHEDULE_CRON_INVALID']);
    expect(await refused({ cronExpression: '0 3 * * *', timeZone: 'Europe/Berln' })).toEqual([400, 'SCHEDULE_TIME_ZONE_UNKNOWN']);
    expect(await refused({})).toEqual([400, 'SCHEDULE_RULE_UNCLEAR']);
    expect(await refused({ every: '10m', cronExpression: '0 3 * * *' })).toEqual([400, 'SCHEDULE_RULE_UNCLEAR']);
    expect(await refused({ every: '10m', input: { num1: 'five' } })).toEqual([422, 'SCHEDULE_INPUT_INVALID']);
    expect(await refused({ every: '10m', taskId: 'nobody' })).toEqual([422, 'SCHEDULE_TASK_GONE']);
    expect(await refused({ every: '10m', version: '9.9.9' })).toEqual([422, 'SCHEDULE_VERSION_UNKNOWN']);
    expect(await refused({ at: '2020-01-01T00:00:00Z' })).toEqual([422, 'SCHEDULE_OVER']);
    expect(await refused({ every: '10m', outputDestinations: 'nowhere' })).toEqual([400, 'REQUEST_INVALID']);
    expect(await refused({ every: '10m', overlap: 'queue', concurrencyKey: 'mine' })).toEqual([400, 'REQUEST_INVALID']);
  });

  it('run when they come due, and the ledger leads to job and execution', async () => {
    const { body } = await ask('POST', '/schedules', {
      taskId: 'addition',
      name: 'soon',
      at: new Date(Date.now() + 300).toISOString(),
      input,
    });
    const path = `/schedules/${String(body.data['id'])}`;
    const slot = await eventually(async () => {
      const { data } = (await ask('GET', `${path}/slots?outcome=ran`)).body;
      return data[0] !== undefined && data[0]['jobStatus'] === 'COMPLETED' ? data[0] : null;
    });
    const execution = await ask('GET', `/executions/${String(slot['executionId'])}`);
    expect(execution.body.data).toMatchObject({ status: 'COMPLETED', output: { sum: 15 }, jobId: slot['jobId'] });
    expect((await ask('GET', path)).body.data).toMatchObject({ enabled: false, disabledReason: 'OVER', executionCount: 1 });
    expect((await ask('GET', `/jobs?schedule_id=${String(body.data['id'])}`)).total).toBe('1');
  });

  it('run at once when they are triggered, with another input', async () => {
    const { status, body } = await ask('POST', '/schedules/older/trigger', { inputData: { num1: 1, num2: 1 } });
    expect(status).toBe(200);
    const job = await ended(`/jobs/${String((body.data as Fields)['jobId'])}`);
    expect(job).toMatchObject({ status: 'COMPLETED', input: { num1: 1, num2: 1 } });
  });

  it('are found by every filter of the list', async () => {
    const total = async (query: string) => Number((await ask('GET', `/schedules?${query}`)).total);
    expect(await total('name_like=OLD&enabled=false')).toBe(1);
    expect(await total('name_starts_with=old&name_ends_with=er')).toBe(1);
    expect(await total('cron_expression_like=0 4&task_id=addition')).toBe(1);
    expect(await total('taskId=addition&has_next_run=true')).toBe(0);
    expect(await total('has_last_run=true&name_in=older,soon')).toBe(2);
    expect(await total(`next_run_after=${new Date().toISOString()}&isSystem=true`)).toBe(1);
    expect(await total('overdue=true')).toBe(0);
    expect(await total('is_due=false&last_run_before=2020-01-01T00:00:00Z&created_after=2020-01-01T00:00:00Z')).toBe(0);
    expect((await ask('GET', '/schedules?_sort=name&_order=ASC&_start=0&_end=1')).body.data).toHaveLength(1);
    expect((await ask('GET', '/schedules/stats')).body.stats).toMatchObject({
      totalSchedules: 3,
      enabledSchedules: 1,
      disabledSchedules: 2,
    });
  });
});

describe('schedules from the command line', () => {
  it('are made as they are said, with seconds where a number has no unit', async () => {
    const env = { RATCHET_SERVER: server.url };
    const made = await ratchet(
      [
        'schedule',
        'create',
        'typed',
        '--task',
        'addition',
        '--cron',
        '0 9 * * MON#1',
        '--jitter',
        '30',
        '--overlap',
        'cancel-previous',
        '--input-json',
        JSON.stringify(input),
      ],
      { env },
    );
    expect(JSON.parse(made.stdout)).toMatchObject({
      jitterMs: 30_000,
      overlap: 'CANCEL_PREVIOUS',
      ruleText: 'At 09:00, only on the first Monday of the month (UTC)',
    });
    expect((await ratchet(['schedule', 'delete', 'typed'], { env })).code).toBe(0);
    const gone = await ratchet(['schedule', 'show', 'typed'], { env });
    expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining('There is no schedule typed.')]);
  });
});

describe('a run whose place is taken', () => {
  it('is stopped at once', async () => {
    const task = {
      files: {
        'metadata.json': JSON.stringify({ uuid: '11111111-2222-4333-8444-555555555555', name: 'patient', version: '1.0.0' }),
        'main.js': '(async () => { await new Promise((resolve) => setTimeout(resolve, 60000)); })',
      },
    };
    expect((await ask('POST', '/tasks', task)).status).toBe(201);
    const { body } = await ask('POST', '/schedules', {
      taskId: 'patient',
      name: 'patient',
      cronExpression: '* * * * * *',
      overlap: 'CANCEL_PREVIOUS',
    });
    const path = `/schedules/${String(body.data['id'])}`;
    const [latest, before] = await eventually(async () => {
      const { data } = (await ask('GET', `${path}/slots?outcome=ran`)).body;
      return data[1]?.['jobStatus'] === 'CANCELLED' ? data : null;
    });
    await ask('POST', `${path}/disable`);
    const job = await ask('GET', `/jobs/${String(before!['jobId'])}`);
    // By the server that claimed the next one, and not when it next renewed its leases.
    expect(Date.parse(String(job.body.data['completedAt'])) - Date.parse(String(latest!['startedAt']))).toBeLessThan(900);
    await ask('POST', `/jobs/${String(latest!['jobId'])}/cancel`);
  });
});

describe('the heartbeat', () => {
  it('says what is true of the server', async () => {
    verifies('schedules.heartbeat');
    const slot = await eventually(async () => {
      const { data } = (await ask('GET', '/schedules/system_heartbeat/slots?outcome=ran')).body;
      return data.find(({ jobStatus }) => jobStatus === 'COMPLETED') ?? null;
    });
    const { body } = await ask('GET', `/executions/${String(slot['executionId'])}`);
    const output = body.data['output'] as Fields & { readonly system_info: Fields };
    expect(output).toMatchObject({ status: 'ok', message: 'The server is running.' });
    expect(Date.parse(String(output['timestamp']))).toBeGreaterThan(Date.now() - 60_000);
    const version = await fetch(`${server.url}/version`).then((answer) => answer.json() as Promise<Fields>);
    expect(output.system_info['version']).toBe(version['version']);
    expect(output.system_info['uptime_seconds']).toBeLessThan(600);
    expect((await ask('GET', '/tasks/heartbeat')).body.data['uuid']).toBe('00000000-0000-0000-0000-000000000001');
  });

  it('can be switched off, and is not removed by mistake', async () => {
    expect((await ask('DELETE', '/schedules/system_heartbeat')).body.error).toMatchObject({ code: 'SCHEDULE_PROTECTED' });
    expect((await ask('POST', '/schedules/system_heartbeat/disable')).status).toBe(200);
    await eventually(async () => ((await ask('GET', '/jobs/stats')).body.stats['queuedJobs'] === 0 ? true : null));
    expect((await ask('DELETE', '/tasks/heartbeat')).body.error).toMatchObject({ code: 'TASK_PROTECTED' });
  });
});
