import { isoTimeOrNull, listInput, listOutput, operation, Timestamp, type ListRequest } from '#kernel/index.ts';
import { z } from 'zod';
import { scheduleListing, slotListing } from '../schedule-listing.ts';
import { ScheduleRef } from '../schedule-request.ts';
import { shownSchedule, ShownSchedule, shownSlot, ShownSlot } from '../shown-schedule.ts';
import { ofTheName, type ScheduleServices } from './services.ts';

export const listSchedulesOperation = operation({
  name: 'schedules.list',
  summary: 'List schedules',
  details: 'All of them, enabled or not, newest first unless asked otherwise. Of the times to come each names the next one.',
  input: listInput(scheduleListing),
  output: listOutput(ShownSchedule),
  errors: [],
  effect: 'read',
  permission: 'schedule:read',
  on: {
    rest: 'GET /schedules',
    graphql: 'schedules',
    cli: {
      command: 'schedule list',
      examples: [
        { line: 'ratchet schedule list', about: 'What is scheduled, and when it comes due next' },
        { line: 'ratchet schedule list --enabled false', about: 'Those that are switched off, have run as often as they may, or are over' },
      ],
    },
  },
  async run({ schedules }: ScheduleServices, input) {
    const page = await schedules.list(input as ListRequest);
    return { ...page, items: page.items.map((schedule) => shownSchedule(schedule, false)) };
  },
});

export const showScheduleOperation = operation({
  name: 'schedules.show',
  summary: 'Show a schedule',
  details: 'Everything that was asked of it, what it means in plain words, and the next ten times it comes due.',
  input: z.object({ id: ScheduleRef }),
  output: ShownSchedule,
  errors: [...ofTheName],
  effect: 'read',
  permission: 'schedule:read',
  on: {
    rest: 'GET /schedules/:id',
    graphql: 'schedule',
    cli: {
      command: 'schedule show',
      positional: ['id'],
      examples: [{ line: 'ratchet schedule show nightly', about: 'The schedule called nightly' }],
    },
  },
  run: async ({ schedules }: ScheduleServices, { id }) => shownSchedule(await schedules.find(id), true),
});

export const listSlotsOperation = operation({
  name: 'schedules.slots',
  summary: 'List the slots of a schedule',
  details:
    'The ledger: one row for each time the schedule came due, latest first. A row says whether its job ran, ran late, made up for a missed time, waits, or was skipped and why.',
  input: listInput(slotListing).extend({ id: ScheduleRef }).meta({ listing: slotListing }),
  output: listOutput(ShownSlot),
  errors: [...ofTheName],
  effect: 'read',
  permission: 'schedule:read',
  on: {
    rest: 'GET /schedules/:id/slots',
    graphql: 'scheduleSlots',
    cli: {
      command: 'schedule slots',
      positional: ['id'],
      examples: [
        { line: 'ratchet schedule slots nightly', about: 'What became of the latest times it came due' },
        { line: 'ratchet schedule slots nightly --outcome skipped', about: 'Those that were skipped, and why' },
      ],
    },
  },
  async run({ schedules }: ScheduleServices, { id, ...input }) {
    const page = await schedules.slots(id, input as ListRequest);
    return { ...page, items: page.items.map(shownSlot) };
  },
});

export const scheduleStatsOperation = operation({
  name: 'schedules.stats',
  summary: 'Count schedules',
  details: 'How many there are, how many are due now, when the next one comes due, and what became of the slots of the last day.',
  input: z.object({}),
  output: z.object({
    totalSchedules: z.number().int(),
    enabledSchedules: z.number().int(),
    disabledSchedules: z.number().int(),
    schedulesReadyToRun: z.number().int().describe('Due, and not planned yet.'),
    averageExecutionIntervalMinutes: z
      .number()
      .nullable()
      .describe('Between two runs of the last day; null where there were fewer than two.'),
    lastExecution: Timestamp.nullable(),
    nextExecution: Timestamp.nullable(),
    oldestDue: Timestamp.nullable().describe('Since when the one is due that has waited longest.'),
    slotsLast24H: z.object({ ran: z.number().int(), late: z.number().int(), caughtUp: z.number().int(), skipped: z.number().int() }),
  }),
  errors: [],
  effect: 'read',
  permission: 'schedule:read',
  on: {
    rest: { route: 'GET /schedules/stats', answers: 'stats' },
    graphql: 'scheduleStats',
    cli: { command: 'schedule stats', examples: [{ line: 'ratchet schedule stats', about: 'How many schedules there are' }] },
  },
  async run({ schedules }: ScheduleServices) {
    const stats = await schedules.stats();
    const slots = (outcome: string) => stats.last24Hours[outcome] ?? 0;
    return {
      totalSchedules: stats.total,
      enabledSchedules: stats.enabled,
      disabledSchedules: stats.disabled,
      schedulesReadyToRun: stats.due,
      averageExecutionIntervalMinutes: stats.averageIntervalMs === null ? null : stats.averageIntervalMs / 60_000,
      lastExecution: isoTimeOrNull(stats.lastRunAt),
      nextExecution: isoTimeOrNull(stats.nextAt),
      oldestDue: isoTimeOrNull(stats.oldestDueAt),
      slotsLast24H: { ran: slots('ran'), late: slots('late'), caughtUp: slots('caught_up'), skipped: slots('skipped') },
    };
  },
});

export const readScheduleOperations = [listSchedulesOperation, scheduleStatsOperation, showScheduleOperation, listSlotsOperation] as const;
