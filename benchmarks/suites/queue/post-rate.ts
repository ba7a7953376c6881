import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { posting, startLoadDriver, type LoadDriver } from '../../load.ts';
import type { BenchOptions } from '../../options.ts';
import { median, rounded } from '../../percentiles.ts';
import { cpuOf } from '../../process-family.ts';
import type { JobSubject } from '../../subjects/job-server.ts';
import type { Skip } from '../../subjects/subject.ts';
import { inTurn } from './in-turn.ts';
import { subjectsHere } from './subjects.ts';

const connections = [1, 10, 100] as const;

interface Rate {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the server and its database, per post. */
  readonly cpuMs: number;
}

export interface PostRateFigures {
  /** The limit of whoever flushes once per job: appending 200 bytes to a file and fdatasync, per second. */
  readonly flushesPerSecond: number;
  readonly subjects: readonly {
    readonly subject: string;
    readonly storage: string;
    readonly at: Record<`${(typeof connections)[number]}`, Rate>;
  }[];
}

/** How many jobs are taken and durably stored while none is run. */
export async function measurePostRate(options: BenchOptions, skipped: Skip[], say: (line: string) => void): Promise<PostRateFigures> {
  // Taking a job is the same for every level of isolation and any number of processes.
  const differs = ({ isolation, name }: JobSubject) => isolation !== 'warm' && !name.endsWith('10 processes');
  const subjects = (await subjectsHere(skipped)).filter(differs);
  const driver = startLoadDriver();
  const flushes: number[] = [];
  try {
    const measured = await inTurn(subjects, options.serverRounds, say, async (subject) => {
      flushes.push(flushRate(options.sliceMs));
      return measure(subject, driver, options);
    });
    const figures = subjects.map((subject) => {
      const at = connections.map((count) => {
        const rounds = measured.get(subject)!.map((round) => round[count]!);
        const of = (read: (rate: Rate) => number) => rounded(median(rounds.map(read)));
        return [
          count,
          { perSecond: of((r) => r.perSecond), p50Ms: of((r) => r.p50Ms), p99Ms: of((r) => r.p99Ms), cpuMs: of((r) => r.cpuMs) },
        ];
      });
      return { subject: subject.name, storage: subject.storage, at: Object.fromEntries(at) as PostRateFigures['subjects'][number]['at'] };
    });
    return { flushesPerSecond: rounded(median(flushes)), subjects: figures };
  } finally {
    driver.close();
  }
}

async function measure(subject: JobSubject, driver: LoadDriver, { warmUpMs, sliceMs }: BenchOptions): Promise<Record<number, Rate>> {
  const server = await subject.start();
  try {
    await server.pause();
    const order = { ...posting(server.url, server.post), perSecond: null, requests: Number.POSITIVE_INFINITY };
    await driver.send({ ...order, connections: 10, forMs: warmUpMs });
    const rates: Record<number, Rate> = {};
    for (const count of connections) {
      await driver.send({ ...order, connections: count, forMs: warmUpMs / 2 });
      const cpuBefore = cpuOf(server.pids);
      const { requests, tookMs, p50Ms, p99Ms } = await driver.send({ ...order, connections: count, forMs: sliceMs * 2 });
      rates[count] = { perSecond: (requests / tookMs) * 1000, p50Ms, p99Ms, cpuMs: (cpuOf(server.pids) - cpuBefore) / requests };
    }
    return rates;
  } finally {
    await server.stop();
  }
}

function flushRate(forMs: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-flush-'));
  const file = openSync(join(folder, 'log'), 'a');
  const line = Buffer.alloc(200, 'x');
  const startMs = performance.now();
  let flushes = 0;
  while (performance.now() - startMs < forMs / 2) {
    writeSync(file, line);
    fdatasyncSync(file);
    flushes++;
  }
  const tookMs = performance.now() - startMs;
  closeSync(file);
  rmSync(folder, { recursive: true });
  return (flushes / tookMs) * 1000;
}
