import type { EffectRecord, Frame, LogLine } from '#engine/index.ts';
import type { ExecutionCost } from '#executions/index.ts';
import type { CpuProfile } from './cpu-profile.ts';

/** Bytes of a request or an answer: as text where they are text, else in base64. */
export type TraceBody = { readonly text: string } | { readonly base64: string };

/** Headers and body of one direction of a request, secrets masked already. */
export interface TraceMessage {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: TraceBody | null;
}

/** A request, with what was kept of it. */
export type TraceEffect = Omit<EffectRecord, 'exchange' | 'site'> & {
  /** Where in the author's files it was made. */
  readonly site?: Frame | null;
  readonly request?: TraceMessage;
  readonly response?: TraceMessage;
};

export type TraceLog = LogLine & {
  /** Milliseconds from the start of the execution until the host had the line; used where the task's own clock is not the real one. */
  readonly arrivedMs?: number;
  readonly site?: Frame | null;
};

/** Everything that is known of one execution, as plain data: what a trace shows. */
export interface Trace {
  readonly formatVersion: 1;
  readonly task: { readonly uuid: string; readonly version: string; readonly label: string };
  readonly id: string;
  readonly state: 'completed' | 'failed';
  readonly input?: unknown;
  /** What the task returned; null when it failed. */
  readonly output: unknown;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    readonly data: Readonly<Record<string, unknown>>;
  } | null;
  /** Milliseconds since 1970 UTC. */
  readonly startedAt: number;
  readonly cost: ExecutionCost;
  readonly effects: readonly TraceEffect[];
  readonly logs: readonly TraceLog[];
  /** Lines logged beyond what is kept. */
  readonly logsDropped: number;
  /** What woke the task, in order: `r1` is the end of its first request, `t1` its first timer. */
  readonly turns: readonly string[];
  readonly progress?: readonly { readonly atMs: number; readonly update: unknown }[];
  /** Text of the author's files by path inside the task. */
  readonly sources?: Readonly<Record<string, string>>;
  readonly profile?: CpuProfile;
  /** Milliseconds from the start of the execution to that of the profile; 0 when absent. */
  readonly profileStartedMs?: number;
}
