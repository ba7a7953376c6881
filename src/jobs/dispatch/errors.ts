import { defineError } from '#kernel/index.ts';

export const jobCancelled = defineError<{ job: string }>('JOB_CANCELLED', {
  http: 409,
  exit: 'interrupted',
  message: ({ job }) => `Job ${job} was cancelled while it ran.`,
  hint: () => 'Retry the job to let it run again from the start.',
  about:
    'Somebody asked for the cancellation. The attempt was ended at once; what it had already done outside, such as requests it had sent, stays done.',
});

export const taskResting = defineError<{ task: string; until: string; failures: number }>('TASK_RESTING', {
  http: 503,
  exit: 'busy',
  retryable: true,
  message: ({ task, until, failures }) => `Task ${task} failed ${failures} times within a minute and rests until ${until}.`,
  hint: () => 'Look at its latest failed executions; its jobs go on by themselves afterwards, one at a time at first.',
  about:
    'A circuit breaker: a task that keeps failing is not started for a while, so that its retries do not take the place of work that succeeds.',
});
