import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, createLiveEffects, type EffectsProvider, type Engine, type LimitWishes } from '#engine/index.ts';
import { createExecutions, type Executions } from '#executions/index.ts';
import { settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { filesFromMemory, loadFrom, type Task } from '#tasks/index.ts';
import { startHttpStub, type HttpStub } from '../../testing/http-stub.ts';
import { decodeRecording, encodeRecording } from '../format/recording-file.ts';
import { recordingOf } from '../recording-of.ts';
import type { Recording } from '../recording.ts';
import { createRecordings, type Recordings } from '../recordings.ts';

const settings = settingsFrom({ 'engine.workers': 2, 'execution.max_execution_duration': 20 });
let stub: HttpStub;
let engine: Engine;
let live: EffectsProvider;
let executions: Executions;
let recordings: Recordings;

beforeAll(async () => {
  let count = 0;
  stub = await startHttpStub({
    '/count': (_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ count: ++count }));
    },
    '/token': (_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: 'tok-abcdef-123456' }));
    },
    '/never': () => {},
  });
  engine = await createEngine(settings);
  live = createLiveEffects(settings, { profile: 'development' });
  executions = createExecutions({ engine, effects: live, settings, ids: uuidSource(), clock: systemClock });
  recordings = createRecordings({ settings, executions: async () => executions, madeBy: 'ratchet 0.0.0' });
});
afterAll(async () => {
  await engine.close();
  await live.close();
  await stub.close();
});

async function taskOf(code: string, more: Record<string, string> = {}, version = '1.0.0'): Promise<Task> {
  const metadata = { uuid: '00000000-0000-4000-8000-00000000000a', version, label: 'test' };
  const main: Record<string, string> = more['main.ts'] === undefined ? { 'main.js': code } : {};
  return loadFrom(filesFromMemory('test', { 'metadata.json': JSON.stringify(metadata), ...main, ...more }));
}

async function record(task: Task, input: unknown = {}, limits: LimitWishes = {}): Promise<Recording> {
  const execution = await executions.run({ task, input: JSON.stringify(input), limits });
  return decodeRecording(encodeRecording(recordingOf(execution, task, { madeBy: 'ratchet 0.0.0', secretNames: [] })), 'effects');
}

const replay = (task: Task, recording: Recording, isLive = false) => recordings.replay({ task, recording, isLive });
const main = (body: string) => `async function main(input, context) {\n${body}\n}`;
const get = (path: string) => `fetch('${stub.url}${path}')`;

describe('a replay', () => {
  it('asks nothing of the network and gives the recorded answers', async () => {
    const task = await taskOf(main(`return (await (await ${get('/count')}).json()).count;`));
    const recording = await record(task);
    const before = stub.requests.length;
    const { came, divergences } = await replay(task, recording);
    expect(divergences).toEqual([]);
    expect(came.output).toBe(recording.output);
    expect(stub.requests.length).toBe(before);
  });

  it('shows the task the same context', async () => {
    const task = await taskOf(main('return context;'));
    const recording = await record(task);
    expect((await replay(task, recording)).came.output).toBe(recording.output);
  });

  it.each([
    ['awaited', 'const r = await GET; return r.status;'],
    ['read', 'return GET.status;'],
  ])('of an execution that ran out of time over a request it %s comes to the same point, without waiting again', async (_name, body) => {
    const task = await taskOf(main(`console.log(Date.now());\n${body.replace('GET', get('/never'))}`));
    const recording = await record(task, {}, { wallMs: 400 });
    expect(recording.error?.code).toBe('TIMED_OUT');
    const { execution, divergences } = await replay(task, { ...recording, execution: { ...recording.execution, limits: null } });
    expect(divergences).toEqual([]);
    // With no limit but the configured 20 seconds: it ended because the recording ends here.
    expect(execution.error?.code).toBe('TASK_NEVER_SETTLED');
  });

  it('of an execution that computed for too long runs into the same limit', async () => {
    const task = await taskOf(main(`console.log(Date.now()); ${get('/count')}.status; for (;;);`));
    const recording = await record(task, {}, { cpuMs: 200 });
    expect(recording.error?.code).toBe('CPU_LIMIT_EXCEEDED');
    const { execution, divergences } = await replay(task, recording);
    expect([execution.error?.code, divergences]).toEqual(['CPU_LIMIT_EXCEEDED', []]);
  });

  it('of an execution in a warm realm starts with a fresh one', async () => {
    const task = await taskOf(main(`await ${get('/count')}; globalThis.runs = (globalThis.runs ?? 0) + 1; return globalThis.runs;`));
    const run = () => executions.run({ task, input: '{}', isolation: 'warm' });
    const first = recordingOf(await run(), task, { madeBy: 'x', secretNames: [] });
    // Which of the two workers gets it is not said; one after the other, the third at the latest finds a realm that was used.
    let executed = await run();
    for (let again = 0; again < 3 && executed.output === '1'; again++) executed = await run();
    expect(executed.output).not.toBe('1');
    expect((await replay(task, first)).divergences).toEqual([]);
    const second = await replay(task, recordingOf(executed, task, { madeBy: 'x', secretNames: [] }));
    expect(second.divergences).toMatchObject([{ kind: 'output', expected: executed.output, got: '1' }]);
  });
});

