import { setTimeout as sleep } from 'node:timers/promises';
import { loadTask, type Task } from '#tasks/index.ts';
import { drive, type Driven } from '../drive.ts';
import type { BenchOptions } from '../options.ts';
import { median, rounded } from '../percentiles.ts';
import { startPlatform, type Platform } from '../subjects/ratchet.ts';
import { additionFolder, additionInput, benchTask, renamed } from '../tasks/load.ts';

const hostileRuns = 32;
const hostileTasks = ['endless-loop', 'catastrophic-regex', 'heap-growth'];

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
}

export interface NeighbourFigures {
  readonly hostileRuns: number;
  /** The sane task, called with pauses of 5 ms, with nothing else going on. */
  readonly alone: Latency;
  /** The same while hostile runs of tasks that are known to have broken a limit are waiting or running at any moment. */
  readonly besideKnown: Latency;
  /** The same while as many hostile runs of tasks never seen before run at any moment. */
  readonly besideUnknown: Latency;
  readonly knownP99Ratio: number;
  readonly unknownP99Ratio: number;
  /** Executions of the sane task that failed; must be 0. */
  readonly saneFailed: number;
  /** Hostile runs that ended during the measurements, by error code. */
  readonly hostileEnded: Record<string, number>;
}

/** What a well-behaved task feels of hostile ones. */
export async function measureNeighbours(options: BenchOptions): Promise<NeighbourFigures> {
  const platform = await startPlatform();
  const sane = await loadTask(additionFolder);
  const hostile = await Promise.all(hostileTasks.map(benchTask));
  const ended: Record<string, number> = {};
  let saneFailed = 0;
  const call = () => platform.run(sane, additionInput, 'fresh').catch(() => saneFailed++);
  const slice = { depth: 1, pauseMs: 5, forMs: options.sliceMs * 2 };
  const [alone, known, unknown] = [[], [], []] as [Driven[], Driven[], Driven[]];
  try {
    await platform.engine.prestart(2);
    await drive(call, { depth: 4, forMs: options.warmUpMs });
    await Promise.all(hostile.map((task) => platform.executions.run({ task, input: '{}' })));
    let number = 0;
    for (let round = 0; round < options.rounds; round++) {
      alone.push(await drive(call, slice));
      known.push(
        await beside(
          platform,
          () => hostile[number++ % hostile.length]!,
          ended,
          () => drive(call, slice),
        ),
      );
      const stranger = () => renamed(hostile[number % hostile.length]!, `stranger-${number++}`);
      unknown.push(await beside(platform, stranger, ended, () => drive(call, slice)));
    }
  } finally {
    await platform.close();
  }
  const figures = { alone: latency(alone), besideKnown: latency(known), besideUnknown: latency(unknown) };
  return {
    hostileRuns,
    ...figures,
    knownP99Ratio: rounded(figures.besideKnown.p99Ms / figures.alone.p99Ms),
    unknownP99Ratio: rounded(figures.besideUnknown.p99Ms / figures.alone.p99Ms),
    saneFailed,
    hostileEnded: ended,
  };
}

/** Keeps hostile runs going while something is measured, then waits until all of them are over. */
async function beside(
  platform: Platform,
  next: () => Task,
  ended: Record<string, number>,
  measure: () => Promise<Driven>,
): Promise<Driven> {
  const stop = new AbortController();
  const lanes = Array.from({ length: hostileRuns }, async () => {
    while (!stop.signal.aborted) {
      const { error } = await platform.executions.run({ task: next(), input: '{}', signal: stop.signal });
      const code = error?.code ?? 'none';
      ended[code] = (ended[code] ?? 0) + 1;
    }
  });
  await sleep(300);
  try {
    return await measure();
  } finally {
    stop.abort();
    await Promise.all(lanes);
    // Workers that had to be killed are replaced before the next measurement.
    await sleep(500);
  }
}

function latency(rounds: readonly Driven[]): Latency {
  const of = (read: (driven: Driven) => number) => rounded(median(rounds.map(read)));
  return { p50Ms: of((d) => d.p50Ms), p99Ms: of((d) => d.p99Ms), perSecond: of((d) => d.perSecond) };
}
