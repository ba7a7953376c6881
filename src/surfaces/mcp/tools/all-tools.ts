import type { DefinedTool } from './define-tool.ts';
import { documentationTools } from './documentation/documentation-tools.ts';
import { analyzeError } from './executions/analyze-error.ts';
import { batchExecute } from './executions/batch-execute.ts';
import { executeTask } from './executions/execute-task.ts';
import { executionLogs } from './executions/execution-logs.ts';
import { executionStatus } from './executions/execution-status.ts';
import { executionTrace } from './executions/execution-trace.ts';
import { getRecording } from './executions/get-recording.ts';
import { getResults } from './executions/get-results.ts';
import { listExecutions } from './executions/list-executions.ts';
import { storeResult } from './executions/store-result.ts';
import { controlJob } from './jobs/control-job.ts';
import { enqueueJob } from './jobs/enqueue-job.ts';
import { explainJob } from './jobs/explain-job.ts';
import { listJobs } from './jobs/list-jobs.ts';
import { listSchedules } from './jobs/list-schedules.ts';
import { discoverTasks } from './registry/discover-tasks.ts';
import { registryHealth } from './registry/registry-health.ts';
import { syncRegistry } from './registry/sync-registry.ts';
import { createTask } from './tasks/create-task.ts';
import { createTaskDetails } from './tasks/task-details.ts';
import { createTaskVersion } from './tasks/create-version.ts';
import { debugTask } from './tasks/debug-task.ts';
import { deleteTask } from './tasks/delete-task.ts';
import { editTask } from './tasks/edit-task.ts';
import { exportTasks } from './tasks/export-tasks.ts';
import { generateFromTemplate } from './tasks/generate-from-template.ts';
import { importTasks } from './tasks/import-tasks.ts';
import { listTasks } from './tasks/list-tasks.ts';
import { listTemplates } from './tasks/list-templates.ts';
import { manageVersions } from './tasks/manage-versions.ts';
import { runTaskTests } from './tasks/run-tests.ts';
import { searchTasks } from './tasks/search-tasks.ts';
import { validateTask } from './tasks/validate-task.ts';

/** The tools of the server, those first that an agent needs first. */
export function allTools(): readonly DefinedTool[] {
  const details = createTaskDetails();
  return [
    searchTasks(details),
    executeTask,
    batchExecute,
    analyzeError,
    listTasks(details),
    createTask,
    editTask,
    validateTask,
    runTaskTests,
    debugTask,
    createTaskVersion,
    manageVersions,
    listTemplates,
    generateFromTemplate,
    exportTasks,
    importTasks,
    deleteTask,
    executionStatus,
    executionLogs,
    executionTrace,
    getRecording,
    listExecutions,
    getResults,
    storeResult,
    enqueueJob,
    explainJob,
    controlJob,
    listJobs,
    listSchedules,
    discoverTasks,
    syncRegistry,
    registryHealth,
    ...documentationTools,
  ];
}
