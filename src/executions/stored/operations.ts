import { cancelExecution, createExecution, removeExecution, retryExecution, runTask, updateExecution } from './change-operations.ts';
import { followExecutionLog } from './follow-log.ts';
import { executionLogs, executionStats, listExecutions, showExecution } from './read-operations.ts';
import { executionRecording, executionTrace } from './recording-operations.ts';

export * from './change-operations.ts';
export { followExecutionLog } from './follow-log.ts';
export { executionNotFound } from './errors.ts';
export { levelsFrom, LogLevel } from './log-level.ts';
export { ExecutionId, executionLogs, executionStats, listExecutions, showExecution } from './read-operations.ts';
export { executionRecording, executionTrace } from './recording-operations.ts';

/** Everything that can be asked about stored executions. */
export const storedExecutionOperations = [
  listExecutions,
  executionStats,
  showExecution,
  executionLogs,
  executionTrace,
  executionRecording,
  createExecution,
  updateExecution,
  removeExecution,
  cancelExecution,
  retryExecution,
  runTask,
] as const;

export const storedExecutionStreams = [followExecutionLog] as const;
