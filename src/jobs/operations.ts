export type { JobServices } from './operations/services.ts';
export * from './operations/read.ts';
export * from './operations/queue.ts';
export * from './operations/change.ts';
export * from './operations/control.ts';
export { batchOperation, batchOperations, type BatchServices } from './batch/operations.ts';
export { storeResultOperation } from './operations/store-result.ts';
import { changeJobOperations } from './operations/change.ts';
import { controlOperations } from './operations/control.ts';
import { queueOperations } from './operations/queue.ts';
import { readOperations } from './operations/read.ts';
import { storingOperations } from './operations/store-result.ts';
import { batchOperations } from './batch/operations.ts';

/** Every operation of the queue. Where two routes fit, the one without a parameter stands first. */
export const jobOperations = [
  ...readOperations,
  ...queueOperations,
  ...controlOperations,
  ...changeJobOperations,
  ...batchOperations,
  ...storingOperations,
] as const;

/** What requests for jobs are made of, for those who make them of other requests. */
export { DurationMs, JobRequest, TaskRef } from './job-request.ts';
export { priorityBand, priorityBands } from './job.ts';
export { jobInputTooLarge, jobNotFound, jobTaskGone, jobTaskUnavailable, jobVersionUnknown, queueFull, storageRefuses } from './errors.ts';
export { showJobOperation } from './operations/read.ts';
