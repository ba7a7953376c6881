/**
 * What looks into one execution. Such an execution has an isolate of its own, which is never kept, and is slower: nothing of this is
 * paid by executions that do without.
 */
export interface Instruments {
  /** Count how often each piece of the script runs. Needs an inspector (Node 24). */
  readonly coverage?: boolean | undefined;
  /** Sample what the task's thread does: every 0.1 ms where there is an inspector, else every millisecond. */
  readonly profile?: boolean | undefined;
  /** Let a debugger in. Limits of time do not apply then. Needs an inspector (Node 24). */
  readonly debugger?: DebuggerPort | undefined;
}

/** Whoever leads a debugger: it is told when the execution can be looked into, and what V8's inspector says. */
export interface DebuggerPort {
  /** The execution is in its worker: sessions can be opened, and it begins at `proceed`. Called at most once. */
  onReady(link: DebuggerLink): void;
  /** A DevTools-protocol message (JSON text) for a session. Comes from a worker: hostile input. */
  onMessage(session: number, json: string): void;
  /** The execution has ended; the link leads nowhere any more. Called once, in any case. */
  onEnd(): void;
}

/** What a debugger may ask of an execution. Sessions are numbers of the caller's choice. */
export interface DebuggerLink {
  attach(session: number): void;
  /** @param json a DevTools-protocol message */
  send(session: number, json: string): void;
  /** Ends a session; when no other has its debugger enabled, an execution that stands still goes on. */
  detach(session: number): void;
  /** Lets the execution begin. */
  proceed(): void;
  /**
   * While the gate is closed, whatever wakes the task (its start, an answer, a timer) goes through a script called `ratchet:gate`, whose
   * `debugger` statement stops there: from it a debugger can step into the author's next line. V8 itself forgets that it was to stop
   * when its thread leaves the isolate, as it does whenever the task waits.
   */
  gate(isClosed: boolean): void;
}

/** What the instruments of an execution saw; null for what was not asked for, or could not be told any more. */
export interface Insights {
  readonly coverage: ScriptCoverage | null;
  readonly profile: CpuProfile | null;
  /** Milliseconds from the request for the execution to the start of the profile. */
  readonly profileStartedMs: number;
}

/** How often each piece of `Program.script` ran. Nothing is mapped to the author's files here. */
export interface ScriptCoverage {
  readonly functions: readonly FunctionCoverage[];
}

/** A function; `ranges[0]` is the whole of it, and each later one a block in it that ran more or less often than what surrounds it. */
export interface FunctionCoverage {
  readonly name: string;
  readonly ranges: readonly CoverageRange[];
}

/** Offsets are UTF-16 units of `Program.script`, from 0; `end` is the first one behind. */
export interface CoverageRange {
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

/** A sampled profile as `.cpuprofile` files hold it. Times are microseconds; lines and columns count from 0. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly endTime: number;
  /** The innermost function at each sample, by its node's id. */
  readonly samples: readonly number[];
  /** Microseconds from the sample before; the first counts from `startTime`. */
  readonly timeDeltas: readonly number[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly scriptId: string;
    /** `Program.filename` for the task's own code. */
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly hitCount: number;
  readonly children: readonly number[];
  /** Samples by line, which counts from 1. */
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[];
}

/** How a worker is to take a profile: through V8's inspector, or through the sampler of the module that makes isolates. */
export type Sampler = 'inspector' | 'sampler';

/**
 * Whether workers on this Node have an inspector. On Node 26 opening a session aborts the whole process (isolated-vm 7.0.1: V8 wants
 * the thread that made the isolate), so there it must not even be tried.
 */
export function hasInspector(nodeVersion: string = process.versions.node): boolean {
  return Number(nodeVersion.split('.')[0]) === 24;
}
