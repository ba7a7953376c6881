import { defineError } from './error.ts';

/** One kind, whoever keeps the keys: the queue keeps those of jobs, the REST surface those of every other request. */
export const idempotencyKeyReused = defineError<{ key: string }>('IDEMPOTENCY_KEY_REUSED', {
  http: 422,
  exit: 'usage',
  message: ({ key }) => `The idempotency key ${JSON.stringify(key)} was used before for a different request.`,
  hint: () => 'Use a new key for a new request, and the same key only to repeat the very same request.',
  about:
    'A key stands for one request: repeating it gets the answer of the first time, and another request under it is a mistake of the caller. Nothing was run.',
});
