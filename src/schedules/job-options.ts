import { JobRequest } from '#jobs/operations.ts';
import { z } from 'zod';
import type { Schedule } from './schedule.ts';

/** What the jobs of a schedule may be asked for beside task and input: the words of a request for a job. */
const wanted = JobRequest.pick({
  priority: true,
  maxRetries: true,
  retryDelaySeconds: true,
  retry: true,
  retryOn: true,
  noRetryOn: true,
  timeoutMs: true,
  memoryMb: true,
  isolation: true,
  record: true,
  concurrencyKey: true,
  concurrencyLimit: true,
  rate: true,
  ignoresPause: true,
  outputDestinations: true,
}).shape;

/** The same, with nothing filled in: a change of a schedule leaves what it does not name. */
export const jobOptionShape = {
  ...wanted,
  priority: wanted.priority.unwrap().optional(),
  concurrencyLimit: wanted.concurrencyLimit.unwrap().optional().describe('How many with the same concurrencyKey run at once'),
  ignoresPause: wanted.ignoresPause.unwrap().optional().describe('Runs although its task or the queue is paused'),
};
export const ScheduleJobOptions = z.object(jobOptionShape);
export type ScheduleJobOptions = z.output<typeof ScheduleJobOptions>;
export const jobOptionNames = Object.keys(jobOptionShape) as (keyof ScheduleJobOptions)[];

type Asked = Pick<Schedule, 'id' | 'taskId' | 'taskVersion' | 'options' | 'overlap'>;

/** What a job of a schedule is asked for, as a request for a job. Where its runs queue, they share a key of which one runs at a time. */
export function jobOptionsOf({ id, taskId, taskVersion, options, overlap }: Asked): Record<string, unknown> {
  return {
    ...(JSON.parse(options) as Record<string, unknown>),
    taskId: String(taskId),
    version: taskVersion,
    ...(overlap === 'queue' ? { concurrencyKey: `schedule ${id}`, concurrencyLimit: 1 } : {}),
  };
}
