export * from './errors.ts';
export * from './operations.ts';
export { Worker } from './worker.ts';
export { createWorkers, type Workers } from './workers.ts';
