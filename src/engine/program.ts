/** How much is shared between the executions of one version of one task. Nothing is ever shared between tasks. */
export type Isolation =
  /** A fresh realm per execution in an isolate that serves only this program (default). */
  | 'fresh'
  /** A fresh isolate per execution. */
  | 'isolate'
  /** The realm is kept between executions; globals survive. Only by choice. */
  | 'warm';

export const isolations = ['fresh', 'isolate', 'warm'] as const satisfies readonly Isolation[];

/**
 * Runnable code: what the task loader makes of a folder, and all the engine knows of a task.
 * Evaluating `script` yields a function `(module, exports) => callable` and runs nothing of the task; calling that function runs the
 * task's top level and returns the callable: a function, or an object that holds one under `main`, `default`, `execute` or `handler`.
 */
export interface Program {
  /**
   * Hash of the task's identity and of everything below. Isolates and warm realms are keyed by it, so two tasks must never have the
   * same one, not even with the same code.
   */
  readonly id: string;
  readonly script: string;
  /** What stack traces call the script, such as `main.js`. */
  readonly filename: string;
  /** Added to line numbers, so that a wrapping line of ours does not count; -1 for one line before the author's first. */
  readonly lineOffset: number;
  /** Where text of ours was put in front of the author's on a line (1-based): columns after it are too large by `by`. */
  readonly columnShift: { readonly line: number; readonly column: number; readonly by: number } | null;
  /**
   * Text put into a script so that V8 counts more of it (see mark-defaults.ts): columns from `column` on (1-based, in the script as it runs)
   * are too large by `by`. Absent in what runs otherwise.
   */
  readonly insertions?: readonly { readonly line: number; readonly column: number; readonly by: number }[];
  /** Source map (JSON text) when the script was bundled or transformed; null when lines already are the author's. */
  readonly sourceMap: string | null;
  /** Generated check of the input (see tasks/schema-check.ts); null when the task has no input schema. */
  readonly inputCheck: string | null;
  readonly outputCheck: string | null;
}

/** The second argument of every task. */
export interface RunContext {
  readonly executionId: string;
  readonly taskId: string;
  readonly taskVersion: string;
  readonly jobId?: string;
}
