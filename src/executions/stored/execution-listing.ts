import { upperWords, type Listing } from '#kernel/index.ts';
import { executionStatuses } from '../execution-store.ts';

/** How lists of executions are narrowed and sorted. Sorted only by what an index gives in order: each further index costs every job some microseconds. */
export const executionListing = {
  noun: 'executions',
  fields: {
    id: { kind: 'id', isSortable: true, describe: 'Number or uuid of the execution' },
    uuid: { kind: 'id', describe: 'Uuid of the execution' },
    taskId: { kind: 'id', describe: 'Number, uuid or name of the task' },
    taskName: { kind: 'text', describe: 'Name of the task' },
    taskVersion: { kind: 'text', describe: 'Version of the task that ran' },
    jobId: { kind: 'id', describe: 'Number or uuid of the job' },
    attempt: { kind: 'number', describe: 'Which attempt of its job it is, from 1' },
    status: {
      kind: 'word',
      words: upperWords(executionStatuses),
      describe: 'Where it stands',
    },
    queuedAt: { kind: 'time', isSortable: true, describe: 'When its job was queued' },
    startedAt: { kind: 'time', describe: 'When it began' },
    completedAt: { kind: 'time', isSortable: true, describe: 'When it ended' },
    durationMs: { kind: 'number', describe: 'Milliseconds from its beginning to its end' },
    progress: { kind: 'number', describe: 'How far it says it is, 0 to 1' },
    errorCode: { kind: 'text', describe: 'Code of the error it ended with' },
    errorMessage: { kind: 'text', describe: 'Message of the error it ended with' },
    hasProgress: { kind: 'flag', describe: 'Whether it reported progress' },
    hasError: { kind: 'flag', describe: 'Whether it ended with an error' },
    hasRecording: { kind: 'flag', describe: 'Whether it can be replayed' },
    canRetry: { kind: 'flag', describe: 'Whether its job can run again: it failed or was cancelled' },
    canCancel: { kind: 'flag', describe: 'Whether it can be cancelled: it waits or runs' },
  },
  sort: { field: 'id', order: 'desc' },
} as const satisfies Listing;

export type ExecutionField = keyof typeof executionListing.fields;
