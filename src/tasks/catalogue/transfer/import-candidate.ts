import type { TaskFilesText } from '../catalogue.ts';

/** A version that is to be imported. */
export interface CandidateVersion {
  readonly files: TaskFilesText;
  /** Of the files, where the export says it: what was changed on the way is refused. */
  readonly checksum: string | null;
  readonly isBreaking: boolean;
  readonly note: string | null;
}

/** A task that is to be imported, as far as it could be read. */
export interface Candidate {
  /** From 0, in what was sent. */
  readonly index: number;
  /** Where it stands in what was sent: `tasks.2`, or a folder of an archive. */
  readonly field: string;
  /** For messages; empty where it could not be told. */
  readonly name: string;
  /** The one that runs. */
  readonly active: CandidateVersion;
  readonly others: readonly CandidateVersion[];
  /** Undefined where it is not said. */
  readonly enabled: boolean | undefined;
}

/** What is wrong with one field of one task that was to be imported. */
export interface ImportProblem {
  readonly index: number;
  readonly name: string;
  readonly field: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What was sent, read: tasks in order, and what could not be read of them. */
export interface ImportReading {
  readonly candidates: readonly Candidate[];
  readonly problems: readonly ImportProblem[];
  /** What was there and is no task: templates of a directory, for one. */
  readonly ignored: readonly string[];
}
