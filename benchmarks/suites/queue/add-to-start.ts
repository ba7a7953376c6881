import { startLoadDriver, type LoadDriver } from '../../load.ts';
import type { BenchOptions } from '../../options.ts';
import { median, percentile, rounded } from '../../percentiles.ts';
import type { JobSubject, JobTimes } from '../../subjects/job-server.ts';
import type { Skip } from '../../subjects/subject.ts';
import type { EndToEndFigures } from './end-to-end.ts';
import { flow, warmUp } from './flow.ts';
import { inTurn } from './in-turn.ts';
import { subjectsHere } from './subjects.ts';

/** A job each 100 ms leaves every server at rest in between. */
const idlePerSecond = 10;

/** Milliseconds, by stamps that the servers store in whole ones. */
export interface Waits {
  /** From when a job was queued to when its run began. */
  readonly startP50Ms: number;
  readonly startP99Ms: number;
  /** From when it was queued to its stored result. */
  readonly finishP50Ms: number;
  readonly finishP99Ms: number;
}

export interface AddToStartFigures {
  readonly subjects: readonly {
    readonly subject: string;
    readonly storage: string;
    readonly idle: Waits;
    /** Jobs per second of `half`. */
    readonly halfPerSecond: number;
    readonly half: Waits;
  }[];
}

/** How long a job waits for its start: one each 100 ms, and at half the rate that the subject reached end to end. */
export async function measureAddToStart(
  options: BenchOptions,
  endToEnd: EndToEndFigures,
  skipped: Skip[],
  say: (line: string) => void,
): Promise<AddToStartFigures> {
  const rates = new Map(endToEnd.subjects.map((known) => [`${known.subject} ${known.storage}`, known.jobsPerSecond]));
  const rateOf = ({ name, storage }: JobSubject) => rates.get(`${name} ${storage}`) ?? 0;
  const subjects = (await subjectsHere(skipped)).filter((subject) => rateOf(subject) > 0);
  const driver = startLoadDriver();
  try {
    const measured = await inTurn(subjects, options.serverRounds, say, (subject) => measure(subject, driver, rateOf(subject) / 2, options));
    return {
      subjects: subjects.map((subject) => ({
        subject: subject.name,
        storage: subject.storage,
        idle: medians(measured.get(subject)!.map(({ idle }) => idle)),
        halfPerSecond: rounded(rateOf(subject) / 2),
        half: medians(measured.get(subject)!.map(({ half }) => half)),
      })),
    };
  } finally {
    driver.close();
  }
}

async function measure(subject: JobSubject, driver: LoadDriver, perSecond: number, { warmUpMs, loadMs }: BenchOptions) {
  const server = await subject.start();
  try {
    await warmUp(server, driver, warmUpMs);
    const half = await flow(server, driver, { perSecond, forMs: loadMs });
    const halfTimes = await server.times(half.report.requests);
    // Twice as long: at ten a second there are few jobs, and a percentile wants some.
    const idle = await flow(server, driver, { perSecond: idlePerSecond, forMs: loadMs * 2 });
    return { half: waitsOf(halfTimes), idle: waitsOf(await server.times(idle.report.requests)) };
  } finally {
    await server.stop();
  }
}

function waitsOf(times: readonly JobTimes[]): Waits {
  const start = times.map(({ queuedAt, startedAt }) => startedAt - queuedAt);
  const finish = times.map(({ queuedAt, finishedAt }) => finishedAt - queuedAt);
  return {
    startP50Ms: percentile(start, 0.5),
    startP99Ms: percentile(start, 0.99),
    finishP50Ms: percentile(finish, 0.5),
    finishP99Ms: percentile(finish, 0.99),
  };
}

function medians(rounds: readonly Waits[]): Waits {
  const of = (read: (waits: Waits) => number) => rounded(median(rounds.map(read)));
  return {
    startP50Ms: of((w) => w.startP50Ms),
    startP99Ms: of((w) => w.startP99Ms),
    finishP50Ms: of((w) => w.finishP50Ms),
    finishP99Ms: of((w) => w.finishP99Ms),
  };
}