describe('a replay on changed code', () => {
  it('names the effect that differs, what was expected, what came, and the line', async () => {
    const before = await taskOf(main(`await ${get('/count')};\nawait ${get('/count?page=1')};\nreturn 1;`));
    const after = await taskOf(main(`await ${get('/count')};\n// another page\nawait ${get('/count?page=2')};\nreturn 1;`), {}, '1.1.0');
    const { divergences } = await replay(after, await record(before));
    expect(divergences).toEqual([
      {
        kind: 'effect',
        number: 2,
        what: 'request',
        expected: `GET ${stub.url}/count?page=1`,
        got: `GET ${stub.url}/count?page=2`,
        site: { function: 'main', file: 'main.js', line: 4, column: 7 },
      },
    ]);
  });

  it("names the line of the author's own file in TypeScript", async () => {
    const code = (path: string) => ({
      'main.ts': `interface Input { a?: number }\n\nexport default async (input: Input) => {\n  const r = await ${get(path)};\n  return r.status;\n};\n`,
    });
    const { divergences } = await replay(await taskOf('', code('/b')), await record(await taskOf('', code('/count'))));
    expect(divergences[0]).toMatchObject({ kind: 'effect', number: 1, site: { file: 'main.ts', line: 4 } });
  });

  it.each([
    ['a request that is gone', `await GET;`, ``, { kind: 'effect-missing', number: 1, got: 'no further request' }],
    [
      'a request that is new',
      ``,
      `await fetch('URL/new').catch(() => {});`,
      { kind: 'effect-extra', number: 1, expected: 'no further request' },
    ],
    [
      'another body',
      `fetch('URL/count', {method: 'POST'}, {a: 1}).ok;`,
      `fetch('URL/count', {method: 'POST'}, {a: 2}).ok;`,
      { kind: 'effect', what: 'body of the request', expected: '{"a":1}', got: '{"a":2}' },
    ],
    [
      'another header',
      `fetch('URL/count', {headers: {'x-a': '1'}}).ok;`,
      `fetch('URL/count', {headers: {'x-b': '1'}}).ok;`,
      { kind: 'effect', what: 'header x-a', expected: '1', got: 'no such header' },
    ],
    ['another method', `fetch('URL/count').ok;`, `fetch('URL/count', {method: 'DELETE'}).ok;`, { kind: 'effect', what: 'request' }],
    [
      'another log line',
      `console.log('a'); console.log('b');`,
      `console.log('a'); console.log('c');`,
      { kind: 'log', number: 2, expected: 'info: b', got: 'info: c' },
    ],
    ['another report', `reportProgress(1);`, `reportProgress(2);`, { kind: 'progress', number: 1, expected: '1', got: '2' }],
    [
      'another value deep in the output',
      `return {a: [{b: 1}]};`,
      `return {a: [{b: 2}]};`,
      { kind: 'output', what: 'output.a[0].b', expected: '1', got: '2' },
    ],
    ['a field too many', `return {a: 1};`, `return {a: 1, b: 2};`, { kind: 'output', what: 'output.b', expected: 'nothing', got: '2' }],
    [
      'an error instead of an output',
      `return 1;`,
      `throw new DataError('no');`,
      { kind: 'error', expected: 'completed with 1', site: { line: 2 } },
    ],
    ['another error', `throw new DataError('no');`, `throw new DataError('nope');`, { kind: 'error', what: 'how it ended' }],
  ])('tells of %s', async (_name, before, after, expected) => {
    const at = (body: string) => taskOf(main(body.replaceAll('URL', stub.url).replaceAll('GET', get('/count'))));
    const { divergences } = await replay(await at(after), await record(await at(before)));
    expect(divergences[0]).toMatchObject(expected);
  });

  it('goes on with the recorded answers where only the order has changed', async () => {
    const [one, two] = [get('/count?a'), get('/count?b')];
    const before = await taskOf(main(`const a = (await ${one}).status, b = (await ${two}).status;\nreturn [a, b];`));
    const after = await taskOf(main(`const b = (await ${two}).status, a = (await ${one}).status;\nreturn [a, b];`));
    const { divergences, came } = await replay(after, await record(before));
    expect(divergences.map(({ kind, number }) => [kind, number])).toEqual([
      ['effect', 1],
      ['effect', 2],
    ]);
    expect(came.output).toBe('[200,200]');
  });
});

describe('secrets in a recording', () => {
  const login = () =>
    main(`const { access_token } = fetch('${stub.url}/token', {method: 'POST'}, {user: input.user, password: input.password}).body;
const r = await fetch('${stub.url}/count?api_key=' + encodeURIComponent(input.password), {headers: {authorization: 'Bearer ' + access_token}});
console.log('used', access_token, 'and', input.password);
return {status: r.status, access_token, length: input.password.length};`);

  it('stand there by name, and the replay goes the same way without them', async () => {
    const task = await taskOf(login());
    const recording = await record(task, { user: 'bob', password: 'hunter2 & co' });
    const file = encodeRecording(recording).toString('latin1');
    for (const secret of ['hunter2', 'tok-abcdef']) expect(file).not.toContain(secret);
    expect(recording.masked).toEqual(['password', 'access_token']);
    const { divergences } = await replay(task, recording);
    // The length of a secret is not recorded, and a place holder has another.
    expect(divergences).toMatchObject([{ kind: 'output', what: 'output.length' }]);
  });

  it('need not look like what the schema asks for', async () => {
    const schema = { type: 'object', properties: { password: { type: 'string', pattern: '^[0-9]{6}$' } }, required: ['password'] };
    const task = await taskOf(main('return input.password;'), { 'input.schema.json': JSON.stringify(schema) });
    const recording = await record(task, { password: '123456' });
    expect(recording.output).toBe('"__secret_password__"');
    expect((await replay(task, recording)).divergences).toEqual([]);
  });
});

describe('a live replay', () => {
  it('performs the requests and compares what comes of it', async () => {
    const task = await taskOf(main(`return (await (await ${get('/count')}).json()).count;`));
    const recording = await record(task);
    const { divergences } = await replay(task, recording, true);
    expect(divergences).toMatchObject([{ kind: 'output', what: 'output', expected: recording.output }]);
  });
});
