import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, createLiveEffects, type EffectsProvider, type Engine } from '#engine/index.ts';
import { createExecutions } from '#executions/index.ts';
import { settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { createRecordings, decodeRecording, encodeRecording, type Recording, type Recordings } from '#recordings/index.ts';
import { filesFromMemory, loadFrom } from '#tasks/index.ts';

// A recording comes from a colleague, a ticket, a build server: whoever replays it must not be at its mercy.

const settings = settingsFrom({ 'engine.workers': 1, 'execution.max_execution_duration': 3, 'execution.max_cpu_ms': 1_000 });
let engine: Engine;
let live: EffectsProvider;
let recordings: Recordings;
let honest: Recording;

const code = `async function main() {
  const answer = await fetch('http://a.test/');
  await new Promise((done) => setTimeout(done, 1));
  return { status: answer.status, text: await answer.text(), at: Date.now(), random: Math.random() };
}`;

async function task() {
  const metadata = { uuid: '00000000-0000-4000-8000-0000000000ab', version: '1.0.0', label: 'x' };
  return loadFrom(filesFromMemory('x', { 'metadata.json': JSON.stringify(metadata), 'main.js': code }));
}

beforeAll(async () => {
  engine = await createEngine(settings);
  live = createLiveEffects(settings);
  const executions = createExecutions({ engine, effects: live, settings, ids: uuidSource(), clock: systemClock });
  recordings = createRecordings({ settings, executions: async () => executions, madeBy: 'x' });
  const request = {
    url: 'http://a.test/',
    method: 'GET',
    headers: [],
    body: null,
    timeoutMs: null,
    redirect: 'follow',
    retry: null,
  } as const;
  const answer = { status: 200, statusText: 'OK', url: 'http://a.test/', redirected: false, headers: [], body: Buffer.from('hi') };
  honest = {
    madeBy: 'x',
    node: '24',
    task: { uuid: 'u', version: '1.0.0', label: 'l', hash: 'h' },
    execution: { id: 'e', jobId: null, startedAt: 0, wallMs: 1, isolation: 'fresh', limits: null },
    seed: 'ab'.repeat(32),
    clock: [[1, 1]],
    turns: ['r1', 't2'],
    isCut: false,
    masked: [],
    input: '{}',
    output: '{}',
    error: null,
    hasOutcome: true,
    logs: [],
    logsDropped: 0,
    progress: [],
    effects: [{ number: 1, startedMs: 0, durationMs: 0, attempts: 1, request, outcome: { answer }, hasBodies: true, isIntact: true }],
  };
});
afterAll(async () => {
  await engine.close();
  await live.close();
});

const limits = {
  wallMs: 1e300,
  cpuMs: 1e300,
  memoryMb: 1e9,
  outputChars: 1e300,
  logLines: 1e300,
  logChars: 1e300,
  requests: 1e9,
  requestsAtOnce: 1e9,
};
const withAnswer = (changes: object): Partial<Recording> => {
  const [effect] = honest.effects;
  const outcome = effect!.outcome as { answer: object };
  return { effects: [{ ...effect!, outcome: { answer: { ...outcome.answer, ...changes } } as never }] };
};

describe('a hostile recording', () => {
  it.each<[string, () => Partial<Recording>]>([
    ['names turns that do not exist', () => ({ turns: ['r99', 't-1', 'x', '', 'r', 'r1e9', 'end', 't2'] })],
    ['names more turns than fit', () => ({ turns: Array.from({ length: 200_000 }, () => 'r1') })],
    ['asks for endless limits', () => ({ execution: { ...honest.execution, limits } })],
    [
      'has a clock beyond time',
      () => ({
        clock: [
          [8.64e15 + 1, 1],
          [-1e300, 1e300],
        ],
      }),
    ],
    ['has an answer with a status of its own', () => withAnswer({ status: -7 })],
    [
      'has headers that are no headers',
      () =>
        withAnswer({
          headers: [
            ['\r\nset-cookie', '\0'],
            ['', ''],
          ],
        }),
    ],
    ['has an answer of many megabytes', () => withAnswer({ body: Buffer.alloc(40_000_000, 0x61) })],
    [
      'has an address that is none',
      () => ({ effects: [{ ...honest.effects[0]!, request: { ...honest.effects[0]!.request!, url: 'no address' } }] }),
    ],
    ['has an output that is not JSON', () => ({ output: '{' })],
    ['has an input that is not JSON', () => ({ input: '{' })],
    [
      'holds nothing but place holders',
      () => ({
        input: JSON.stringify('__secret_a__'.repeat(10_000)),
        masked: ['a'],
        output: JSON.stringify('__secret_a__'.repeat(10_000)),
      }),
    ],
  ])('that %s is replayed to an end or refused, and the next replay goes well', async (_name, changes) => {
    const bytes = encodeRecording({ ...honest, ...changes() });
    const attempt = async () => recordings.replay({ task: await task(), recording: decodeRecording(bytes, 'effects'), isLive: false });
    const ended = await attempt().then(
      ({ execution }) => execution.state,
      (error: Error & { code?: string }) => error.code ?? error.message,
    );
    expect(['completed', 'failed', 'RECORDING_INVALID']).toContain(ended);
    const { execution } = await recordings.replay({ task: await task(), recording: honest, isLive: false });
    expect(JSON.parse(execution.output!)).toMatchObject({ status: 200, text: 'hi', at: 1 });
  });
});
