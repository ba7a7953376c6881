import { startLoadDriver, type LoadDriver } from '../../load.ts';
import type { BenchOptions } from '../../options.ts';
import { median, percentile, rounded } from '../../percentiles.ts';
import type { JobSubject } from '../../subjects/job-server.ts';
import type { Skip } from '../../subjects/subject.ts';
import type { EndToEndFigures } from './end-to-end.ts';
import { flow, warmUp } from './flow.ts';
import { inTurn } from './in-turn.ts';
import { subjectsHere } from './subjects.ts';

export interface LoadedLatencyFigures {
  /** Jobs per second that came, whether they were done or not: what BullMQ reached end to end. */
  readonly perSecond: number;
  readonly subjects: readonly {
    readonly subject: string;
    readonly storage: string;
    /** From when a job was queued to its stored result, by the server's own stamps. */
    readonly p50Ms: number;
    readonly p99Ms: number;
    /** From when a job was due to be posted to the answer. */
    readonly postP50Ms: number;
    readonly postP99Ms: number;
  }[];
}

/** How long jobs take when as many come as BullMQ's sandboxed processor can do at most. */
export async function measureLoadedLatency(
  options: BenchOptions,
  endToEnd: EndToEndFigures,
  skipped: Skip[],
  say: (line: string) => void,
): Promise<LoadedLatencyFigures> {
  const [fastest] = endToEnd.subjects
    .filter(({ kind, storage }) => kind === 'bullmq' && storage.endsWith('everysec'))
    .toSorted((a, b) => b.jobsPerSecond - a.jobsPerSecond);
  if (fastest === undefined) throw new Error('the rate is that of BullMQ, which was not measured');
  const here = await subjectsHere(skipped);
  const subjects = here.filter(
    ({ name, kind, storage }) => kind === 'ratchet' || (name === fastest.subject && storage === fastest.storage),
  );
  const driver = startLoadDriver();
  try {
    const measured = await inTurn(subjects, options.serverRounds, say, (subject) =>
      measure(subject, driver, fastest.jobsPerSecond, options),
    );
    return {
      perSecond: fastest.jobsPerSecond,
      subjects: subjects.map((subject) => {
        const of = (read: (one: Latencies) => number) => rounded(median(measured.get(subject)!.map(read)));
        return {
          subject: subject.name,
          storage: subject.storage,
          p50Ms: of(({ p50Ms }) => p50Ms),
          p99Ms: of(({ p99Ms }) => p99Ms),
          postP50Ms: of(({ postP50Ms }) => postP50Ms),
          postP99Ms: of(({ postP99Ms }) => postP99Ms),
        };
      }),
    };
  } finally {
    driver.close();
  }
}

interface Latencies {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly postP50Ms: number;
  readonly postP99Ms: number;
}

async function measure(subject: JobSubject, driver: LoadDriver, perSecond: number, { warmUpMs, loadMs }: BenchOptions): Promise<Latencies> {
  const server = await subject.start();
  try {
    await warmUp(server, driver, warmUpMs);
    const { report } = await flow(server, driver, { perSecond, forMs: loadMs });
    const took = (await server.times(report.requests)).map(({ queuedAt, finishedAt }) => finishedAt - queuedAt);
    return { p50Ms: percentile(took, 0.5), p99Ms: percentile(took, 0.99), postP50Ms: report.p50Ms, postP99Ms: report.p99Ms };
  } finally {
    await server.stop();
  }
}
