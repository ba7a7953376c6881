import type { Effect, ExecutionStatus, Failure } from '#executions/index.ts';
import type { RecordedMessage } from '#executions/stored/index.ts';
import type { z } from 'zod';
import type { SimilarErrors } from './execution-analysis.ts';

export type StoryEffect = z.output<typeof Effect>;

/** Requests and answers of a recording, by the number of the effect. */
export type RecordedAnswers = ReadonlyMap<number, RecordedMessage | null>;

/** One run of a task, as far as a report looks at it. */
export interface StoryRun {
  readonly executionId: string;
  readonly taskVersion: string;
  readonly taskChecksum: string;
  /** Milliseconds since 1970 UTC. */
  readonly completedAt: number | null;
  /** JSON text. */
  readonly input: string;
  readonly effects: readonly StoryEffect[];
  /** Files of the task as they were: path to text; null where they are gone. */
  readonly files: Readonly<Record<string, string>> | null;
  /** Null where no recording is kept. */
  readonly answers: RecordedAnswers | null;
  /** What it ran under, in words, where a recording says it. */
  readonly conditions: Readonly<Record<string, string>> | null;
}

/** Everything that is known of a failure, gathered before anything is said of it. */
export interface FailureStory extends StoryRun {
  readonly status: ExecutionStatus;
  readonly executionUuid: string;
  readonly jobId: string | null;
  readonly taskName: string;
  /** From 1. */
  readonly attempt: number;
  readonly startedAt: number | null;
  readonly durationMs: number | null;
  readonly failure: Failure;
  /** The last ones. */
  readonly logs: readonly { readonly number: number; readonly level: string; readonly message: string; readonly at: number }[];
  readonly logsDropped: number;
  readonly similar: SimilarErrors | null;
  /** The latest time the task worked before. */
  readonly lastGood: StoryRun | null;
  /** What becomes of the job; null where it is not known. */
  readonly job: { readonly status: string; readonly retryCount: number; readonly maxRetries: number } | null;
}
