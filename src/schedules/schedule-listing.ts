import { upperWords, type Listing } from '#kernel/index.ts';
import { catchUpPolicies, overlapPolicies, skipReasons, slotOutcomes } from './schedule.ts';

export const kindWords = ['CRON', 'INTERVAL', 'ONCE'] as const;
export const outcomeWords = ['WAITING', ...upperWords(slotOutcomes)] as const;

/** How lists of schedules are narrowed and sorted. */
export const scheduleListing = {
  noun: 'schedules',
  fields: {
    id: { kind: 'id', isSortable: true, describe: 'Number or uuid of the schedule' },
    uuid: { kind: 'id', describe: 'Uuid of the schedule' },
    taskId: { kind: 'id', describe: 'Number, uuid or name of the task' },
    taskName: { kind: 'text', describe: 'Name of the task' },
    name: { kind: 'text', isSortable: true, describe: 'Name of the schedule' },
    description: { kind: 'text', describe: 'What people are told' },
    enabled: { kind: 'flag', describe: 'Whether it comes due' },
    kind: { kind: 'word', words: kindWords, describe: 'By what it comes due' },
    cronExpression: { kind: 'text', describe: 'Its cron expression, as it was written' },
    timeZone: { kind: 'text', describe: 'IANA time zone of the cron expression' },
    overlap: { kind: 'word', words: upperWords(overlapPolicies), describe: 'What becomes of a run while an earlier one has not ended' },
    catchUp: { kind: 'word', words: upperWords(catchUpPolicies), describe: 'What becomes of slots nobody was there for' },
    nextRun: { kind: 'time', isSortable: true, describe: 'When it comes due next' },
    lastRun: { kind: 'time', isSortable: true, describe: 'When a job of it last began' },
    createdAt: { kind: 'time', isSortable: true, describe: 'When it was made' },
    updatedAt: { kind: 'time', isSortable: true, describe: 'When it was last changed' },
    executionCount: { kind: 'number', describe: 'Runs so far' },
    maxExecutions: { kind: 'number', describe: 'Runs it may have' },
    hasNextRun: { kind: 'flag', describe: 'Whether it will come due again' },
    hasLastRun: { kind: 'flag', describe: 'Whether it has ever run' },
    isDue: { kind: 'flag', describe: 'Whether it is due and not planned yet' },
    overdue: { kind: 'flag', describe: 'Whether it has been due for more than a minute' },
    isExhausted: { kind: 'flag', describe: 'Whether it has run as often as it may' },
    isSystem: { kind: 'flag', describe: 'Whether it belongs to the server' },
  },
  sort: { field: 'id', order: 'desc' },
} as const satisfies Listing;

/** How the ledger of a schedule is narrowed and sorted. */
export const slotListing = {
  noun: 'slots',
  fields: {
    slotAt: { kind: 'time', isSortable: true, describe: 'The time the rule says' },
    plannedAt: { kind: 'time', describe: 'When it was planned' },
    startedAt: { kind: 'time', describe: 'When its job began' },
    outcome: { kind: 'word', words: outcomeWords, describe: 'What became of it' },
    reason: { kind: 'word', words: upperWords(skipReasons), describe: 'Why it was skipped' },
    jobId: { kind: 'id', describe: 'Number of the job it made' },
  },
  sort: { field: 'slotAt', order: 'desc' },
} as const satisfies Listing;
