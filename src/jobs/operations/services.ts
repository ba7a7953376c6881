import type { Failure } from '#executions/index.ts';
import { z } from 'zod';
import type { Jobs } from '../jobs.ts';

/** What an execution came to, for those who wait for it. */
export interface JobResult {
  /** JSON text. */
  readonly output: string | null;
  readonly error: Failure | null;
}

/** What the operations of the queue lean on. */
export interface JobServices {
  readonly jobs: Jobs;
  readonly resultOf: (executionId: number) => Promise<JobResult | null>;
}

export const JobRef = z.string().min(1).max(100).describe('Number or uuid of the job');
export const Done = z.object({ count: z.number().int(), message: z.string() });
