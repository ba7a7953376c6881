/** How a value is shown to people. */
export type CellKind = 'text' | 'state' | 'time' | 'duration' | 'seconds' | 'share' | 'flag' | 'standing';

export interface Column {
  /** Where the value stands in an item: `task.name` for one inside another. */
  readonly field: string;
  readonly title: string;
  readonly kind?: CellKind;
  /** Takes what room is left, and is cut first. */
  readonly isFlexible?: boolean;
}

/** Columns of the list of each noun, most telling first: a narrow terminal shows fewer. Fields that an answer lacks are left out. */
export const columnsOf: Readonly<Record<string, readonly Column[]>> = {
  jobs: [
    { field: 'id', title: 'ID' },
    { field: 'status', title: 'STATUS', kind: 'state' },
    { field: 'taskName', title: 'TASK', isFlexible: true },
    { field: 'priority', title: 'PRIORITY' },
    { field: 'queuedAt', title: 'QUEUED', kind: 'time' },
    { field: 'hold', title: 'HELD' },
    { field: 'attempts', title: 'ATTEMPTS' },
    { field: 'errorMessage', title: 'ERROR', isFlexible: true },
  ],
  executions: [
    { field: 'id', title: 'ID' },
    { field: 'status', title: 'STATUS', kind: 'state' },
    { field: 'taskName', title: 'TASK', isFlexible: true },
    { field: 'taskVersion', title: 'VERSION' },
    { field: 'attempt', title: 'ATTEMPT' },
    { field: 'queuedAt', title: 'QUEUED', kind: 'time' },
    { field: 'durationMs', title: 'TOOK', kind: 'duration' },
    { field: 'progress', title: 'PROGRESS', kind: 'share' },
    { field: 'errorMessage', title: 'ERROR', isFlexible: true },
  ],
  tasks: [
    { field: 'id', title: 'ID' },
    { field: 'name', title: 'NAME', isFlexible: true },
    { field: 'version', title: 'VERSION' },
    { field: 'enabled', title: 'ENABLED', kind: 'flag' },
    { field: 'storageType', title: 'FROM' },
    { field: 'updatedAt', title: 'CHANGED', kind: 'time' },
    { field: 'description', title: 'DESCRIPTION', isFlexible: true },
  ],
  backups: [
    { field: 'name', title: 'NAME', isFlexible: true },
    { field: 'state', title: 'STATE', kind: 'state' },
    { field: 'kind', title: 'KIND' },
    { field: 'bytes', title: 'BYTES' },
    { field: 'createdAt', title: 'MADE', kind: 'time' },
    { field: 'createdBy', title: 'BY' },
    { field: 'isStaged', title: 'TO BE RESTORED', kind: 'flag' },
    { field: 'problem', title: 'PROBLEM', isFlexible: true },
  ],
  versions: [
    { field: 'version', title: 'VERSION' },
    { field: 'isCurrent', title: 'RUNS', kind: 'flag' },
    { field: 'createdAt', title: 'STORED', kind: 'time' },
    { field: 'changedBy', title: 'BY' },
    { field: 'checksum', title: 'CHECKSUM', isFlexible: true },
    { field: 'changeDescription', title: 'WHY', isFlexible: true },
  ],
  schedules: [
    { field: 'id', title: 'ID' },
    { field: 'name', title: 'NAME', isFlexible: true },
    { field: 'taskName', title: 'TASK', isFlexible: true },
    { field: 'enabled', title: 'ENABLED', kind: 'flag' },
    { field: 'nextRun', title: 'NEXT', kind: 'time' },
    { field: 'lastRun', title: 'LAST', kind: 'time' },
    { field: 'ruleText', title: 'WHEN', isFlexible: true },
  ],
  slots: [
    { field: 'slotAt', title: 'SLOT' },
    { field: 'outcome', title: 'OUTCOME', kind: 'state' },
    { field: 'reason', title: 'WHY' },
    { field: 'jobId', title: 'JOB' },
    { field: 'jobStatus', title: 'STATUS', kind: 'state' },
    { field: 'executionId', title: 'EXECUTION' },
    { field: 'startedAt', title: 'BEGAN', kind: 'time' },
  ],
  repositories: [
    { field: 'id', title: 'ID' },
    { field: 'name', title: 'NAME', isFlexible: true },
    { field: 'repositoryType', title: 'KIND' },
    { field: 'syncStatus', title: 'STATUS', kind: 'state' },
    { field: 'taskCount', title: 'TASKS' },
    { field: 'lastSyncAt', title: 'SYNCED', kind: 'time' },
    { field: 'uri', title: 'FROM', isFlexible: true },
    { field: 'syncError', title: 'ERROR', isFlexible: true },
  ],
  modified: [
    { field: 'taskId', title: 'ID' },
    { field: 'taskName', title: 'NAME', isFlexible: true },
    { field: 'version', title: 'VERSION' },
    { field: 'syncStatus', title: 'STATUS', kind: 'state' },
    { field: 'repositoryName', title: 'SOURCE', isFlexible: true },
    { field: 'repositoryPath', title: 'PATH', isFlexible: true },
    { field: 'updatedAt', title: 'CHANGED', kind: 'time' },
  ],
  logs: [
    { field: 'at', title: 'AT' },
    { field: 'executionId', title: 'EXECUTION' },
    { field: 'taskName', title: 'TASK' },
    { field: 'level', title: 'LEVEL', kind: 'state' },
    { field: 'message', title: 'MESSAGE', isFlexible: true },
  ],
  patterns: [
    { field: 'id', title: 'ID' },
    { field: 'name', title: 'NAME', isFlexible: true },
    { field: 'category', title: 'CATEGORY' },
    { field: 'severity', title: 'SEVERITY', kind: 'state' },
    { field: 'origin', title: 'FROM' },
  ],
  workers: [
    { field: 'id', title: 'ID' },
    { field: 'status', title: 'STATUS', kind: 'state' },
    { field: 'health', title: 'HEALTH', kind: 'state' },
    { field: 'pid', title: 'PID' },
    { field: 'taskCount', title: 'EXECUTIONS' },
    { field: 'memoryUsageMb', title: 'MB' },
    { field: 'cpuUsagePercent', title: 'CPU %' },
    { field: 'currentTask', title: 'RUNS', isFlexible: true },
  ],
};

