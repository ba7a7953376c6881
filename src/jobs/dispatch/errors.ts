import { defineError } from '#kernel/index.ts';

export const jobCancelled = defineError<{ job: string }>('JOB_CANCELLED', {
  http: 409,
  exit: 'interrupted',
  message: ({ job }) => `Job ${job} was cancelled while it ran.`,
  hint: () => 'Retry the job to let it run again from the start.',
  about:
    'Somebody asked for the cancellation. The attempt was ended at once; what it had already done outside, such as requests it had sent, stays done.',
});
