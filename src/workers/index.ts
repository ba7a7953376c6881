export * from './errors.ts';
export * from './operations.ts';
export type { Worker } from './worker.ts';
export { createWorkers, type Workers } from './workers.ts';
