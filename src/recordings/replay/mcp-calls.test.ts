import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, createLiveEffects, type EffectsProvider, type Engine } from '#engine/index.ts';
import { createExecutions, type Executions } from '#executions/index.ts';
import { settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { readTestCases, runCase } from '#task-tests/index.ts';
import { filesFromMemory, loadFrom, type Task } from '#tasks/index.ts';
import { stdioServer } from '#testing/mcp-server.ts';
import { decodeRecording, encodeRecording } from '../format/recording-file.ts';
import { recordingLog } from '../format/recording-log.ts';
import { harOf } from '../har/har-of.ts';
import { recordingOf } from '../recording-of.ts';
import type { Recording } from '../recording.ts';
import { createRecordings, type Recordings } from '../recordings.ts';
import { savedTest } from '../saved-test.ts';
import { testCaseJson } from '#task-tests/index.ts';

const settings = settingsFrom({
  'engine.workers': 1,
  'execution.max_execution_duration': 30,
  'mcp.servers': [stdioServer('one', { API_KEY: 'of-the-operator-77' })],
});
const without = settingsFrom({ 'engine.workers': 1, 'execution.max_execution_duration': 30 });
let engine: Engine;
let live: EffectsProvider;
let executions: Executions;
let elsewhere: { executions: Executions; recordings: Recordings };

beforeAll(async () => {
  engine = await createEngine(settings);
  live = createLiveEffects(settings);
  const parts = { engine, ids: uuidSource(), clock: systemClock };
  executions = createExecutions({ ...parts, effects: live, settings });
  // As on another machine, where no server is configured.
  const other = createExecutions({ ...parts, effects: createLiveEffects(without), settings: without });
  elsewhere = {
    executions: other,
    recordings: createRecordings({ settings: without, executions: async () => other, madeBy: 'ratchet 0.0.0' }),
  };
});
afterAll(async () => {
  await engine.close();
  await live.close();
});

async function taskOf(body: string, servers: readonly string[] | null = ['one'], more: Record<string, string> = {}): Promise<Task> {
  const metadata = {
    uuid: '00000000-0000-4000-8000-00000000000c',
    version: '1.0.0',
    label: 'test',
    ...(servers === null ? {} : { requirements: { mcp: servers } }),
  };
  const files = { 'metadata.json': JSON.stringify(metadata), 'main.js': `async function main(input) {\n${body}\n}`, ...more };
  return loadFrom(filesFromMemory('test', files));
}

const run = (task: Task, input: unknown = {}) => executions.run({ task, input: JSON.stringify(input) });
async function record(task: Task, input: unknown = {}): Promise<Recording> {
  const execution = await run(task, input);
  return decodeRecording(encodeRecording(recordingOf(execution, task, { madeBy: 'ratchet 0.0.0', secretNames: [] })), 'effects');
}

const everything = `
  const seen = [await mcp.listServers(), (await mcp.listTools('one')).length > 5];
  const [sum, pid] = await Promise.all([mcp.invokeTool('one', 'add', { a: input.a, b: 1 }), mcp.invoke('one', 'pid')]);
  seen.push(sum.structuredContent, pid.content[0].text, Math.random());
  for (const [tool, args] of [['fail', { why: 'no bread' }], ['nope', {}]]) {
    try { await mcp.invokeTool('one', tool, args); } catch (error) { seen.push([error.name, error.message, error.reason ?? error.structuredContent]); }
  }
  seen.push((await mcp.complete('one', { messages: [{ role: 'user', content: 'hi' }] })).content[0].text);
  return seen;`;

describe('calls of MCP servers in a task', () => {
  it('give results, typed errors that can be caught, and are counted and metered', async () => {
    const { output, error, effects, cost } = await run(await taskOf(everything), { a: 2 });
    expect(error).toBeNull();
    expect(JSON.parse(output!)).toEqual([
      ['one'],
      true,
      { sum: 3 },
      expect.stringMatching(/^\d+$/),
      expect.any(Number),
      ['McpToolError', 'no bread', { why: 'no bread' }],
      ['McpToolUnknownError', expect.stringContaining('its tools are echo, add'), 'tool-unknown'],
      'You said: hi',
    ]);
    expect(effects.map(({ kind, url }) => `${kind} ${url}`)).toContain('mcp mcp://one/add');
    expect(cost).toMatchObject({ requests: 7 });
    expect(cost.bytesIn).toBeGreaterThan(100);
    expect(cost.bytesOut).toBeGreaterThan(20);
  });

  it('that fail and are not caught end the run with their class, their line, and whether it may be tried again', async () => {
    const failed = await run(await taskOf("await mcp.invokeTool('one', 'fail', { why: 'no bread' });"));
    expect(failed.error).toMatchObject({ code: 'TASK_FAILED', data: { errorClass: 'McpToolError', message: 'no bread' } });
    expect(failed.error!.data).toMatchObject({
      frames: [{ file: 'main.js', line: 2 }],
      fields: { structuredContent: { why: 'no bread' } },
    });
    const lost = await run(await taskOf("await mcp.invokeTool('one', 'crash');"));
    expect(lost.error).toMatchObject({ code: 'TASK_FAILED_TRANSIENT', data: { errorClass: 'NetworkError' } });
  });

  it('are for tasks that declare them, and need a configured server', async () => {
    const plain = await taskOf('return [typeof mcp, typeof McpToolError];', null);
    expect((await run(plain)).output).toBe('["undefined","undefined"]');
    const forgotten = await run(await taskOf("return await mcp.invokeTool('one', 'echo');", null));
    expect(forgotten.error).toMatchObject({ code: 'TASK_FAILED', hint: expect.stringContaining('requirements') as string });
    const missing = await run(await taskOf('return 1;', ['one', 'claude']));
    expect(missing.error).toMatchObject({ code: 'MCP_SERVER_NOT_CONFIGURED', data: { server: 'claude', configured: ['one'] } });
    const checked = await executions.run({ task: await taskOf('return 1;', ['claude']), input: '{}', checkOnly: true });
    expect(checked.error).toBeNull();
  });

  it('end with the execution', async () => {
    const { error, effects } = await executions.run({
      task: await taskOf("await mcp.invokeTool('one', 'slow', { ms: 60000 });"),
      input: '{}',
      limits: { wallMs: 2_000 },
    });
    expect(error?.code).toBe('TIMED_OUT');
    expect(effects.map(({ url }) => url)).toEqual(['mcp://one/slow']);
  });

  it('are replayed bit for bit where no server is configured', async () => {
    const task = await taskOf(everything);
    const recording = await record(task, { a: 2 });
    const { came, divergences } = await elsewhere.recordings.replay({ task, recording, isLive: false });
    expect(divergences).toEqual([]);
    expect(came.output).toBe(recording.output);
  });

  it('that are not those of the recording are divergences with what was expected and what came', async () => {
    const recording = await record(await taskOf("return (await mcp.invokeTool('one', 'add', { a: 1, b: 1 })).structuredContent;"));
    const others = [
      ["return (await mcp.invokeTool('one', 'add', { a: 1, b: 2 })).structuredContent;", 'body of the request'],
      ["await mcp.invokeTool('one', 'echo', {}).catch(() => {}); return { sum: 2 };", 'request'],
    ] as const;
    for (const [body, what] of others) {
      const { divergences } = await elsewhere.recordings.replay({ task: await taskOf(body), recording, isLive: false });
      expect(divergences[0]).toMatchObject({ kind: 'effect', number: 1, what, site: { file: 'main.js', line: 2 } });
      expect(`${divergences[0]!.expected} / ${divergences[0]!.got}`).toMatch(/add \/ .*echo|"b":1} \/ .*"b":2}/);
    }
  });

  it('are not those of another server with a tool of the same name', async () => {
    const recording = await record(await taskOf("return (await mcp.invokeTool('one', 'echo', {})).content;"));
    const other = await taskOf("return await mcp.invokeTool('two', 'echo', {}).catch((error) => error.reason);", ['one', 'two']);
    const { divergences, came } = await elsewhere.recordings.replay({ task: other, recording, isLive: false });
    expect(came.output).toBe('"no-recording"');
    expect(divergences[0]).toMatchObject({ expected: 'tools/call mcp://one/echo', got: 'tools/call mcp://two/echo' });
  });

  it('leave no secret of the configuration or of the task in the recording, and are no HTTP requests', async () => {
    const body = `const { text } = (await mcp.invokeTool('one', 'env')).content[0];
      await mcp.invokeTool('one', 'echo', { password: 'of-the-task-88' });
      return text.length > 0;`;
    const recording = await record(await taskOf(body));
    const bytes = encodeRecording(recording).toString('utf8');
    expect(bytes).not.toMatch(/of-the-operator-77|of-the-task-88/);
    expect(bytes).toContain('__secret_mcp_one__');
    expect(recordingLog(recording)).toContain('tools/call mcp://one/env');
    expect(harOf(recording).log.entries).toEqual([]);
  });

  it('become mocks of a test that passes without the server', async () => {
    const task = await taskOf(everything);
    const recording = await record(task, { a: 2 });
    const test = testCaseJson(savedTest(recording, 'recorded'));
    expect(Object.keys((JSON.parse(test) as { mock: object }).mock)).toEqual(['mcp']);
    const withTest = await taskOf(everything, ['one'], { 'tests/recorded.json': test });
    const [read] = readTestCases(withTest);
    if (read?.kind !== 'case') throw new Error(JSON.stringify(read));
    const parts = { executions: elsewhere.executions, settings: without };
    const { report } = await runCase(parts, withTest, read, { signal: new AbortController().signal });
    expect(report.failures).toEqual([]);
  });
});
