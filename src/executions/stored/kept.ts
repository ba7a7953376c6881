import type { Settings } from '#kernel/index.ts';
import type { Task } from '#tasks/index.ts';
import type { FinishedExecution, StoredLogLine, StoredProgress } from '../execution-store.ts';
import type { Execution } from '../execution.ts';
import { mostProgressKept } from '../run.ts';
import type { Failure } from '../shown-execution.ts';
import { LogBudget } from './log-budget.ts';
import { keepRecordings } from './settings.ts';
import { storedProgress } from './stored-progress.ts';

/** An execution without its secrets. Lists have one entry for each of the execution's own, in the same order. */
export interface MaskedExecution {
  readonly run: {
    readonly error: Failure | null;
    readonly logs: readonly { readonly message: string }[];
    readonly progress: readonly { readonly update: unknown }[];
    readonly effects: readonly { readonly request: { readonly url: string } | null }[];
  };
  /** Takes the same secrets out of another text. */
  text(text: string): string;
  /** The execution as the bytes of a recording's effects file. */
  recording(): Uint8Array;
}

/** Finds secrets and takes them out; the recordings feature does. Of a summary nobody asks for the recording. */
export type MaskExecution = (execution: Execution, task: Task, wanted: 'all' | 'summary') => MaskedExecution;

/** What is known of an attempt beside what came of it. */
export interface KeepRequest {
  readonly execution: Execution;
  readonly task: Task;
  /** In the database. */
  readonly id: number;
  /** When its job was due, in milliseconds since 1970 UTC. */
  readonly dueAt: number;
  readonly completedAt: number;
  /** Lines that were stored while it ran. */
  readonly linesKept: number;
  /** What the job asks for; undefined: what the configuration says. */
  readonly record: 'failed' | 'all' | 'none' | undefined;
}

/** Turns what an execution was in memory into what is kept of it. */
export type KeepExecution = (request: KeepRequest) => FinishedExecution;

/**
 * Secrets are taken out of log lines, errors, addresses and progress, as in a recording. The output is stored as the task returned it: it is the answer to whoever asked.
 */
export function createKeeper({ settings, mask }: { readonly settings: Settings; readonly mask: MaskExecution }): KeepExecution {
  return ({ execution, task, id, dueAt, completedAt, linesKept, record }) => {
    const { error, cost, effects, logs, progress, startedAt } = execution;
    const status = error === null ? 'completed' : error.code === 'CANCELLED' ? 'cancelled' : 'failed';
    const policy = record ?? settings.get(keepRecordings);
    const isRecorded = policy === 'all' || (policy === 'failed' && status === 'failed');
    const bare = {
      id,
      status,
      startedAt,
      completedAt,
      output: execution.output,
      cost: { ...cost, queueMs: Math.max(0, startedAt - dueAt) },
    } as const;
    // Most executions succeed without a word: they have nothing to look for secrets in.
    if (error === null && !isRecorded && logs.length === 0 && effects.length === 0 && progress.length === 0) {
      return { ...bare, error: null, effects: null, progress: null, logs: [], logsDropped: execution.logsDropped, recording: null };
    }
    const masked = mask(execution, task, isRecorded ? 'all' : 'summary');
    const lines = keptLines(execution, masked, new LogBudget(settings));
    return {
      ...bare,
      error: masked.run.error,
      effects: effects.length === 0 ? null : JSON.stringify(effectsSummary(execution, masked)),
      progress: latestProgress(execution, masked),
      // Of what is stored, those in which a secret was found by now: it may have become known after the line was written.
      logs: lines.filter(({ number, message }) => number > linesKept || message !== logs[number - 1]!.message),
      logsDropped: execution.logsDropped + logs.length - lines.length,
      recording: isRecorded ? masked.recording() : null,
    };
  };
}

function keptLines({ startedAt, logs }: Execution, { run }: MaskedExecution, budget: LogBudget): StoredLogLine[] {
  const end = logs.findIndex(({ message }) => !budget.take(message));
  return logs.slice(0, end < 0 ? logs.length : end).map(({ level, arrivedMs }, index) => ({
    number: index + 1,
    level,
    message: run.logs[index]!.message,
    at: Math.round(startedAt + arrivedMs),
  }));
}

/** Requests without headers and bodies. */
function effectsSummary(execution: Execution, masked: MaskedExecution): unknown[] {
  return execution.effects.map(({ exchange: _exchange, ...effect }, index) => ({
    ...effect,
    url: masked.run.effects[index]?.request?.url ?? masked.text(effect.url),
    failure: effect.failure && { ...effect.failure, message: masked.text(effect.failure.message) },
  }));
}

/** Of a task that reported more often than is remembered, the latest was stored while it ran. */
function latestProgress({ progress }: Execution, { run }: MaskedExecution): StoredProgress | null {
  const latest = run.progress.at(-1);
  return latest === undefined || progress.length >= mostProgressKept ? null : storedProgress(latest.update);
}
