import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRecordedEffects, type EffectsProvider, type Exchange } from '#engine/index.ts';
import { settingsFrom } from '#kernel/index.ts';
import { encodeRecording, recordingOf } from '#recordings/index.ts';
import { drive } from '../drive.ts';
import type { BenchOptions } from '../options.ts';
import { median, rounded } from '../percentiles.ts';
import { startPlatform } from '../subjects/ratchet.ts';
import { benchTask } from '../tasks/load.ts';

export interface RecordingFigures {
  /** Size of each answer in bytes. */
  readonly answerBytes: number;
  readonly requests: number;
  /** Requests per second from one task, through the gate that checks, counts and keeps. */
  readonly recordedPerSecond: number;
  /** The same with the answers handed over past the gate. */
  readonly bypassedPerSecond: number;
  /** Part of the throughput that gate and recording take together, 0 to 1. */
  readonly share: number;
  /** Memory that a finished execution holds, per byte that was sent and received. */
  readonly memoryTimesPayload: number;
  /** Size of the recording's file, per byte that was sent and received. */
  readonly fileTimesPayload: number;
}

const sizes = [100, 10_000, 100_000];
const seed = 'ab'.repeat(32);

/**
 * What keeping every request and answer costs. The answers come from memory, so nothing but the path itself is measured; on a network
 * the share is smaller.
 */
export async function measureRecording(options: BenchOptions): Promise<RecordingFigures[]> {
  const platform = await startPlatform({ 'engine.workers': 1 });
  const task = await benchTask('fetch-await');
  const requests = options.isQuick ? 40 : 400;
  const figures: RecordingFigures[] = [];
  try {
    for (const answerBytes of sizes) {
      const input = JSON.stringify({ url: 'http://answers.test/', requests });
      const [kept, past] = [throughGate(requests, answerBytes), pastGate(answerBytes)];
      const call = (effects: EffectsProvider) => async () => {
        const execution = await platform.executions.run({ task, input, effects });
        if (execution.error) throw execution.error;
        return execution;
      };
      const rounds = { recorded: [] as number[], bypassed: [] as number[] };
      for (const effects of [kept, past]) await drive(call(effects), { depth: 1, forMs: options.warmUpMs });
      for (let round = 0; round < options.rounds; round++) {
        rounds.recorded.push((await drive(call(kept), { depth: 1, forMs: options.sliceMs })).perSecond * requests);
        rounds.bypassed.push((await drive(call(past), { depth: 1, forMs: options.sliceMs })).perSecond * requests);
      }
      const [recorded, bypassed] = [median(rounds.recorded), median(rounds.bypassed)];
      const payload = requests * answerBytes;
      const file = encodeRecording(recordingOf(await call(kept)(), task, { madeBy: 'ratchet 0.0.0', secretNames: [] }));
      figures.push({
        answerBytes,
        requests,
        recordedPerSecond: rounded(recorded),
        bypassedPerSecond: rounded(bypassed),
        share: rounded(Math.max(0, 1 - recorded / bypassed)),
        memoryTimesPayload: rounded((await heldBy(call(throughGate(requests, answerBytes)))) / payload),
        fileTimesPayload: rounded(file.byteLength / payload),
      });
    }
  } finally {
    await platform.close();
  }
  return figures;
}

function answerOf(bytes: number): Exchange {
  const frame = JSON.stringify({ value: 1, text: '' });
  const body = Buffer.from(JSON.stringify({ value: 1, text: 'x'.repeat(Math.max(0, bytes - frame.length)) }));
  const request = {
    url: 'http://answers.test/',
    method: 'GET',
    headers: [],
    body: null,
    timeoutMs: null,
    redirect: 'follow',
    retry: null,
  } as const;
  const headers = [['content-type', 'application/json']] as const;
  // A copy each: what comes from a network is never twice the same memory.
  return {
    request,
    outcome: { answer: { status: 200, statusText: 'OK', url: request.url, redirected: false, headers, body: Uint8Array.from(body) } },
    hasBodies: true,
  };
}

function throughGate(requests: number, bytes: number): EffectsProvider {
  const settings = settingsFrom({});
  return {
    begin: (run) =>
      createRecordedEffects(settings, {
        exchanges: Array.from({ length: requests }, () => answerOf(bytes)),
        seed,
        clock: { kind: 'live' },
        fit: () => 10,
      }).begin(run),
    close: async () => {},
  };
}

function pastGate(bytes: number): EffectsProvider {
  return {
    begin: () => ({ seed, clock: { kind: 'live' }, http: async () => answerOf(bytes).outcome!, records: () => [] }),
    close: async () => {},
  };
}

/** Bytes that the results of a few executions hold, per execution. */
async function heldBy(run: () => Promise<unknown>): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = async () => {
    // Buffers are given back by a second thread; the first collection only hands them over.
    for (let times = 0; times < 3; times++) {
      collect();
      await nextTurn();
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  await run();
  const before = await used();
  const count = 3;
  const results: unknown[] = [];
  for (let i = 0; i < count; i++) results.push(await run());
  const held = ((await used()) - before) / count;
  results.length = 0;
  return held;
}
