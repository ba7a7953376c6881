import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTracer } from '#debugging/index.ts';
import { createEngine, createLiveEffects, type Engine } from '#engine/index.ts';
import { createExecutions } from '#executions/index.ts';
import { settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { createRecordings } from '#recordings/index.ts';
import { createTestRunner } from '#task-tests/index.ts';
import { createTasks } from '#tasks/index.ts';
import type { InputWish } from './choose-input.ts';
import { createDevSession, type DevParts, type DevSession } from './dev-session.ts';
import type { DevReport } from './dev-report.ts';
import type { DevState } from './dev-state.ts';

const settings = settingsFrom({ 'engine.workers': 2 });
let engine: Engine;
let server: Server;
let asked: () => void = () => {};
let parts: DevParts;
let folder = '';
let base = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    asked();
    if (request.url !== '/never') response.setHeader('content-type', 'application/json').end('{"from":"the network"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  engine = await createEngine(settings);
  const effects = createLiveEffects(settings, { profile: 'development' });
  const executions = createExecutions({ engine, effects, settings, ids: uuidSource(), clock: systemClock });
  const tasks = createTasks(settings);
  const recordings = createRecordings({ settings, executions: async () => executions, madeBy: 'ratchet test' });
  parts = {
    tasks,
    executions,
    tests: createTestRunner({
      tasks,
      executions,
      settings,
      clock: systemClock,
      newCoverage: () => Promise.reject(new Error('not asked for')),
    }),
    settings,
    clock: systemClock,
    tracer: async () => createTracer((execution, task) => recordings.mask(execution, task)),
    recordings: async () => recordings,
  };
});
afterAll(async () => {
  await engine.close();
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
});

const code = (path: string) =>
  `export default async (input) => { console.log('asking'); const { body } = await fetch('${base}${path}'); return { ...input, from: body.from }; };`;
const write = (file: string, text: string | object) =>
  writeFileSync(join(folder, file), typeof text === 'string' ? text : JSON.stringify(text));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-dev-'));
  mkdirSync(join(folder, 'tests'));
  write('metadata.json', { uuid: '0b6f1f3e-6a52-4d7e-9a54-8f2f6f0f2a11', version: '1.0.0', label: 'Dev' });
  write('main.js', code('/'));
  write('tests/one.json', {
    name: 'one',
    input: { n: 1 },
    mock: { http: { url: base, response: { status: 200, body: { from: 'a mock' } } } },
    expected_output: { n: 1, from: 'a mock' },
  });
  return () => rmSync(folder, { recursive: true });
});

function sessionOf(wish: Partial<InputWish> = {}, path = folder): { session: DevSession; reports: DevReport[]; states: DevState[] } {
  const session = createDevSession(parts, path, { typed: null, test: null, http: null, ...wish });
  const reports: DevReport[] = [];
  const states: DevState[] = [];
  session.onReport((report) => reports.push(report));
  session.onChange((state) => states.push(state));
  return { session, reports, states };
}
const outputOf = ({ state }: DevSession) => state.run?.execution.output;

