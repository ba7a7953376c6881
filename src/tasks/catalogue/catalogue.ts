import type { ListPage, ListRequest } from '#kernel/index.ts';
import type { TaskPaths } from '../files/find-task-paths.ts';
import type { Task } from '../task.ts';
import type { ValidationReport } from '../validate.ts';
import type { TestFailure } from './errors.ts';
import type { Candidate } from './transfer/import-candidate.ts';
import type { ImportedTask, ImportWishes } from './transfer/import-task.ts';

/** Where the version of a task that runs came from. */
export interface TaskSource {
  /** Number of the source. */
  readonly id: number;
  readonly name: string;
  readonly kind: 'filesystem' | 'git' | 'http';
  readonly uri: string;
  /** Branch, tag or commit that was asked for; null: the default one. */
  readonly ref: string | null;
  readonly subdirectory: string | null;
  /** What the source was synced at last: a commit, an ETag or a hash. */
  readonly revision: string | null;
  /** Inside the source, with forward slashes; `.` for the source itself. */
  readonly path: string;
  /** Whether a changed task may be committed to it, and whether that happens by itself. */
  readonly canPush: boolean;
  readonly autoPush: boolean;
}

/** A task the server knows. Times in milliseconds since 1970 UTC. */
export interface CatalogueTask {
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** The version that runs when nobody names one. */
  readonly version: string;
  /** Those that jobs may name, sorted by semantic versioning, lowest first. */
  readonly availableVersions: readonly string[];
  /** Those that are there and switched off. */
  readonly disabledVersions: readonly string[];
  /** Those that nothing runs until somebody has approved of what they may reach; also among the two above. */
  readonly unapprovedVersions: readonly string[];
  /** Whether the version that runs asks to be a tool of its own for MCP clients. */
  readonly isTool: boolean;
  readonly storageType: 'file' | 'database';
  /** Where it stands, for people: a path of this machine, or an address with the path inside; null: in the database. */
  readonly path: string | null;
  /** Null for what is stored in the database and belongs to no source. */
  readonly source: TaskSource | null;
  /** Whether what is stored is what the source holds; `local` has no source. */
  readonly syncStatus: 'synced' | 'modified' | 'conflict' | 'pending_push' | 'local';
  readonly needsPush: boolean;
  readonly lastSyncedAt: number | null;
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

export interface SyncRequest {
  /** Number of the source. */
  readonly sourceId: number;
  /** Folder or ZIP that holds what the source holds now. */
  readonly root: string;
  /** Commit, ETag or hash of what stands there; null where it has none. */
  readonly revision: string | null;
  /** The tasks to take, where not all that are found. @throws what the system says where there is nothing at the root */
  readonly find?: (root: string) => TaskPaths | Promise<TaskPaths>;
  /**
   * Who, in words, when another source is still in use and holds a task at a path: then that one keeps it. Null: nobody any more. Every other
   * source does, unless given.
   */
  readonly heldBy?: (sourceId: number, path: string) => string | null;
}

export interface SyncReport {
  /** Names of tasks. */
  readonly added: readonly string[];
  readonly updated: readonly string[];
  readonly removed: readonly string[];
  /** By the path inside the source. */
  readonly errors: readonly { readonly taskName: string; readonly error: string }[];
  /** How many tasks stand in the source now. */
  readonly taskCount: number;
  /** SHA-256 over the paths and contents of all tasks that were found, 64 hex digits. */
  readonly checksum: string;
}

export interface TaskVersion {
  readonly version: string;
  readonly checksum: string;
  /** Of several contents with one version number, the one that runs. */
  readonly isCurrent: boolean;
  /** Whether jobs may run the version. */
  readonly enabled: boolean;
  /** Of the current content: `replaced` when its folder holds another version by now, `gone` when its folder is gone. */
  readonly standing: 'standing' | 'replaced' | 'gone';
  /** Where it was read; null for what was stored through the server. */
  readonly repositoryId: number | null;
  readonly path: string | null;
  /** Commit, ETag or hash of the source it was first read from. */
  readonly sourceRevision: string | null;
  readonly changeDescription: string | null;
  readonly changedBy: string;
  readonly createdAt: number;
  /** Whether its author says that it breaks those who use the version before. */
  readonly isBreaking: boolean;
  /** Hosts it may reach and the version before could not; null where that was not compared. */
  readonly networkGrowth: readonly string[] | null;
  readonly needsApproval: boolean;
  readonly approvedBy: string | null;
  readonly approvedAt: number | null;
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
  /** Whether it becomes the version that runs; null: when it is the latest, or the one that runs. */
  readonly isActive?: boolean | null;
  readonly isBreaking?: boolean;
  /** Refuse a version that is not higher than all others. */
  readonly mustBeHigher?: boolean;
}

export interface ChangedTask {
  readonly task: CatalogueTask;
  /** The one that was stored; that of the content that was there where nothing has changed. */
  readonly version: string;
  /** What the version was before it was raised because the files have changed and nobody named a new one; null when it was not. */
  readonly raisedFrom: string | null;
}

/** What is to be committed of a task to its source. */
export interface PendingChange {
  readonly version: string;
  readonly checksum: string;
  readonly files: TaskFilesText;
  /** What the source held when the change was begun; null: nothing is known of it. */
  readonly base: TaskFilesText | null;
  readonly changedBy: string;
  readonly note: string | null;
}

/** A content that was committed. */
export interface PushedChange {
  readonly version: string;
  readonly checksum: string;
  /** Null where the source held it already. */
  readonly commit: string | null;
  /** False: on a branch of its own, from where the source has to get it first. */
  readonly isInSource: boolean;
}

/** The tasks of a server: loaded from folders, or stored in the database. */
export interface Catalogue {
  /** By numeric id, uuid or name, as text; a name that several tasks share finds the newest. */
  find(ref: string): Promise<CatalogueTask | null>;
  /**
   * A task ready to run, from memory when it was loaded before. `task.hash` is the checksum.
   * @param version null: the current one
   * @throws TASK_NOT_FOUND, TASK_VERSION_NOT_FOUND, TASK_VERSION_DISABLED, TASK_NEEDS_APPROVAL, TASK_SOURCE_GONE, TASK_INVALID
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
  /** Stores a task that was exported elsewhere, with its versions, or nothing of it. @throws as `create`, and TASK_READ_ONLY */
  import(candidate: Candidate, wishes: ImportWishes): Promise<ImportedTask>;
  /**
   * Stores further files of a task of the database, or of a Git source that takes commits.
   * @throws as `create`, and TASK_READ_ONLY (it comes from elsewhere), TASK_VERSION_EXISTS, TASK_VERSION_NOT_HIGHER, TASK_CHANGED
   */
  change(taskId: number, change: TaskChange): Promise<ChangedTask>;
  /** Makes an earlier version the one that runs. @param checksum one of several contents of that version; null: the current one of them */
  rollback(taskId: number, version: string, checksum: string | null): Promise<CatalogueTask>;
  /** @throws TASK_NOT_FOUND */
  setEnabled(taskId: number, enabled: boolean): Promise<CatalogueTask>;
  /** Lets jobs run a version, or keeps them from it. @throws TASK_NOT_FOUND, TASK_VERSION_NOT_FOUND */
  setVersionEnabled(taskId: number, version: string, enabled: boolean): Promise<CatalogueTask>;
  /**
   * Lets a version run that waits for an approval.
   * @param approval checksum: of the content that was looked at; null: whatever is current
   * @throws TASK_NOT_FOUND, TASK_VERSION_NOT_FOUND, TASK_CHANGED
   */
  approve(
    taskId: number,
    approval: { readonly version: string; readonly checksum: string | null; readonly by: string },
  ): Promise<CatalogueTask>;
  /**
   * Says to which source a task belongs, and where in it: what is stored is to be committed there. Null: to none any more; what is stored stays.
   * @throws TASK_NOT_FOUND, TASK_READ_ONLY (it stands in another source)
   */
  assign(taskId: number, place: { readonly repositoryId: number; readonly path: string } | null): Promise<CatalogueTask>;
  /** What is to be committed of a task; what is committed already where nothing is to be. @throws TASK_NOT_FOUND */
  pending(taskId: number): Promise<PendingChange>;
  /** Tasks that hold something their source does not. @param sourceId null: of every source */
  changed(sourceId: number | null): Promise<readonly CatalogueTask[]>;
  /** Says that a content was committed. @throws TASK_NOT_FOUND */
  pushed(taskId: number, pushed: PushedChange): Promise<CatalogueTask>;
  /** Gives up what was changed here; the next sync brings what the source holds. @param isGone the source holds nothing of it any more */
  giveUp(taskId: number, isGone: boolean): Promise<void>;
  /** @throws TASK_NOT_FOUND */
  setMaxConcurrent(taskId: number, limit: number | null): Promise<CatalogueTask>;
  /** With all its jobs and executions. @throws TASK_NOT_FOUND, TASK_BUSY while jobs of it run, TASK_READ_ONLY while its folder is there */
  remove(taskId: number): Promise<void>;
  /** What stands in its folder now, or what is stored where there is none. @throws TASK_NOT_FOUND */
  validate(taskId: number): Promise<ValidationReport>;
  /** The same for files that are stored nowhere; runs nothing. @throws TASK_FILES_REFUSED */
  validateFiles(files: TaskFilesText): Promise<ValidationReport>;
  /**
   * Brings the catalogue in line with what a source holds; a broken task is reported and its last good version kept.
   * @throws TASK_NOT_FOUND when there is nothing at the root
   */
  sync(request: SyncRequest): Promise<SyncReport>;
  /** Tasks or their sources were changed by other means: what is remembered of them is forgotten, and who listens is told of these tasks. */
  noteChange(taskIds: readonly number[]): void;
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
