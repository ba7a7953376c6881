import { defineError } from '#kernel/index.ts';

export const debugBusy = defineError<{ running: number }>('DEBUG_BUSY', {
  http: 429,
  exit: 'busy',
  retryable: true,
  message: ({ running }) => `${running} tasks are being debugged on this server already; no more are at once.`,
  hint: () => 'Try again when one of them has ended, or debug on your own machine: `ratchet run-once --inspect-brk`.',
  about:
    'A run with a debugger has an isolate of its own, and no limit of time but the one it was given. So only a few are let in at once.',
});
