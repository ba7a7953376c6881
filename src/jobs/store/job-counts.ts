import type { CountChanges } from '#executions/index.ts';
import { addToRowCounts, rowCounts, type Queries } from '#storage/index.ts';
import { jobStatuses, type JobStatus } from '../job.ts';

/** By how many the jobs of a status become more, or fewer, in one transaction. */
export class StatusChanges {
  /** Executions add theirs. */
  readonly counts: CountChanges = {};

  add(status: JobStatus, by = 1): void {
    this.counts[`jobs.${status}`] = this.get(status) + by;
  }

  move(from: JobStatus, to: JobStatus): void {
    this.add(from, -1);
    this.add(to, 1);
  }

  get(status: JobStatus): number {
    return this.counts[`jobs.${status}`] ?? 0;
  }

  /** To be called once, last. */
  async write(queries: Queries, random: () => number): Promise<void> {
    await addToRowCounts(queries, this.counts, random);
  }
}

export async function jobCounts(queries: Queries): Promise<Record<JobStatus, number>> {
  const counts = await rowCounts(queries);
  return Object.fromEntries(jobStatuses.map((status) => [status, counts.get(`jobs.${status}`) ?? 0])) as Record<JobStatus, number>;
}
