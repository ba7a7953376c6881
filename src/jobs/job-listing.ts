import type { Listing } from '#kernel/index.ts';
import { holdWords, priorityWords, statusWords } from './shown-job.ts';

/** How lists of jobs are narrowed and sorted. Sorted only by what an index gives in order: each further index costs every job some microseconds. */
export const jobListing = {
  noun: 'jobs',
  fields: {
    id: { kind: 'id', isSortable: true, describe: 'Number or uuid of the job' },
    uuid: { kind: 'id', describe: 'Uuid of the job' },
    taskId: { kind: 'id', describe: 'Number, uuid or name of the task' },
    taskName: { kind: 'text', describe: 'Name of the task' },
    scheduleId: { kind: 'id', describe: 'Number of the schedule that made it' },
    executionId: { kind: 'id', describe: 'Number of its latest execution' },
    status: { kind: 'word', words: statusWords, describe: 'Where it stands' },
    hold: { kind: 'word', words: holdWords, describe: 'Why a waiting job is not among those that can be started' },
    priority: {
      kind: 'word',
      words: [...priorityWords, 'URGENT'],
      isOrdered: true,
      describe: 'LOW, NORMAL, HIGH, CRITICAL',
    },
    priorityNumber: { kind: 'number', describe: 'Priority as a number, 0 to 1000' },
    queuedAt: { kind: 'time', isSortable: true, describe: 'When it was queued' },
    scheduledFor: { kind: 'time', describe: 'Not started before' },
    startedAt: { kind: 'time', describe: 'When its latest attempt began' },
    completedAt: { kind: 'time', isSortable: true, describe: 'When it ended' },
    deadline: { kind: 'time', describe: 'Not started after' },
    retryCount: { kind: 'number', describe: 'Retries so far' },
    maxRetries: { kind: 'number', describe: 'Retries it may have' },
    concurrencyKey: { kind: 'text', describe: 'Key of which only some run at once' },
    uniqueKey: { kind: 'text', describe: 'Key of which only one waits' },
    errorCode: { kind: 'text', describe: 'Code of its latest error' },
    errorMessage: { kind: 'text', describe: 'Message of its latest error' },
    hasRetriesRemaining: { kind: 'flag', describe: 'Whether it can be tried again after another failure' },
    hasError: { kind: 'flag', describe: 'Whether its latest attempt failed' },
    isScheduled: { kind: 'flag', describe: 'Whether it was queued for a later time' },
    dueNow: { kind: 'flag', describe: 'Whether it waits and its time has come' },
  },
  sort: { field: 'id', order: 'desc' },
} as const satisfies Listing;
