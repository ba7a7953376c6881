import type { ExecutionRow, ExecutionStore } from '#executions/index.ts';
import type { ExecutionRecordings, InsideOfRecording } from '#executions/stored/index.ts';
import type { Catalogue } from '#tasks/index.ts';
import type { Failures } from '../failures.ts';
import type { FailureStory, RecordedAnswers, StoryEffect, StoryRun } from './failure-story.ts';

/** What becomes of a job; the queue knows. */
export interface JobStanding {
  readonly status: string;
  readonly retryCount: number;
  readonly maxRetries: number;
}

export interface StoryParts {
  readonly executionStore: Pick<ExecutionStore, 'result' | 'recording' | 'find'>;
  readonly executionRecordings: Pick<ExecutionRecordings, 'inside'>;
  readonly catalogue: Pick<Catalogue, 'files'>;
  readonly failures: Failures;
  /** @returns null where the job is gone */
  readonly jobOf: (jobId: number) => Promise<JobStanding | null>;
}

export interface StoryWishes {
  /** Without it nothing is read but the error. */
  readonly includeContext: boolean;
  readonly includeSimilar: boolean;
}

const lastLines = 20;

/** Reads everything about a failure. @returns null where the execution has gone meanwhile */
export async function gatherStory(
  parts: StoryParts,
  row: ExecutionRow,
  { includeContext, includeSimilar }: StoryWishes,
): Promise<FailureStory | null> {
  const { executionStore: store, failures } = parts;
  const [own, goodId, similar, logs, job] = await Promise.all([
    runOf(parts, row, includeContext),
    includeContext ? failures.lastGoodBefore(row.taskId, row.id) : null,
    includeContext && includeSimilar ? failures.similarTo(row.id) : null,
    includeContext ? failures.lastLines(row.id, lastLines) : [],
    parts.jobOf(row.jobId),
  ]);
  if (own === null) return null;
  const good = goodId === null ? null : await store.find(String(goodId));
  return {
    ...own.run,
    status: row.status,
    executionUuid: row.uuid,
    jobId: String(row.jobId),
    taskName: row.taskName,
    attempt: row.attempt,
    startedAt: row.startedAt,
    durationMs: row.durationMs,
    failure: own.failure ?? {
      code: row.errorCode ?? 'INTERNAL_ERROR',
      message: row.errorMessage ?? '',
      hint: '',
      retryable: false,
      data: {},
    },
    logs,
    logsDropped: own.logsDropped,
    similar,
    lastGood: good === null ? null : ((await runOf(parts, good, true))?.run ?? null),
    job,
  };
}

async function runOf({ executionStore: store, executionRecordings, catalogue }: StoryParts, row: ExecutionRow, withContext: boolean) {
  const [result, bytes, files] = await Promise.all([
    store.result(row.id),
    row.hasRecording && withContext ? store.recording(row.id) : null,
    withContext ? catalogue.files(row.taskId, row.taskVersion, row.taskChecksum) : null,
  ]);
  if (result === null) return null;
  const inside = bytes === null ? null : insideOf(executionRecordings, bytes, row.id);
  const run: StoryRun = {
    executionId: String(row.id),
    taskVersion: row.taskVersion,
    taskChecksum: row.taskChecksum,
    completedAt: row.completedAt,
    input: result.input,
    effects: result.effects === null ? [] : (JSON.parse(result.effects) as StoryEffect[]),
    files,
    answers: inside === null ? null : answersOf(inside),
    conditions: null,
  };
  return { run, failure: result.error, logsDropped: result.logsDropped };
}

/** A recording that cannot be read any more takes nothing else from the report. */
function insideOf(recordings: Pick<ExecutionRecordings, 'inside'>, bytes: Uint8Array, id: number): InsideOfRecording | null {
  try {
    return recordings.inside(bytes, `the recording of execution ${id}`);
  } catch {
    return null;
  }
}

function answersOf({ effects }: InsideOfRecording): RecordedAnswers {
  return new Map(effects.map(({ number, response }) => [number, response]));
}
