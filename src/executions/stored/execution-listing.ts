import type { Listing } from '#kernel/index.ts';
import { executionStatuses } from '../execution-store.ts';

/** How lists of executions are narrowed and sorted. */
export const executionListing = {
  noun: 'executions',
  fields: {
    id: { kind: 'id', isSortable: true, describe: 'Number or uuid of the execution' },
    uuid: { kind: 'id', describe: 'Uuid of the execution' },
    taskId: { kind: 'id', isSortable: true, describe: 'Number, uuid or name of the task' },
    taskName: { kind: 'text', isSortable: true, describe: 'Name of the task' },
    taskVersion: { kind: 'text', describe: 'Version of the task that ran' },
    jobId: { kind: 'id', describe: 'Number or uuid of the job' },
    attempt: { kind: 'number', isSortable: true, describe: 'Which attempt of its job it is, from 1' },
    status: {
      kind: 'word',
      words: executionStatuses.map((status) => status.toUpperCase()),
      isSortable: true,
      describe: 'Where it stands',
    },
    queuedAt: { kind: 'time', isSortable: true, describe: 'When its job was queued' },
    startedAt: { kind: 'time', isSortable: true, describe: 'When it began' },
    completedAt: { kind: 'time', isSortable: true, describe: 'When it ended' },
    durationMs: { kind: 'number', isSortable: true, describe: 'Milliseconds from its beginning to its end' },
    progress: { kind: 'number', isSortable: true, describe: 'How far it says it is, 0 to 1' },
    errorCode: { kind: 'text', isSortable: true, describe: 'Code of the error it ended with' },
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
