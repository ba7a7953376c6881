import { defineError } from '#kernel/index.ts';

export const traceUnwritable = defineError<{ path: string; reason: string }>('TRACE_UNWRITABLE', {
  http: 500,
  exit: 'environment',
  message: ({ path, reason }) => `The trace could not be written to ${path}: ${reason}.`,
  hint: () => 'Name a file in a folder that can be written: --trace-file <path>.',
  about:
    'The execution has ended and its result was printed, but the file of its trace could not be written: the folder does not exist or is not writable, the path is a folder, or the disk is full.',
});
