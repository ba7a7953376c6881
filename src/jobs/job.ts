import { z } from 'zod';

/** Where a job stands, as the database spells it; answers use upper case. */
export const jobStatuses = ['queued', 'processing', 'completed', 'failed', 'cancelled', 'retrying'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** Priorities by name, as the contract has them; between and beyond them any number from 0 to 1000. Higher runs first. */
export const priorityBands = { LOW: 25, NORMAL: 50, HIGH: 75, CRITICAL: 100 } as const;
export type PriorityBand = keyof typeof priorityBands;
export const highestPriority = 1_000;

/** The name nearest below a number: 60 is NORMAL, 0 is LOW. */
export function priorityBand(priority: number): PriorityBand {
  if (priority >= priorityBands.CRITICAL) return 'CRITICAL';
  if (priority >= priorityBands.HIGH) return 'HIGH';
  return priority >= priorityBands.NORMAL ? 'NORMAL' : 'LOW';
}

/** `HIGH`, `urgent` and `75` as numbers; NaN for what is no priority. */
export function priorityNumber(said: string | number): number {
  if (typeof said === 'number') return said;
  const word = said.toUpperCase();
  if (word === 'URGENT') return priorityBands.CRITICAL;
  return Object.hasOwn(priorityBands, word) ? priorityBands[word as PriorityBand] : said.trim() === '' ? NaN : Number(said);
}

/** What a job may do next. */
export const jobMoves: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  queued: ['processing', 'failed', 'cancelled'],
  processing: ['completed', 'failed', 'cancelled', 'retrying', 'queued'],
  retrying: ['processing', 'failed', 'cancelled'],
  completed: [],
  failed: ['queued'],
  cancelled: ['queued'],
};

/** How long to wait before each further attempt. */
export const RetryPolicy = z.strictObject({
  backoff: z.enum(['fixed', 'linear', 'exponential', 'fibonacci', 'decorrelated', 'list']).default('exponential'),
  delayMs: z.number().int().nonnegative().default(60_000).describe('Before the first retry'),
  maxDelayMs: z.number().int().positive().default(86_400_000),
  factor: z.number().min(1).max(10).default(2).describe('For exponential'),
  jitter: z.boolean().default(false).describe('Vary each delay by up to a fifth'),
  delaysMs: z.array(z.number().int().nonnegative()).max(100).optional().describe('For list: one per retry, the last one repeats'),
});
export type RetryPolicy = z.infer<typeof RetryPolicy>;

/** What a request may ask for beside the columns of the queue; kept as JSON. */
export const JobOptions = z.object({
  retry: RetryPolicy.optional(),
  /** Error codes and names that decide against the usual rule whether a retry makes sense. */
  retryOn: z.array(z.string()).optional(),
  noRetryOn: z.array(z.string()).optional(),
  timeoutMs: z.number().int().positive().optional(),
  memoryMb: z.number().int().positive().optional(),
  isolation: z.enum(['fresh', 'isolate', 'warm']).optional(),
  record: z.enum(['failed', 'all', 'none']).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  outputDestinations: z.array(z.unknown()).max(10).optional(),
});
export type JobOptions = z.infer<typeof JobOptions>;
