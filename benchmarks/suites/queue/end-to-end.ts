import { startLoadDriver, type LoadDriver } from '../../load.ts';
import type { BenchOptions } from '../../options.ts';
import { median, rounded } from '../../percentiles.ts';
import { cpuOf } from '../../process-family.ts';
import type { JobIsolation, JobSubject } from '../../subjects/job-server.ts';
import type { Skip } from '../../subjects/subject.ts';
import { driverLimit, type DriverLimit } from './driver-limit.ts';
import { flow, warmUp } from './flow.ts';
import { inTurn } from './in-turn.ts';
import { subjectsHere } from './subjects.ts';

export interface EndToEndFigures {
  readonly driver: DriverLimit;
  readonly subjects: readonly {
    readonly subject: string;
    readonly kind: JobSubject['kind'];
    readonly isolation: JobIsolation;
    readonly storage: string;
    /** From the first post to the last stored result. */
    readonly jobsPerSecond: number;
    /** While jobs run. */
    readonly postsPerSecond: number;
    /** Processor time of the server, its processes and its database, per job. */
    readonly cpuMs: number;
    /** Jobs per second as a multiple of BullMQ's sandboxed processor, the faster one of the same round: its Redis flushing each second, and always. */
    readonly timesEverysec: number;
    readonly timesAlways: number;
  }[];
}

interface Measured {
  readonly jobsPerSecond: number;
  readonly postsPerSecond: number;
  readonly cpuMs: number;
}

/** Jobs that come by HTTP as fast as the server takes them, run apart from each other, and whose results are stored. */
export async function measureEndToEnd(options: BenchOptions, skipped: Skip[], say: (line: string) => void): Promise<EndToEndFigures> {
  const subjects = await subjectsHere(skipped);
  const driver = startLoadDriver();
  try {
    const limit = await driverLimit(driver, options.sliceMs);
    const measured = await inTurn(subjects, options.serverRounds, say, (subject) => measure(subject, driver, options));
    const bestOf = (storage: string, round: number) =>
      Math.max(
        ...subjects.filter((s) => s.kind === 'bullmq' && s.storage.endsWith(storage)).map((s) => measured.get(s)![round]!.jobsPerSecond),
      );
    const figures = subjects.map((subject) => {
      const rounds = measured.get(subject)!;
      const of = (read: (one: Measured, round: number) => number) => rounded(median(rounds.map(read)));
      return {
        subject: subject.name,
        kind: subject.kind,
        isolation: subject.isolation,
        storage: subject.storage,
        jobsPerSecond: of((one) => one.jobsPerSecond),
        postsPerSecond: of((one) => one.postsPerSecond),
        cpuMs: of((one) => one.cpuMs),
        timesEverysec: of((one, round) => one.jobsPerSecond / bestOf('everysec', round)),
        timesAlways: of((one, round) => one.jobsPerSecond / bestOf('always', round)),
      };
    });
    return { driver: limit, subjects: figures };
  } finally {
    driver.close();
  }
}

async function measure(subject: JobSubject, driver: LoadDriver, { warmUpMs, loadMs }: BenchOptions): Promise<Measured> {
  const server = await subject.start();
  try {
    const rate = await warmUp(server, driver, warmUpMs);
    const cpuBefore = cpuOf(server.pids);
    const { report, jobsPerSecond } = await flow(server, driver, { jobs: Math.ceil((rate * loadMs) / 1000) });
    return {
      jobsPerSecond,
      postsPerSecond: (report.requests / report.tookMs) * 1000,
      cpuMs: (cpuOf(server.pids) - cpuBefore) / report.requests,
    };
  } finally {
    await server.stop();
  }
}
