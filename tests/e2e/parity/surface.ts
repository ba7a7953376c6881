/** The files of a task, by their paths. */
export type TaskFiles = Readonly<Record<string, string>>;

export interface SeenJob {
  readonly status: string;
  /** Number of its latest attempt; null before the first. */
  readonly executionId: string | null;
  readonly errorCode: string | null;
}

/** What was told of an execution by following its log to the end. */
export interface Watched {
  readonly messages: readonly string[];
  readonly status: string;
}

/** What the scenario asks of a server, in the words of one surface. Ids are those that the surface answered with. */
export interface Surface {
  createTask(files: TaskFiles): Promise<string>;
  run(task: string, input: unknown): Promise<{ readonly status: string; readonly output: unknown }>;
  enqueue(task: string, input: unknown): Promise<string>;
  job(id: string): Promise<SeenJob>;
  watch(execution: string): Promise<Watched>;
  newVersion(task: string, files: TaskFiles, why: string): Promise<string>;
  versions(task: string): Promise<readonly string[]>;
  retry(job: string): Promise<void>;
  schedule(name: string, task: string, input: unknown): Promise<string>;
  disable(schedule: string): Promise<void>;
  trigger(schedule: string, input: unknown): Promise<string>;
  deleteJob(id: string): Promise<void>;
  deleteSchedule(id: string): Promise<void>;
  deleteTask(id: string): Promise<void>;
}

/** How every job of the scenario is asked for, beside its task and input. */
export const jobOptions = { priority: 'HIGH', maxRetries: 0, metadata: { asked: 'by a test', nested: { list: [1, null, 'ü'] } } } as const;

/** When the schedule of the scenario comes due: never while a test runs. */
export const cron = '0 0 1 1 *';
