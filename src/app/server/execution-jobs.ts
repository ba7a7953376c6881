import type { ExecutionJobs } from '#executions/stored/index.ts';
import {
  jobFinished,
  jobInputTooLarge,
  jobNotEnded,
  jobNotFound,
  JobRequest,
  jobTaskGone,
  jobTaskUnavailable,
  jobVersionDisabled,
  jobVersionUnknown,
  queueFull,
  storageRefuses,
  type Jobs,
} from '#jobs/index.ts';
import { taskNotFound, type Catalogue } from '#tasks/index.ts';
import { refuseUnapproved, splitPin, taskNeedsApproval } from '#tasks/catalogue/index.ts';
import { inputRejected, problemsOf, type AnyErrorKind, type IdSource } from '#kernel/index.ts';

interface ExecutionJobsParts {
  readonly jobs: Jobs;
  readonly catalogue: Pick<Catalogue, 'find' | 'versions'>;
  readonly ids: IdSource;
}

/** What the queue may answer to executions, by what they ask. */
export const executionJobsErrors: Readonly<Record<'enqueue' | 'cancel' | 'retry', readonly AnyErrorKind[]>> = {
  enqueue: [
    taskNotFound,
    jobTaskGone,
    jobTaskUnavailable,
    jobVersionUnknown,
    jobVersionDisabled,
    taskNeedsApproval,
    jobInputTooLarge,
    queueFull,
    storageRefuses,
  ],
  cancel: [jobNotFound, jobFinished],
  retry: [jobNotFound, jobNotEnded, jobInputTooLarge, storageRefuses],
};

/** What executions ask of the queue. */
export function executionJobsOf({ jobs, catalogue, ids }: ExecutionJobsParts): ExecutionJobs {
  return {
    async enqueue({ task, version, input, priority, runAt, timeoutMs, record, ignoresPause }, { caller }) {
      // Here the task is what is asked for, and not a field of the request.
      if ((await catalogue.find(splitPin(task).ref)) === null) throw taskNotFound({ ref: task });
      await refuseUnapproved(catalogue, task, version);
      const said = {
        taskId: task,
        version,
        input: JSON.parse(input) as unknown,
        priority: priority ?? undefined,
        scheduledFor: runAt,
        timeoutMs,
        record: record ?? undefined,
        ignoresPause,
      };
      const { success, data: request, error } = JobRequest.safeParse(said);
      if (!success) throw inputRejected({ operation: 'executions.create', problems: problemsOf(error) });
      const [made] = await jobs.enqueue([{ request, origin: { executionUuid: ids.next<'execution'>() } }], caller.name);
      return { executionId: made!.executionId!, jobId: made!.id };
    },
    ended: async (jobId, signal) => void (await jobs.waitFor(jobId, Infinity, signal)),
    cancel: async (jobId, { caller }) => void (await jobs.cancel(String(jobId), caller.name)),
    retry: async (jobId, input, { caller }) => void (await jobs.retry(String(jobId), input, caller.name)),
  };
}
