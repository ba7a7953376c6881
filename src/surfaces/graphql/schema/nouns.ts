/** A thing with an identity, as this surface shows it: one type for all that is said of it, however much of it an answer carries. */
export interface Noun {
  /** Name of the type, which is the id of the schema lists answer with. */
  readonly type: string;
  readonly describe: string;
  /** Ids of schemas that say more of the same thing; what only they have is read when it is asked for. */
  readonly wider: readonly string[];
  /** The operation that finds many by their keys; each of `keys` is a filter of it. */
  readonly list: string;
  /** The operation that shows one with all there is. */
  readonly show: string;
  readonly keys: readonly ['id', ...'uuid'[]];
  /** What operations and filters say its number by. */
  readonly listing: string;
}

/** In this order: a name that two could have goes to the first. */
export const nouns: readonly Noun[] = [
  {
    type: 'Task',
    describe: 'A folder with code, schemas and tests that the server can run.',
    wider: ['TaskInFull', 'TaskChange', 'TaskSwitch', 'TaskNewVersion'],
    list: 'tasks.list',
    show: 'tasks.show',
    keys: ['id', 'uuid'],
    listing: 'tasks',
  },
  {
    type: 'Execution',
    describe: 'One attempt at running a task.',
    wider: ['ExecutionInFull'],
    list: 'executions.list',
    show: 'executions.show',
    keys: ['id', 'uuid'],
    listing: 'executions',
  },
  {
    type: 'Job',
    describe: 'A durable request to run a task.',
    wider: ['JobInFull', 'QueuedJob'],
    list: 'jobs.list',
    show: 'jobs.show',
    keys: ['id', 'uuid'],
    listing: 'jobs',
  },
  {
    type: 'Schedule',
    describe: 'A rule that makes jobs.',
    wider: [],
    list: 'schedules.list',
    show: 'schedules.show',
    keys: ['id', 'uuid'],
    listing: 'schedules',
  },
  {
    type: 'Worker',
    describe: 'A process that runs executions.',
    wider: [],
    list: 'workers.list',
    show: 'workers.show',
    keys: ['id'],
    listing: 'workers',
  },
  {
    type: 'Repository',
    describe: 'A source tasks come from and are refreshed from.',
    wider: [],
    list: 'repositories.list',
    show: 'repositories.show',
    keys: ['id'],
    listing: 'repositories',
  },
];

/** An edge from one thing to another. */
export interface Link {
  /** The type that has it; not only nouns, whatever has the field `from`. */
  readonly on: string;
  readonly field: string;
  readonly to: string;
  readonly describe: string;
  /** Where the number of the other thing stands: `taskId`, or `repositoryInfo.repositoryId`. Null there is null here. */
  readonly from: string;
  /** For edges to many: the filter of the other's list that takes what `from` says. */
  readonly many?: string;
}

export const links: readonly Link[] = [
  { on: 'Task', field: 'jobs', to: 'Job', from: 'id', many: 'taskId', describe: 'Jobs of the task, newest first.' },
  { on: 'Task', field: 'executions', to: 'Execution', from: 'id', many: 'taskId', describe: 'Executions of the task, newest first.' },
  { on: 'Task', field: 'schedules', to: 'Schedule', from: 'id', many: 'taskId', describe: 'Schedules that make jobs of the task.' },
  { on: 'Task', field: 'repository', to: 'Repository', from: 'repositoryInfo.repositoryId', describe: 'The source it comes from.' },
  { on: 'Job', field: 'task', to: 'Task', from: 'taskId', describe: 'The task it runs; null where it is gone.' },
  { on: 'Job', field: 'execution', to: 'Execution', from: 'executionId', describe: 'Its latest attempt.' },
  { on: 'Job', field: 'executions', to: 'Execution', from: 'id', many: 'jobId', describe: 'Its attempts, newest first.' },
  { on: 'Job', field: 'schedule', to: 'Schedule', from: 'scheduleId', describe: 'The schedule that made it.' },
  { on: 'Execution', field: 'task', to: 'Task', from: 'taskId', describe: 'The task that ran; null where it is gone.' },
  { on: 'Execution', field: 'job', to: 'Job', from: 'jobId', describe: 'The job it is an attempt of.' },
  { on: 'Schedule', field: 'task', to: 'Task', from: 'taskId', describe: 'The task of its jobs.' },
  { on: 'Schedule', field: 'jobs', to: 'Job', from: 'id', many: 'scheduleId', describe: 'Jobs it has made, newest first.' },
  { on: 'ScheduleSlot', field: 'schedule', to: 'Schedule', from: 'scheduleId', describe: 'The schedule that came due.' },
  { on: 'ScheduleSlot', field: 'job', to: 'Job', from: 'jobId', describe: 'The job it made.' },
  { on: 'ScheduleSlot', field: 'execution', to: 'Execution', from: 'executionId', describe: 'The latest attempt of its job.' },
  { on: 'Repository', field: 'tasks', to: 'Task', from: 'id', many: 'repositoryId', describe: 'Tasks that come from it.' },
  { on: 'ServerEvent', field: 'task', to: 'Task', from: 'taskId', describe: 'The task it is about.' },
  { on: 'ServerEvent', field: 'job', to: 'Job', from: 'jobId', describe: 'The job it is about.' },
  { on: 'ServerEvent', field: 'execution', to: 'Execution', from: 'executionId', describe: 'The execution it is about.' },
];
