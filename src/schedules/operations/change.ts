import { jobInputTooLarge, jobTaskGone, jobTaskUnavailable, jobVersionUnknown, queueFull, storageRefuses } from '#jobs/operations.ts';
import { operation } from '#kernel/index.ts';
import { z } from 'zod';
import { scheduleExhausted, scheduleOver, scheduleProtected } from '../errors.ts';
import { aliases, ScheduleChange, ScheduleCreation, ScheduleRef } from '../schedule-request.ts';
import { shownSchedule, ShownSchedule } from '../shown-schedule.ts';
import { ofTheFields, ofTheName, type ScheduleServices } from './services.ts';

const flags = { taskId: '--task', cronExpression: '--cron', jitterMs: '--jitter' };
const Changed = z.object({ schedule: ShownSchedule, message: z.string() });

export const createScheduleOperation = operation({
  name: 'schedules.create',
  summary: 'Schedule a task',
  details:
    'By a cron expression in a time zone, every so often, or once. Each time it comes due a job is queued, and a row of its ledger says what became of it. The input is checked against the schema of the task now.',
  input: ScheduleCreation,
  output: ShownSchedule,
  errors: [...ofTheFields],
  effect: 'write',
  permission: 'schedule:create',
  on: {
    rest: { route: 'POST /schedules', status: 201, aliases },
    graphql: 'createSchedule',
    cli: {
      command: 'schedule create',
      positional: ['name'],
      flags,
      examples: [
        {
          line: `ratchet schedule create nightly --task addition --cron '0 3 * * *' --time-zone Europe/Berlin --input-json '{"num1": 5, "num2": 10}'`,
          about: 'Every night at three, in Berlin',
        },
        {
          line: `ratchet schedule create often --task addition --every 10m --input-json '{"num1": 5, "num2": 10}'`,
          about: 'Every ten minutes',
        },
      ],
    },
  },
  run: async ({ schedules }: ScheduleServices, said, { caller }) => shownSchedule(await schedules.create(said, caller.name), true),
});

export const updateScheduleOperation = operation({
  name: 'schedules.update',
  summary: 'Change a schedule',
  details:
    'What is not named stays as it is; null takes a value away. Another rule counts from now on; what is queued already stays queued. Its ledger is kept.',
  input: ScheduleChange.extend({ id: ScheduleRef }),
  output: ShownSchedule,
  errors: [...ofTheName, ...ofTheFields, scheduleExhausted, scheduleProtected],
  effect: 'write',
  permission: 'schedule:update',
  on: {
    rest: { route: 'PATCH /schedules/:id', aliases },
    graphql: 'updateSchedule',
    cli: {
      command: 'schedule update',
      positional: ['id'],
      flags,
      examples: [{ line: `ratchet schedule update nightly --cron '30 4 * * *'`, about: 'Another time, from now on' }],
    },
  },
  run: async ({ schedules }: ScheduleServices, { id, ...change }, { caller }) =>
    shownSchedule(await schedules.update(id, change, caller.name), true),
});

export const removeScheduleOperation = operation({
  name: 'schedules.remove',
  summary: 'Remove a schedule',
  details: 'With its ledger. Jobs it has made stay, also those that wait.',
  input: z.object({ id: ScheduleRef }),
  output: z.object({ id: z.string(), message: z.string() }),
  errors: [...ofTheName, scheduleProtected],
  effect: 'destroy',
  permission: 'schedule:delete',
  on: {
    rest: { route: 'DELETE /schedules/:id', answers: 'done' },
    graphql: 'deleteSchedule',
    cli: {
      command: 'schedule delete',
      positional: ['id'],
      examples: [{ line: 'ratchet schedule delete nightly', about: 'Removes the schedule nightly with its ledger' }],
    },
  },
  async run({ schedules }: ScheduleServices, { id }, { caller }) {
    const schedule = await schedules.remove(id, caller.name);
    return { id: String(schedule.id), message: `Schedule ${schedule.name} is gone.` };
  },
});

export const enableScheduleOperation = operation({
  name: 'schedules.enable',
  summary: 'Let a schedule come due',
  details: 'From now on: what it would have run while it was switched off is not made up for.',
  input: z.object({ id: ScheduleRef }),
  output: Changed,
  errors: [...ofTheName, scheduleExhausted, scheduleOver],
  effect: 'write',
  permission: 'schedule:update',
  on: {
    rest: { route: 'POST /schedules/:id/enable', answers: 'done' },
    graphql: 'enableSchedule',
    cli: {
      command: 'schedule enable',
      positional: ['id'],
      examples: [{ line: 'ratchet schedule enable nightly', about: 'Lets the schedule nightly run again' }],
    },
  },
  async run({ schedules }: ScheduleServices, { id }, { caller }) {
    const schedule = shownSchedule(await schedules.setEnabled(id, true, caller.name), true);
    return { schedule, message: `Schedule ${schedule.name} comes due next at ${schedule.nextRun}.` };
  },
});

export const disableScheduleOperation = operation({
  name: 'schedules.disable',
  summary: 'Keep a schedule from coming due',
  details: 'Until it is enabled again. What it has queued already stays queued; triggering it by hand goes on working.',
  input: z.object({ id: ScheduleRef }),
  output: Changed,
  errors: [...ofTheName],
  effect: 'write',
  permission: 'schedule:update',
  on: {
    rest: { route: 'POST /schedules/:id/disable', answers: 'done' },
    graphql: 'disableSchedule',
    cli: {
      command: 'schedule disable',
      positional: ['id'],
      examples: [{ line: 'ratchet schedule disable nightly', about: 'Runs the schedule nightly no more for now' }],
    },
  },
  async run({ schedules }: ScheduleServices, { id }, { caller }) {
    const schedule = shownSchedule(await schedules.setEnabled(id, false, caller.name), true);
    return { schedule, message: `Schedule ${schedule.name} is switched off.` };
  },
});

export const triggerScheduleOperation = operation({
  name: 'schedules.trigger',
  summary: 'Run a schedule now',
  details:
    'Queues a job at once, with the input of the schedule or another one, whatever else of the schedule runs and whether it is enabled or not. It does not count as one of its executions and leaves no row in its ledger.',
  input: z.object({ id: ScheduleRef, input: z.unknown().optional().describe('Another input as JSON') }),
  output: z.object({ scheduleId: z.string(), jobId: z.string(), jobUuid: z.string(), message: z.string() }),
  errors: [...ofTheName, jobTaskGone, jobTaskUnavailable, jobVersionUnknown, jobInputTooLarge, queueFull, storageRefuses],
  effect: 'write',
  permission: 'job:create',
  on: {
    rest: { route: 'POST /schedules/:id/trigger', answers: 'done', aliases: { inputData: 'input' } },
    graphql: 'triggerSchedule',
    cli: {
      command: 'schedule trigger',
      positional: ['id'],
      examples: [{ line: 'ratchet schedule trigger nightly', about: 'Runs the schedule nightly once more, now' }],
    },
  },
  async run({ schedules }: ScheduleServices, { id, input }, { caller }) {
    const { schedule, jobId, jobUuid } = await schedules.trigger(id, input === undefined ? null : JSON.stringify(input), caller.name);
    return {
      scheduleId: String(schedule.id),
      jobId: String(jobId),
      jobUuid,
      message: `Job ${jobId} of schedule ${schedule.name} is queued.`,
    };
  },
});

export const changeScheduleOperations = [
  createScheduleOperation,
  updateScheduleOperation,
  removeScheduleOperation,
  enableScheduleOperation,
  disableScheduleOperation,
  triggerScheduleOperation,
] as const;