describe('a session', () => {
  it('checks the task, runs its tests and the first input, and says how far it is', async () => {
    const { session, reports, states } = sessionOf();
    await session.lookAgain();
    expect(session.state).toMatchObject({
      phase: 'waiting',
      task: { label: 'Dev' },
      problems: [{ severity: 'warning' }, { severity: 'warning' }],
      tests: { tests: { passed: 1, failed: 0 } },
      run: { source: { kind: 'test', name: 'one' }, http: 'mocked', mocksOf: 'one' },
      running: null,
      isStale: false,
      choices: [{ name: 'one', input: { n: 1 } }],
    });
    expect(outputOf(session)).toEqual({ n: 1, from: 'a mock' });
    expect(reports).toMatchObject([{ isGood: true }]);
    expect(new Set(states.map(({ phase }) => phase))).toEqual(new Set(['checking', 'working', 'waiting']));
    expect(states.some(({ running }) => running?.logs[0]?.message === 'asking')).toBe(true);
    expect(states.some(({ testShare }) => testShare === 1)).toBe(true);
  });

  it('says what is wrong when the code is, keeps what was there before, and recovers', async () => {
    const { session, reports } = sessionOf();
    await session.lookAgain();
    write('main.js', 'export default async (input => {');
    await session.lookAgain();
    expect(session.state).toMatchObject({
      isStale: true,
      problems: expect.arrayContaining([expect.objectContaining({ code: 'code-syntax' })]),
    });
    expect(outputOf(session)).toEqual({ n: 1, from: 'a mock' });
    write('main.js', 'export default async () => ({ fixed: true });');
    await session.lookAgain();
    expect(session.state).toMatchObject({ isStale: false, tests: { tests: { failed: 1 } } });
    expect(outputOf(session)).toEqual({ fixed: true });
    expect(reports.map(({ isGood, run }) => [isGood, run === null])).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
  });

  it('goes on when everything is gone for a moment', async () => {
    const { session } = sessionOf();
    rmSync(join(folder, 'metadata.json'));
    await session.lookAgain();
    expect(session.state).toMatchObject({
      phase: 'waiting',
      problems: expect.arrayContaining([expect.objectContaining({ code: 'metadata-missing' })]),
    });
    const { session: nowhere } = sessionOf({}, join(folder, 'nowhere'));
    await nowhere.lookAgain();
    expect(nowhere.state).toMatchObject({ phase: 'waiting', error: { code: 'TASK_NOT_FOUND' } });
  });

  it('runs the other tests and the task although one test is broken', async () => {
    write('tests/two.json', '{"name": ');
    const { session, reports } = sessionOf();
    await session.lookAgain();
    expect(session.state).toMatchObject({
      tests: { tests: { passed: 1, failed: 1 } },
      problems: expect.arrayContaining([expect.objectContaining({ code: 'test-invalid' })]),
    });
    expect([outputOf(session), reports[0]!.isGood]).toEqual([{ n: 1, from: 'a mock' }, false]);
  });

  it('switches between mocked and live requests', async () => {
    const { session } = sessionOf();
    await session.lookAgain();
    await session.toggleHttp();
    expect([outputOf(session), session.state.run?.mocksOf]).toEqual([{ n: 1, from: 'the network' }, null]);
    await session.toggleHttp();
    expect(outputOf(session)).toEqual({ n: 1, from: 'a mock' });
  });

  it('runs an input that was typed, and another test, without running tests again', async () => {
    const { session, states } = sessionOf();
    await session.lookAgain();
    states.length = 0;
    await session.changeInput({ typed: { value: { n: 7 }, kind: 'edited' } });
    expect(session.state.run).toMatchObject({ input: { n: 7 }, source: { kind: 'edited' }, http: 'mocked' });
    expect(states.every(({ testShare }) => testShare === null)).toBe(true);
    expect(session.state.tests).toMatchObject({ tests: { passed: 1 } });
    await session.changeInput({ typed: null, test: 'one' });
    expect(session.state.run).toMatchObject({ input: { n: 1 } });
  });

  it('keeps its input when another test comes to stand before it', async () => {
    const { session } = sessionOf();
    await session.lookAgain();
    write('tests/a-first.json', { name: 'first', input: { n: 0 }, assertions: [] });
    await session.lookAgain();
    expect(session.state.choices.map(({ name }) => name)).toEqual(['first', 'one']);
    expect(session.state.run).toMatchObject({ source: { kind: 'test', name: 'one' } });
  });

  it('cuts a look short when files change under way, and shows nothing of it', async () => {
    write('main.js', code('/never'));
    const { session, reports } = sessionOf({ http: 'live' });
    const isAsking = new Promise<void>((resolve) => (asked = resolve));
    const first = session.lookAgain();
    await isAsking;
    write('main.js', 'export default async () => ({ quick: true });');
    const second = session.lookAgain();
    await Promise.all([first, second]);
    expect(outputOf(session)).toEqual({ quick: true });
    expect(reports).toHaveLength(1);
  });

  it('passes over what a run that was cut short still says', async () => {
    let count = 0;
    const isRunning = Promise.withResolvers<void>();
    const talkative: DevParts = {
      ...parts,
      executions: {
        async run(request) {
          if (count++ > 0) return parts.executions.run(request);
          isRunning.resolve();
          await new Promise((resolve) => request.signal!.addEventListener('abort', resolve));
          request.onLog?.({ level: 'info', message: 'late', at: 0 });
          return parts.executions.run(request);
        },
      },
    };
    const session = createDevSession(talkative, folder, { typed: null, test: null, http: null });
    const logged: string[] = [];
    session.onChange(({ running }) => logged.push(...(running?.logs ?? []).map(({ message }) => message)));
    const first = session.lookAgain();
    await isRunning.promise;
    await Promise.all([first, session.lookAgain()]);
    expect([logged.includes('asking'), logged.includes('late')]).toEqual([true, false]);
  });

  it('ends what is under way when it is closed', async () => {
    write('main.js', code('/never'));
    const { session, reports } = sessionOf({ http: 'live' });
    const isAsking = new Promise<void>((resolve) => (asked = resolve));
    const looking = session.lookAgain();
    await isAsking;
    session.close();
    await looking;
    expect(reports).toEqual([]);
  });

  it('saves the run as a test that passes, and says so until the next key', async () => {
    const { session } = sessionOf({ http: 'live' });
    await session.saveTest();
    expect(session.state.notice).toEqual({ text: 'There is no run yet.', isError: true });
    await session.lookAgain();
    await session.saveTest();
    expect(session.state.notice).toEqual({ text: 'Saved as tests/recorded-001.json.', isError: false });
    expect(JSON.parse(readFileSync(join(folder, 'tests/recorded-001.json'), 'utf8'))).toMatchObject({
      expected_output: { n: 1, from: 'the network' },
    });
    await session.lookAgain();
    expect(session.state).toMatchObject({ notice: { text: expect.stringContaining('Saved') }, tests: { tests: { passed: 2 } } });
    await session.rerun();
    expect(session.state.notice).toBeNull();
  });

  it('writes a page of the run, and survives where it cannot', async () => {
    const { session } = sessionOf();
    await session.lookAgain();
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect(await session.writeTrace()).toBe('dev-trace.html');
    } finally {
      process.chdir(before);
    }
    expect(readFileSync(join(folder, 'dev-trace.html'), 'utf8')).toContain('<title>Dev 1.0.0');
    const other = createDevSession({ ...parts, tracer: () => Promise.reject(new Error('disk')) }, folder, {
      typed: null,
      test: null,
      http: null,
    });
    await other.lookAgain();
    expect(await other.writeTrace()).toBeNull();
    expect(other.state.notice).toMatchObject({ isError: true });
  });

  it('hides and shows log lines', () => {
    const { session } = sessionOf();
    session.toggleLogs();
    expect(session.state.showsLogs).toBe(false);
  });
});
