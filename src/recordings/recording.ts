import type { HttpFailure, HttpOutcome, HttpRequest, Isolation, Limits, LogLine } from '#engine/index.ts';
import type { Failure, ProgressReport } from '#executions/index.ts';

/** What went wrong, as it is shown everywhere. */
export type RecordedError = Failure;

/** A log line; `arrivedMs`, since the execution began, is absent where nobody noted it. */
export type RecordedLogLine = LogLine & { readonly arrivedMs?: number | undefined };

/** One effect, with what a replay answers. */
export interface RecordedEffect {
  /** From 1, in the order in which the task asked. */
  readonly number: number;
  readonly startedMs: number;
  readonly durationMs: number;
  readonly attempts: number;
  /** Null for a request that was refused before it was performed; its failure is the outcome. */
  readonly request: HttpRequest | null;
  /** Null for one that the execution did not live to see answered. */
  readonly outcome: HttpOutcome | { readonly failure: HttpFailure } | null;
  /** False when the bodies were too much to keep. */
  readonly hasBodies: boolean;
  /** False when the answer is not what was written: somebody changed the file. */
  readonly isIntact: boolean;
}

/** Everything a replay needs of one execution. Holds no secret: each stands there as `__secret_<name>__`. */
export interface Recording {
  /** Program and version, such as `ratchet 0.1.0`. */
  readonly madeBy: string;
  /** The engine it ran on: another one may compute differently in the last digit. */
  readonly node: string;
  readonly task: { readonly uuid: string; readonly version: string; readonly label: string; readonly hash: string };
  readonly execution: {
    readonly id: string;
    readonly jobId: string | null;
    readonly startedAt: number;
    readonly wallMs: number;
    readonly isolation: Isolation;
    /** Null where nobody knows: then the task's own hold. */
    readonly limits: Limits | null;
  };
  readonly seed: string;
  /** Every look at the clock: the value, and how many in a row saw it. */
  readonly clock: readonly (readonly [valueMs: number, count: number])[];
  /** What woke the task, in order; null in a recording of requests alone, which knows no log lines and no progress either. */
  readonly turns: readonly string[] | null;
  /** There was more of clock or turns than is kept. */
  readonly isCut: boolean;
  /** Names of the secrets that were masked. */
  readonly masked: readonly string[];
  /** JSON text. */
  readonly input: string;
  /** JSON text; null when it failed, and in a recording of requests alone. */
  readonly output: string | null;
  readonly error: RecordedError | null;
  /** False where only requests were recorded: then nothing is known about output, log lines and progress. */
  readonly hasOutcome: boolean;
  readonly logs: readonly RecordedLogLine[];
  readonly logsDropped: number;
  readonly progress: readonly ProgressReport[];
  readonly effects: readonly RecordedEffect[];
}
