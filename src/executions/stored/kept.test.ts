import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLiveEffects, type EffectsProvider, type LimitWishes } from '#engine/index.ts';
import { settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { createRecordings, decodeRecording, storedRecordings, type Recordings } from '#recordings/index.ts';
import { filesFromMemory, loadFrom, type Task } from '#tasks/index.ts';
import { engineOf, type TestEngine } from '../../testing/engine-of.ts';
import { startHttpStub, type HttpStub } from '../../testing/http-stub.ts';
import { createExecutions, type Executions } from '../run.ts';
import { createKeeper, type KeepRequest } from './kept.ts';

const token = 'tok-abcdef-123456';
let stub: HttpStub;
let engine: TestEngine;
let live: EffectsProvider;
let executions: Executions;
let recordings: Recordings;

beforeAll(async () => {
  const settings = settingsFrom({});
  stub = await startHttpStub({
    '/token': (_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: token }));
    },
  });
  engine = await engineOf();
  live = createLiveEffects(settings, { profile: 'development' });
  executions = createExecutions({ engine: engine.engine, effects: live, settings, ids: uuidSource(), clock: systemClock });
  recordings = createRecordings({ settings, executions: async () => executions, madeBy: 'ratchet 0.0.0' });
});
afterAll(async () => {
  await engine.engine.close();
  await live.close();
  await stub.close();
});

async function taskOf(body: string): Promise<Task> {
  const metadata = { uuid: '00000000-0000-4000-8000-00000000000a', version: '1.0.0', label: 'test' };
  return loadFrom(
    filesFromMemory('test', {
      'metadata.json': JSON.stringify(metadata),
      'main.js': `async function main(input, context) {\n${body}\n}`,
    }),
  );
}

async function kept(body: string, parts: Partial<KeepRequest> & { limits?: LimitWishes } = {}, values: Record<string, unknown> = {}) {
  const { limits = {}, ...rest } = parts;
  const task = await taskOf(body);
  const execution = rest.execution ?? (await executions.run({ task, input: '{}', limits }));
  const keep = createKeeper({ settings: settingsFrom(values), mask: (...run) => recordings.mask(...run) });
  const request = {
    execution,
    task,
    id: 1,
    dueAt: execution.startedAt - 250,
    completedAt: 9_000,
    linesKept: 0,
    record: undefined,
    ...rest,
  };
  return { execution, kept: keep(request) };
}

const fails = `console.log('before'); throw new RangeError('too far');`;
const asks = () => `const { access_token } = await (await fetch('${stub.url}/token?api_key=hunter2222')).json();
  console.log('early'); console.warn('got ' + access_token);
  throw new Error('refused ' + access_token);`;

