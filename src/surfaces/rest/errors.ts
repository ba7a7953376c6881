import { defineError } from '#kernel/index.ts';

export const paginationInvalid = defineError<{ problem: string }>('PAGINATION_INVALID', {
  http: 400,
  exit: 'usage',
  message: ({ problem }) => `Invalid pagination: ${problem}`,
  hint: () => 'Give _start and _end (at most 100 apart), or page and limit (1 to 100), or what an earlier page gave as next in after.',
  about: 'A page of a list was asked for with numbers that name none. Nothing was read.',
});

export const filterUnknown = defineError<{ filter: string; noun: string; nearest: string | null }>('FILTER_UNKNOWN', {
  http: 400,
  exit: 'usage',
  message: ({ filter, noun }) => `Lists of ${noun} have no filter ${JSON.stringify(filter)}.`,
  hint: ({ nearest }) => `${nearest === null ? '' : `Did you mean ${nearest}? `}The API reference at /docs lists every filter.`,
  about:
    'A list was asked for with a query field that is no filter of it. It is refused and not passed over, because a mistyped filter would answer with everything.',
});

export const sortUnknown = defineError<{ field: string; noun: string; sortable: readonly string[] }>('SORT_UNKNOWN', {
  http: 400,
  exit: 'usage',
  message: ({ field, noun }) => `Lists of ${noun} cannot be sorted by ${JSON.stringify(field)}.`,
  hint: ({ sortable }) => `Sort by one of ${sortable.join(', ')}, with _order=asc or desc.`,
  about: 'A list was asked for in an order that it does not have. Nothing was read.',
});

export const idempotencyKeyInvalid = defineError<Record<string, never>>('IDEMPOTENCY_KEY_INVALID', {
  http: 400,
  exit: 'usage',
  message: () => 'The header Idempotency-Key is empty, longer than 255 characters, or has characters outside of visible ASCII.',
  hint: () => 'Use a new UUID for each thing that is to happen once.',
  about: 'The key that is to make a request safe to repeat cannot be used as one. Nothing was run.',
});

export const idempotencyKeyBusy = defineError<{ retryAfterSeconds: number }>('IDEMPOTENCY_KEY_BUSY', {
  http: 409,
  exit: 'busy',
  retryable: true,
  message: () => 'A request with this Idempotency-Key is still being answered.',
  hint: () => 'Wait a moment and send it again: the answer of the first one comes back.',
  about: 'The same request arrived again before the first had been answered. It was not run a second time.',
});
