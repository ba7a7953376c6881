export { executionNotFound } from './errors.ts';
export { createExecutionStore } from './execution-store.ts';
export { createExecutionWrites } from './execution-writes.ts';
export { createKeeper, type KeepExecution, type KeepRequest, type MaskExecution } from './kept.ts';
export { createLiveLogs, type LiveLog, type LiveLogs, type LiveRun } from './live-log.ts';
export type { ExecutionRecordings, InsideOfRecording, RecordedMessage } from './recorded.ts';
export { createResultCache, type CacheableTask, type ResultCache } from './result-cache.ts';
export { keepRecordings } from './settings.ts';
export type { ExecutionJobs, ExecutionRequest, StoredExecutionServices } from './services.ts';
