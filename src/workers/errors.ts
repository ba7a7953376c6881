import { defineError } from '#kernel/index.ts';

export const workerNotFound = defineError<{ id: string; known: string[] }>('WORKER_NOT_FOUND', {
  http: 404,
  exit: 'failed',
  message: ({ id }) => `There is no worker ${JSON.stringify(id)}.`,
  hint: ({ known }) =>
    known.length === 0 ? 'No worker has been started yet: they start when there is work.' : `Running now: ${known.join(', ')}.`,
  about: 'Workers come and go: one that was listed a moment ago may have been replaced. `GET /api/v1/workers` lists those that run.',
});

export const workerCountRefused = defineError<{ count: number; least: number; most: number }>('WORKER_COUNT_REFUSED', {
  http: 400,
  exit: 'usage',
  message: ({ count, least, most }) => `${count} worker processes are not possible here: at least ${least}, at most ${most}.`,
  hint: ({ least, most }) =>
    `Ask for ${least} to ${most}. Tasks that wait for answers need no worker each: one runs several executions side by side.`,
  about:
    'A server needs one worker, and more than eight for each processor would only take memory and wait for each other. A higher number in `engine.workers` of the configuration counts instead.',
});
