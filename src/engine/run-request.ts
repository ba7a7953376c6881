import type { RatchetError } from '#kernel/index.ts';
import type { ExecutionEffects } from './effects/effect.ts';
import type { Limits } from './limits.ts';
import type { Insights, Instruments } from './instruments.ts';
import type { Isolation, Program, RunContext } from './program.ts';
import type { RealmFacts } from './realm/contract.ts';

export interface LogLine {
  readonly level: string;
  readonly message: string;
  /** Milliseconds since 1970 UTC, by the task's own clock. */
  readonly at: number;
}

/** One execution as the engine sees it. */
export interface RunRequest {
  readonly program: Program;
  /** JSON text; the engine does not parse it. */
  readonly input: string;
  readonly context: RunContext;
  readonly limits: Limits;
  readonly isolation: Isolation;
  readonly effects: ExecutionEffects;
  /** Compile the code and check the input in the sandbox, but do not call the task; the output is then `null`. */
  readonly checkOnly?: boolean | undefined;
  /** Find out which line of the author's code asks for each request; costs some microseconds each. */
  readonly withSites?: boolean | undefined;
  /** Look into the execution; it then has an isolate of its own. */
  readonly instruments?: Instruments | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onLog?: ((line: LogLine) => void) | undefined;
  readonly onProgress?: ((update: unknown) => void) | undefined;
}

export interface RunCost {
  /** From the call to the answer, waiting for a worker included. */
  readonly wallMs: number;
  /** Of that, waiting for a worker. */
  readonly waitedMs: number;
  /** Processor time of the task's thread. */
  readonly cpuMs: number;
  /** JavaScript heap of the isolate when the execution ended, up to eight short executions old; 0 when a limit ended it. */
  readonly heapBytes: number;
}

/** How an execution ended: with output as JSON text, or with an error that says why not. */
export type RunOutcome = { readonly output: string; readonly error: null } | { readonly output: null; readonly error: RatchetError };

export interface RunResult {
  readonly outcome: RunOutcome;
  readonly cost: RunCost;
  readonly facts: RealmFacts;
  /** What the instruments saw; null where none were asked for, and where none could tell. */
  readonly insights: Insights | null;
}
