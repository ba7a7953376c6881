export type { JobServices } from './operations/services.ts';
export * from './operations/read.ts';
export * from './operations/queue.ts';
export * from './operations/change.ts';
export * from './operations/control.ts';
import { changeJobOperations } from './operations/change.ts';
import { controlOperations } from './operations/control.ts';
import { queueOperations } from './operations/queue.ts';
import { readOperations } from './operations/read.ts';

/** Every operation of the queue. Where two routes fit, the one without a parameter stands first. */
export const jobOperations = [...readOperations, ...queueOperations, ...controlOperations, ...changeJobOperations] as const;

/** What requests for jobs are made of, for those who make them of other requests. */
export { DurationMs, JobRequest, TaskRef } from './job-request.ts';
export { priorityBand, priorityBands } from './job.ts';
export { jobInputTooLarge, jobTaskGone, jobTaskUnavailable, jobVersionUnknown, queueFull, storageRefuses } from './errors.ts';
