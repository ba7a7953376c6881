import type { ListPage, ListRequest } from '#kernel/index.ts';
import type { Task } from '../task.ts';
import type { ValidationReport } from '../validate.ts';
import type { TestFailure } from './errors.ts';

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
  /** Since when its folder or ZIP is not there; it cannot be run then. */
  readonly missingSince: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly validatedAt: number | null;
}

/** Files of a task: path inside the task to text. */
export type TaskFilesText = Readonly<Record<string, string>>;

export interface SyncReport {
  /** Names of tasks. */
  readonly added: readonly string[];
  readonly updated: readonly string[];
  readonly removed: readonly string[];
  /** By the path below the folder that was synced. */
  readonly errors: readonly { readonly taskName: string; readonly error: string }[];
}

export interface TaskVersion {
  readonly version: string;
  readonly checksum: string;
  /** Of several contents with one version number, the one that runs. */
  readonly isCurrent: boolean;
  readonly changeDescription: string | null;
  readonly changedBy: string;
  readonly createdAt: number;
}

/** A content as it was stored. */
export interface StoredContent {
  readonly version: string;
  readonly checksum: string;
  readonly files: TaskFilesText;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly inputSchema: Readonly<Record<string, unknown>> | null;
  readonly outputSchema: Readonly<Record<string, unknown>> | null;
}

/** How the tests of a task's own went. */
export interface TestVerdict {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly TestFailure[];
}

/** What goes with every change of a task's files. */
export interface Change {
  /** A caller's name. */
  readonly by: string;
  readonly note: string | null;
  /** Store it although its tests fail. */
  readonly force: boolean;
}

export interface TaskChange extends Change {
  readonly files: TaskFilesText;
  /** Checksum of the content that was changed into these files: when another is current by now, somebody else was faster. */
  readonly base: string;
  /** Null: what the files say when that is free, else the next patch. */
  readonly version: string | null;
}

export interface ChangedTask {
  readonly task: CatalogueTask;
  /** What the version was before it was raised because the files have changed and nobody named a new one; null when it was not. */
  readonly raisedFrom: string | null;
}

/** The tasks of a server: loaded from folders, or stored in the database. */
export interface Catalogue {
  /** By numeric id, uuid or name, as text; a name that several tasks share finds the newest. */
  find(ref: string): Promise<CatalogueTask | null>;
  /**
   * A task ready to run, from memory when it was loaded before. `task.hash` is the checksum.
   * @param version null: the current one
   * @throws TASK_NOT_FOUND, TASK_VERSION_NOT_FOUND, TASK_SOURCE_GONE, TASK_INVALID
   */
  load(taskId: number, version: string | null): Promise<Task>;
  /** What ran once, by its checksum, or what is current (null); null when nothing is known of it. */
  files(taskId: number, version: string, checksum: string | null): Promise<TaskFilesText | null>;
  /** What runs of a version now. @param version null: the current one @throws TASK_NOT_FOUND, TASK_VERSION_NOT_FOUND */
  content(taskId: number, version: string | null): Promise<StoredContent>;
  list(request: ListRequest): Promise<ListPage<CatalogueTask>>;
  stats(): Promise<TaskStatistics>;
  /** Every content that was ever stored, the newest first. */
  versions(taskId: number): Promise<readonly TaskVersion[]>;
  /** Checks the files as `validate` does, runs their tests, and stores them. @throws TASK_INVALID with every problem, TASK_TESTS_FAILED, TASK_EXISTS, TASK_FILES_REFUSED */
  create(files: TaskFilesText, change: Change): Promise<CatalogueTask>;
  /**
   * Stores further files of a task of the database.
   * @throws as `create`, and TASK_READ_ONLY (it comes from a folder), TASK_VERSION_EXISTS, TASK_CHANGED
   */
  change(taskId: number, change: TaskChange): Promise<ChangedTask>;
  /** Makes an earlier version the one that runs. @param checksum one of several contents of that version; null: the current one of them */
  rollback(taskId: number, version: string, checksum: string | null): Promise<CatalogueTask>;
  /** @throws TASK_NOT_FOUND */
  setEnabled(taskId: number, enabled: boolean): Promise<CatalogueTask>;
  /** @throws TASK_NOT_FOUND */
  setMaxConcurrent(taskId: number, limit: number | null): Promise<CatalogueTask>;
  /** With all its jobs and executions. @throws TASK_NOT_FOUND, TASK_BUSY while jobs of it run, TASK_READ_ONLY while its folder is there */
  remove(taskId: number): Promise<void>;
  /** What stands in its folder now, or what is stored where there is none. @throws TASK_NOT_FOUND */
  validate(taskId: number): Promise<ValidationReport>;
  /** The same for files that are stored nowhere; runs nothing. @throws TASK_FILES_REFUSED */
  validateFiles(files: TaskFilesText): Promise<ValidationReport>;
  /**
   * Reads a folder, ZIP or collection and brings the catalogue in line with it; a broken task is reported and its last good version kept.
   * @throws TASK_NOT_FOUND when there is nothing at the path, and never was a task
   */
  sync(path: string): Promise<SyncReport>;
  /** Called after the transaction that changed a task, here or in another process. @returns a function that ends it */
  onChange(listener: (taskId: number) => void): () => void;
  close(): void;
}

export interface TaskStatistics {
  readonly total: number;
  readonly enabled: number;
  readonly disabled: number;
  readonly fromFiles: number;
  readonly fromDatabase: number;
  /** Their folders hold something that is no valid task now. */
  readonly invalid: number;
  /** Their folders are gone. */
  readonly missing: number;
  /** When this process last finished a sync; null when it never did. */
  readonly lastSync: number | null;
}
