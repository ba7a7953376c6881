/** How a value is shown to people. */
export type CellKind = 'text' | 'state' | 'time' | 'duration' | 'share' | 'flag';

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
  versions: [
    { field: 'version', title: 'VERSION' },
    { field: 'isCurrent', title: 'RUNS', kind: 'flag' },
    { field: 'createdAt', title: 'STORED', kind: 'time' },
    { field: 'changedBy', title: 'BY' },
    { field: 'checksum', title: 'CHECKSUM', isFlexible: true },
    { field: 'changeDescription', title: 'WHY', isFlexible: true },
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
