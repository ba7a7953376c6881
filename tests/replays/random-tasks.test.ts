import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, createLiveEffects, type EffectsProvider, type Engine } from '#engine/index.ts';
import { createExecutions, type Execution } from '#executions/index.ts';
import { settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { createRecordings, decodeRecording, encodeRecording, recordingOf, type Recording, type Recordings } from '#recordings/index.ts';
import { filesFromMemory, loadFrom, type Task } from '#tasks/index.ts';
import { verifies } from '../requirements/verifies.ts';
import { numbersFrom, randomTask } from './random-task.ts';
import { unsteadyServer, type UnsteadyServer } from './unsteady-server.ts';

const tasks = 1_000;
const atOnce = 8;

const settings = settingsFrom({ 'engine.workers': 2, 'execution.max_execution_duration': 10 });
const options = { madeBy: 'ratchet 0.0.0', secretNames: [] };
let server: UnsteadyServer;
let engine: Engine;
let live: EffectsProvider;
let recordings: Recordings;
let executions: ReturnType<typeof createExecutions>;

beforeAll(async () => {
  server = await unsteadyServer();
  engine = await createEngine(settings);
  live = createLiveEffects(settings, { profile: 'development' });
  executions = createExecutions({ engine, effects: live, settings, ids: uuidSource(), clock: systemClock });
  recordings = createRecordings({ settings, executions: async () => executions, madeBy: options.madeBy });
});
afterAll(async () => {
  await engine.close();
  await live.close();
  await server.close().catch(() => {});
});

async function taskOf(seed: number): Promise<Task> {
  const metadata = { uuid: `00000000-0000-4000-8000-${String(seed).padStart(12, '0')}`, version: '1.0.0', label: `random ${seed}` };
  const files = { 'metadata.json': JSON.stringify(metadata), 'main.js': randomTask(seed, server.origin) };
  return loadFrom(filesFromMemory(`random ${seed}`, files));
}

/** What a replay has to give again, byte for byte. */
function told({ output, error, logs, progress, effects }: Execution) {
  return {
    output,
    error:
      error === null ? null : [error.code === 'TASK_NEVER_SETTLED' || error.code === 'TIMED_OUT' ? 'in vain' : error.code, error.message],
    logs: logs.map(({ level, message }) => `${level} ${message}`),
    progress: progress.map(({ update }) => JSON.stringify(update)),
    effects: effects.map(({ exchange }) => exchange && [exchange.request.method, exchange.request.url, text(exchange.request.body)]),
  };
}

function text(body: Uint8Array | null): string | null {
  return body === null ? null : Buffer.from(body).toString('latin1');
}

function seeds(): number[] {
  return Array.from({ length: tasks }, (_, index) => index + 1);
}

async function eachOf<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const left = [...items];
  const results: Result[] = [];
  const lane = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) results.push(await work(item));
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}

describe('random tasks', () => {
  it(
    `are replayed from their recordings with output, log lines and order of effects byte for byte, ${tasks} of ${tasks}`,
    { timeout: 300_000 },
    async () => {
      verifies('replay.bit-for-bit');
      verifies('replay.names-the-effect');
      const wrong: unknown[] = [];
      let effects = 0;
      let flipped = 0;

      const recorded = await eachOf(seeds(), async (seed) => {
        const task = await taskOf(seed);
        const execution = await executions.run({ task, input: '{}' });
        return { seed, task, execution, file: encodeRecording(recordingOf(execution, task, options)) };
      });
      // From here on there is nothing to ask.
      await server.close();
      await eachOf(recorded, async ({ seed, task, execution, file }) => {
        const replayed = await recordings.replay({ task, recording: decodeRecording(file, 'effects'), isLive: false });
        effects += execution.effects.length;
        const [before, after] = [told(execution), told(replayed.execution)];
        if (JSON.stringify(before) !== JSON.stringify(after) || replayed.divergences.length > 0) {
          wrong.push({ seed, divergences: replayed.divergences, before, after, turns: [execution.turns, replayed.execution.turns] });
        }
        const damaged = flipOneByte(file, execution, seed);
        if (damaged !== null) {
          flipped++;
          const { divergences } = await recordings.replay({ task, recording: damaged.recording, isLive: false });
          if (divergences[0]?.kind !== 'recording-changed' || divergences[0].number !== damaged.number) {
            wrong.push({ seed, flipped: damaged.number, divergences });
          }
        }
      });
      expect(wrong.slice(0, 3)).toEqual([]);
      expect(effects).toBeGreaterThan(3 * tasks);
      expect(flipped).toBeGreaterThan(tasks / 2);
    },
  );
});

/** The recording with one bit of one recorded answer turned over. */
function flipOneByte(file: Buffer, { effects }: Execution, seed: number): { recording: Recording; number: number } | null {
  const answered = effects.filter(({ exchange }) => {
    const outcome = exchange?.outcome;
    return outcome && 'answer' in outcome && outcome.answer.body.byteLength > 20;
  });
  if (answered.length === 0) return null;
  const next = numbersFrom(seed);
  const { number, exchange } = answered[Math.floor(next() * answered.length)]!;
  const outcome = exchange!.outcome!;
  const body = 'answer' in outcome ? outcome.answer.body : new Uint8Array(0);
  const damaged = Buffer.from(file);
  // Answers of the server are all different, so the body is found where it stands.
  const at = damaged.indexOf(body);
  damaged[at + Math.floor(next() * body.byteLength)]! ^= 1 << Math.floor(next() * 7);
  return { recording: decodeRecording(damaged, 'effects'), number };
}
