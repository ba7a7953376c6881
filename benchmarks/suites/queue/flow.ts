import { setTimeout as sleep } from 'node:timers/promises';
import { posting, type LoadDriver, type LoadReport } from '../../load.ts';
import type { JobServer } from '../../subjects/job-server.ts';

/** How many clients post at once where the rate is to be as high as it goes. */
export const clients = 64;
/** Between two looks at how many jobs have finished: rarely, because looking costs the server something. */
const lookEveryMs = 100;
/** Without a job that finishes. */
const patienceMs = 30_000;

export interface Flow {
  readonly report: LoadReport;
  /** From the first post to the last stored result, by the server's own stamp. */
  readonly tookMs: number;
  readonly jobsPerSecond: number;
}

export interface FlowOptions {
  /** Null: as fast as the server takes them. */
  readonly perSecond?: number | null;
  readonly jobs?: number;
  readonly forMs?: number;
}

/** Posts jobs and waits until all have finished. @throws when one fails or is refused */
export async function flow(
  server: JobServer,
  driver: LoadDriver,
  { perSecond = null, jobs = Number.POSITIVE_INFINITY, forMs = Number.POSITIVE_INFINITY }: FlowOptions,
): Promise<Flow> {
  const before = (await server.progress()).finished;
  const report = await driver.send({ ...posting(server.url, server.post), connections: clients, perSecond, requests: jobs, forMs });
  await untilFinished(server, before + report.requests);
  const tookMs = (await server.lastFinishedAt()) - report.startedAt;
  return { report, tookMs, jobsPerSecond: (report.requests / tookMs) * 1000 };
}

/** Runs jobs for a while, so that every process has compiled what it needs and has its connections. @returns a first guess at the rate, per second */
export async function warmUp(server: JobServer, driver: LoadDriver, forMs: number): Promise<number> {
  await flow(server, driver, { jobs: clients });
  return (await flow(server, driver, { forMs })).jobsPerSecond;
}

async function untilFinished(server: JobServer, wanted: number): Promise<void> {
  let finished = -1;
  for (let sinceMs = performance.now(); ;) {
    const progress = await server.progress();
    if (progress.failed > 0) throw new Error(`${progress.failed} jobs failed`);
    if (progress.finished >= wanted) return;
    const now = performance.now();
    if (progress.finished !== finished) sinceMs = now;
    else if (now - sinceMs > patienceMs)
      throw new Error(`${progress.finished} of ${wanted} jobs have finished, and none in the last ${patienceMs} ms`);
    finished = progress.finished;
    await sleep(lookEveryMs);
  }
}
