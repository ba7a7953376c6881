import { defineError } from '#kernel/index.ts';

export const workerNotFound = defineError<{ id: string; known: string[] }>('WORKER_NOT_FOUND', {
  http: 404,
  exit: 'failed',
  message: ({ id }) => `There is no worker ${JSON.stringify(id)}.`,
  hint: ({ known }) =>
    known.length === 0 ? 'No worker has been started yet: they start when there is work.' : `Running now: ${known.join(', ')}.`,
  about: 'Workers come and go: one that was listed a moment ago may have been replaced. `GET /api/v1/workers` lists those that run.',
});