/** The same in the console, whose lists have always begun with these. */
export const consoleColumnsOf: Readonly<Record<string, readonly Column[]>> = {
  jobs: [
    { field: 'id', title: 'ID' },
    { field: 'taskName', title: 'TASK', isFlexible: true },
    { field: 'priority', title: 'PRIORITY' },
    { field: 'status', title: 'STATUS', kind: 'state' },
    { field: 'queuedAt', title: 'QUEUED', kind: 'time' },
    { field: 'hold', title: 'HELD' },
    { field: 'attempts', title: 'ATTEMPTS' },
    { field: 'errorMessage', title: 'ERROR', isFlexible: true },
  ],
  executions: [
    { field: 'id', title: 'ID' },
    { field: 'taskName', title: 'TASK', isFlexible: true },
    { field: 'status', title: 'STATUS', kind: 'state' },
    { field: 'startedAt', title: 'STARTED', kind: 'time' },
    { field: 'durationMs', title: 'DURATION', kind: 'duration' },
    { field: 'progress', title: 'PROGRESS', kind: 'share' },
    { field: 'taskVersion', title: 'VERSION' },
    { field: 'attempt', title: 'ATTEMPT' },
    { field: 'errorMessage', title: 'ERROR', isFlexible: true },
  ],
  tasks: [
    { field: 'id', title: 'ID' },
    { field: 'name', title: 'NAME', isFlexible: true },
    { field: 'version', title: 'VERSION' },
    { field: 'description', title: 'DESCRIPTION', isFlexible: true },
    { field: 'enabled', title: 'STATUS', kind: 'standing' },
    { field: 'storageType', title: 'FROM' },
    { field: 'updatedAt', title: 'CHANGED', kind: 'time' },
  ],
  repositories: [
    { field: 'name', title: 'NAME', isFlexible: true },
    { field: 'repositoryType', title: 'TYPE' },
    { field: 'uri', title: 'URL', isFlexible: true },
    { field: 'syncStatus', title: 'STATUS', kind: 'state' },
    { field: 'id', title: 'ID' },
    { field: 'taskCount', title: 'TASKS' },
    { field: 'lastSyncAt', title: 'SYNCED', kind: 'time' },
    { field: 'syncError', title: 'ERROR', isFlexible: true },
  ],
  repositoryStatus: [
    { field: 'name', title: 'REPOSITORY', isFlexible: true },
    { field: 'taskCount', title: 'TASKS' },
    { field: 'lastSyncAt', title: 'LAST SYNC', kind: 'time' },
    { field: 'syncStatus', title: 'STATUS', kind: 'state' },
    { field: 'syncError', title: 'ERROR', isFlexible: true },
  ],
  workers: [
    { field: 'id', title: 'ID' },
    { field: 'status', title: 'STATUS', kind: 'state' },
    { field: 'taskCount', title: 'TASKS' },
    { field: 'uptimeSeconds', title: 'UPTIME', kind: 'seconds' },
    { field: 'memoryUsageMb', title: 'MEMORY' },
    { field: 'cpuUsagePercent', title: 'CPU %' },
    { field: 'health', title: 'HEALTH', kind: 'state' },
    { field: 'pid', title: 'PID' },
    { field: 'currentTask', title: 'RUNS', isFlexible: true },
  ],
};
