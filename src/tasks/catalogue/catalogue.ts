import type { ListPage, ListRequest } from '#kernel/index.ts';
import type { Task } from '../task.ts';
import type { ValidationReport } from '../validate.ts';

/** A task the server knows. Times in milliseconds since 1970 UTC. */
export interface CatalogueTask {
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** The version that runs when nobody names one. */
  readonly version: string;
  /** Sorted by semantic versioning, lowest first. */
  readonly availableVersions: readonly string[];
  readonly storageType: 'file' | 'database';
  readonly path: string | null;
  readonly enabled: boolean;
  readonly maxConcurrent: number | null;
  readonly inSync: boolean;
  readonly syncError: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly validatedAt: number | null;
}

/** Files of a task that is made or changed through the API: path inside the task to text. */
export type TaskFilesText = Readonly<Record<string, string>>;

export interface SyncReport {
  readonly added: readonly string[];
  readonly updated: readonly string[];
  readonly removed: readonly string[];
  readonly errors: readonly { readonly taskName: string; readonly error: string }[];
}

export interface TaskVersion {
  readonly version: string;
  readonly checksum: string;
  readonly isCurrent: boolean;
  readonly changeDescription: string | null;
  readonly changedBy: string;
  readonly createdAt: number;
}

/** The tasks of a server: loaded from folders, or stored in the database. */
export interface Catalogue {
  /** By numeric id, uuid or name, as text; a name that several tasks share finds the newest. */
  find(ref: string): Promise<CatalogueTask | null>;
  /**
   * A task ready to run, from memory when it was loaded before. `task.hash` is the checksum.
   * @param version null: the current one
   * @throws TASK_NOT_FOUND, TASK_VERSION_NOT_FOUND, TASK_INVALID
   */
  load(taskId: number, version: string | null): Promise<Task>;
  /** One that ran once, by its checksum; null when nothing is known of it. */
  files(taskId: number, version: string, checksum: string | null): Promise<TaskFilesText | null>;
  list(request: ListRequest): Promise<ListPage<CatalogueTask>>;
  stats(): Promise<{
    total: number;
    enabled: number;
    disabled: number;
    fromFiles: number;
    fromDatabase: number;
    outOfSync: number;
    lastSync: number | null;
  }>;
  versions(taskId: number): Promise<readonly TaskVersion[]>;
  /** Checks the files as `validate` does and stores them. @throws TASK_INVALID with every problem, TASK_EXISTS */
  create(files: TaskFilesText, by: string, note: string | null): Promise<CatalogueTask>;
  /**
   * Stores further files of a task of the database; a version that exists with other files is refused unless it is raised.
   * @throws TASK_INVALID, TASK_READ_ONLY (it comes from a folder), TASK_VERSION_EXISTS
   */
  change(taskId: number, files: TaskFilesText, by: string, note: string | null): Promise<CatalogueTask>;
  setEnabled(taskId: number, enabled: boolean): Promise<CatalogueTask>;
  setMaxConcurrent(taskId: number, limit: number | null): Promise<CatalogueTask>;
  /** With all its jobs and executions. @throws TASK_BUSY while jobs of it run */
  remove(taskId: number): Promise<void>;
  validate(taskId: number): Promise<ValidationReport>;
  /** Reads a folder, ZIP or collection and brings the catalogue in line with it; a broken task is reported and its last good version kept. */
  sync(path: string): Promise<SyncReport>;
  /** Called after the transaction that changed a task. @returns a function that ends it */
  onChange(listener: (taskId: number) => void): () => void;
}
