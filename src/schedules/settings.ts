import { setting } from '#kernel/index.ts';
import { z } from 'zod';

export const graceSeconds = setting({
  key: 'schedules.grace',
  unit: 'seconds',
  reload: 'live',
  type: z.number().min(1).max(86_400),
  default: 60,
  describe: 'Seconds a slot may be late and is still run as usual; an older one was missed, and the catch-up policy decides.',
});

export const lateSeconds = setting({
  key: 'schedules.late_after',
  unit: 'seconds',
  reload: 'live',
  type: z.number().min(0).max(86_400),
  default: 5,
  describe: 'Seconds after which a slot that is run counts as late in the ledger.',
});

export const catchUpLimitDefault = setting({
  key: 'schedules.catch_up_limit',
  reload: 'live',
  type: z.number().int().min(1).max(1_000),
  default: 100,
  describe: 'How many missed slots a schedule with catch-up `all` makes up for at most, where it says nothing else.',
});

export const heartbeatEnabled = setting({
  key: 'heartbeat.enabled',
  type: z.boolean(),
  default: true,
  describe: 'Whether the server runs the task `heartbeat` now and then.',
});

export const heartbeatCron = setting({
  key: 'heartbeat.cron',
  type: z.string().min(1).max(200),
  default: '*/5 * * * *',
  describe: 'When it does, as a cron expression in UTC.',
});

export const heartbeatOutputs = setting({
  key: 'heartbeat.outputs',
  type: z.array(z.enum(['stdio'])),
  default: ['stdio'],
  describe: 'Where the result of the heartbeat goes; kept with its schedule.',
});