describe('what is kept of an execution', () => {
  it('that succeeded in silence is its output and its cost', async () => {
    const { kept: row, execution } = await kept('return { sum: 3 };');
    expect(row).toEqual({
      id: 1,
      status: 'completed',
      startedAt: execution.startedAt,
      completedAt: 9_000,
      output: '{"sum":3}',
      cost: { ...execution.cost, queueMs: 250 },
      error: null,
      effects: null,
      progress: null,
      logs: [],
      logsDropped: 0,
      recording: null,
    });
  });

  it('that failed is the error with its class and the line of the author, its log, and a recording', async () => {
    const { kept: row, execution } = await kept(fails);
    expect(row).toMatchObject({ status: 'failed', output: null });
    expect(row.error).toMatchObject({
      code: 'TASK_FAILED',
      message: 'The task threw RangeError: too far',
      data: { errorClass: 'RangeError' },
    });
    expect(String(row.error!.data['stack'])).toContain('main.js:2:');
    expect(row.logs).toMatchObject([{ number: 1, level: 'info', message: 'before' }]);
    expect(row.logs[0]!.at - execution.startedAt).toBeLessThan(5_000);
    expect(decodeRecording(Buffer.from(row.recording!), 'x').error).toMatchObject({ code: 'TASK_FAILED' });
  });

  it('holds no secret that came up anywhere in it, but for the output', async () => {
    const { kept: row } = await kept(asks());
    const { recording, ...texts } = row;
    expect(JSON.stringify(texts)).not.toMatch(/tok-abcdef|hunter2222/);
    expect(Buffer.from(recording!).toString('latin1')).not.toMatch(/tok-abcdef|hunter2222/);
    expect(row.logs.map(({ message }) => message)).toEqual(['early', 'got __secret_access_token__']);
    expect(row.error!.message).toBe('The task threw Error: refused __secret_access_token__');
    expect(JSON.parse(row.effects!)).toMatchObject([
      { number: 1, method: 'GET', url: expect.stringContaining('__secret_api_key__') as string, status: 200 },
    ]);
    expect(row.effects).not.toContain('exchange');
    const answer = await kept(`return (await (await fetch('${stub.url}/token')).json()).access_token;`);
    expect(answer.kept.output).toBe(JSON.stringify(token));
  });

  it('holds none when no recording is kept of it either', async () => {
    const { kept: row } = await kept(asks(), { record: 'none' });
    expect(row.recording).toBeNull();
    expect(JSON.stringify(row)).not.toMatch(/tok-abcdef|hunter2222/);
    expect(row.logs.map(({ message }) => message)).toEqual(['early', 'got __secret_access_token__']);
  });

  it('can be looked into through its recording', async () => {
    const { kept: row } = await kept(asks());
    const { effects, turns, logs } = storedRecordings.inside(row.recording!, 'x');
    expect(effects[0]!.response!.body).toEqual({ text: '{"access_token":"__secret_access_token__"}' });
    expect([turns, logs.length]).toEqual([['r1'], 2]);
    expect(storedRecordings.har(row.recording!, 'x')).toMatchObject({ log: { version: '1.2', entries: [{ request: { method: 'GET' } }] } });
  });

  it('leaves out lines that are stored, unless a secret was found in them since', async () => {
    const { kept: row } = await kept(asks(), { linesKept: 2 });
    expect(row.logs.map(({ number, message }) => [number, message])).toEqual([[2, 'got __secret_access_token__']]);
  });

  it('has no longer a log than is wanted, and counts the rest', async () => {
    const many = `for (let i = 0; i < 10; i++) console.log('line ' + i); return 1;`;
    const { kept: row } = await kept(many, {}, { 'executions.max_log_lines': 4 });
    expect([row.logs.map(({ message }) => message), row.logsDropped]).toEqual([['line 0', 'line 1', 'line 2', 'line 3'], 6]);
    const short = await kept(many, {}, { 'executions.max_log_bytes': 13 });
    expect([short.kept.logs.length, short.kept.logsDropped]).toEqual([2, 8]);
  });

  it('has the latest progress', async () => {
    const { kept: row } = await kept(`reportProgress({ progress: 0.3 }); reportProgress({ progress: 2 / 3, step: 'b' }); return 1;`);
    expect(row.progress).toEqual({ share: 0.6667, report: JSON.stringify({ progress: 2 / 3, step: 'b' }) });
  });

  it('is recorded as the configuration says, and as the job says before that', async () => {
    const isRecorded = async (body: string, values: Record<string, unknown>, record?: KeepRequest['record']) =>
      (await kept(body, record === undefined ? {} : { record }, values)).kept.recording !== null;
    const all = { 'executions.keep_recordings': 'all' };
    const none = { 'executions.keep_recordings': 'none' };
    expect([await isRecorded('return 1;', all), await isRecorded(fails, none), await isRecorded(fails, {}, 'none')]).toEqual([
      true,
      false,
      false,
    ]);
    expect([await isRecorded('return 1;', none, 'all'), await isRecorded('return 1;', all, 'failed')]).toEqual([true, false]);
  });

  it('says cancelled of what was cancelled, and keeps no recording of that', async () => {
    const task = await taskOf('for (;;) await new Promise((resolve) => setTimeout(resolve, 10));');
    const stopping = new AbortController();
    const running = executions.run({ task, input: '{}', signal: stopping.signal });
    stopping.abort();
    const { kept: row } = await kept('', { execution: await running, task });
    expect([row.status, row.error?.code, row.recording]).toEqual(['cancelled', 'CANCELLED', null]);
  });
});
