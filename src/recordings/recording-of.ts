import type { EffectRecord } from '#engine/index.ts';
import type { Execution } from '#executions/index.ts';
import type { Task } from '#tasks/index.ts';
import { encodeRecording } from './format/recording-file.ts';
import { masked, maskedSummary } from './masking/mask-recording.ts';
import { Masker } from './masking/masker.ts';
import { namesMarkedSecret, secretNames } from './masking/secret-names.ts';
import type { RecordedEffect, Recording } from './recording.ts';

export interface RecordingOptions {
  /** Program and version. */
  readonly madeBy: string;
  /** More names of secrets, from the configuration. */
  readonly secretNames: readonly string[];
}

/** Makes a recording of an execution that has ended, without its secrets. */
export function recordingOf(execution: Execution, task: Task, options: RecordingOptions): Recording {
  return masked(unmasked(execution, task, options.madeBy), maskerFor(task, options.secretNames));
}

/** An execution that holds no secret any more. */
export interface WithoutSecrets {
  readonly run: Recording;
  /** Takes the same secrets out of other texts, such as the files of the task. */
  text(text: string): string;
  /** The recording as the bytes of its effects file. */
  recording(): Uint8Array;
}

/**
 * The same, with what takes its secrets out of other texts.
 * @param wanted a summary has no bodies, cannot be written as a recording, and takes a fraction of the time
 */
export function maskExecution(
  execution: Execution,
  task: Task,
  options: RecordingOptions,
  wanted: 'all' | 'summary' = 'all',
): WithoutSecrets {
  const masker = maskerFor(task, options.secretNames);
  const bare = unmasked(execution, task, options.madeBy);
  const run = wanted === 'all' ? masked(bare, masker) : maskedSummary(bare, masker);
  return {
    run,
    text: (text) => masker.text(text),
    recording() {
      if (wanted === 'summary') throw new TypeError('a summary is no recording: ask for all of the execution');
      return encodeRecording(run);
    },
  };
}

/** Takes secrets out of what an execution says while it runs: those that are in its input, and those that each text gives away itself. */
export function maskWhileRunning(task: Task, input: string, more: readonly string[]): (text: string) => string {
  // Made when something is said: most executions say nothing.
  let masker: Masker | null = null;
  return (text) => {
    if (masker === null) {
      masker = maskerFor(task, more);
      masker.learnText(input);
    }
    masker.learnText(text);
    return masker.text(text);
  };
}

export function maskerFor(task: Pick<Task, 'inputSchema' | 'outputSchema'>, more: readonly string[]): Masker {
  return new Masker(secretNames([...more, ...namesMarkedSecret(task.inputSchema), ...namesMarkedSecret(task.outputSchema)]));
}

/** The same with everything in it, never to be written. */
function unmasked(execution: Execution, task: Task, madeBy: string): Recording {
  const { conditions } = execution;
  return {
    madeBy,
    node: process.versions.node,
    task: { uuid: task.uuid, version: task.version, label: task.label, hash: task.hash },
    execution: {
      id: execution.id,
      jobId: conditions.jobId,
      startedAt: execution.startedAt,
      wallMs: execution.cost.wallMs,
      isolation: conditions.isolation,
      limits: conditions.limits,
    },
    seed: conditions.seed,
    clock: conditions.clock,
    turns: execution.turns,
    isCut: conditions.isCut,
    masked: [],
    input: conditions.input,
    output: execution.output,
    error: execution.error === null ? null : execution.error.toJSON(),
    hasOutcome: true,
    logs: execution.logs,
    logsDropped: execution.logsDropped,
    progress: execution.progress,
    effects: execution.effects.map(effectOf),
  };
}

function effectOf({ number, startedMs, durationMs, attempts, exchange, failure }: EffectRecord): RecordedEffect {
  return {
    number,
    startedMs,
    durationMs,
    attempts,
    request: exchange?.request ?? null,
    outcome: exchange?.outcome ?? (failure === null ? null : { failure }),
    hasBodies: exchange?.hasBodies ?? true,
    isIntact: true,
  };
}
