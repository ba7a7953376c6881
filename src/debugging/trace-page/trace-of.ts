import { isUtf8 } from 'node:buffer';
import type { HttpOutcome, HttpRequest, LogLine } from '#engine/index.ts';
import type { Execution, ProgressReport } from '#executions/index.ts';
import type { Task } from '#tasks/index.ts';
import type { CpuProfile } from './cpu-profile.ts';
import type { Trace, TraceBody, TraceEffect, TraceMessage } from './trace.ts';

/** What an execution said and did, without its secrets: a recording of it is one. */
export interface MaskedRun {
  /** JSON text. */
  readonly input: string;
  /** JSON text; null when it failed. */
  readonly output: string | null;
  readonly error: Trace['error'];
  readonly logs: readonly LogLine[];
  readonly progress: readonly ProgressReport[];
  /** One for each effect of the execution, in the same order. */
  readonly effects: readonly {
    readonly request: HttpRequest | null;
    readonly outcome: HttpOutcome | null;
    readonly hasBodies: boolean;
  }[];
}

export interface TraceOptions {
  /** Takes secrets out of a text: for the author's files. */
  readonly text?: (text: string) => string;
  readonly profile?: CpuProfile | null;
  /** Milliseconds from the start of the execution to that of the profile. */
  readonly profileStartedMs?: number;
}

/** The trace of an execution that has ended. Everything that a secret may be in is taken from the masked run. */
export function traceOf(execution: Execution, task: Task, run: MaskedRun, options: TraceOptions = {}): Trace {
  const { text = (same) => same, profile, profileStartedMs } = options;
  return {
    formatVersion: 1,
    task: { uuid: task.uuid, version: task.version, label: task.label },
    id: execution.id,
    state: execution.state,
    input: JSON.parse(run.input),
    output: run.output === null ? null : JSON.parse(run.output),
    error: run.error,
    startedAt: execution.startedAt,
    cost: execution.cost,
    effects: execution.effects.map((effect, index) => effectOf(effect, run.effects[index])),
    logs: run.logs,
    logsDropped: execution.logsDropped,
    turns: execution.turns,
    progress: run.progress,
    sources: Object.fromEntries(Object.entries(task.files).map(([path, content]) => [path, text(content)])),
    ...(profile ? { profile, profileStartedMs: profileStartedMs ?? 0 } : {}),
  };
}

function effectOf(
  { exchange: _exchange, ...record }: Execution['effects'][number],
  masked: MaskedRun['effects'][number] | undefined,
): TraceEffect {
  const { request = null, outcome = null, hasBodies = false } = masked ?? {};
  const failure = outcome !== null && 'failure' in outcome ? outcome.failure : null;
  return {
    ...record,
    // The masked ones only: what the record itself says may hold a secret.
    url: request?.url ?? '',
    failure: record.failure && failure,
    ...(request === null ? {} : { request: messageOf(request.headers, request.body, hasBodies) }),
    ...(outcome !== null && 'answer' in outcome ? { response: messageOf(outcome.answer.headers, outcome.answer.body, hasBodies) } : {}),
  };
}

function messageOf(headers: TraceMessage['headers'], body: Uint8Array | null, hasBodies: boolean): TraceMessage {
  return { headers, body: hasBodies && body !== null && body.byteLength > 0 ? bodyOf(body) : null };
}

function bodyOf(bytes: Uint8Array): TraceBody {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(bytes) && !buffer.includes(0) ? { text: buffer.toString('utf8') } : { base64: buffer.toString('base64') };
}
