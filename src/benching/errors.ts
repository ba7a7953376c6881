import { defineError } from '#kernel/index.ts';

export const baselineUnreadable = defineError<{ path: string; reason: string }>('BASELINE_UNREADABLE', {
  http: 400,
  exit: 'usage',
  message: ({ path, reason }) => `${path} cannot be read as a baseline: ${reason}.`,
  hint: ({ path }) => `Make one with --save ${path}.`,
  about:
    'The file that should hold an earlier measurement is missing, is no JSON, or was not written by `ratchet bench --save`. Nothing was measured.',
});

export const baselineUnwritable = defineError<{ path: string; reason: string }>('BASELINE_UNWRITABLE', {
  http: 500,
  exit: 'environment',
  message: ({ path, reason }) => `The baseline cannot be written to ${path}: ${reason}.`,
  hint: () => 'Name a file in a folder that can be written.',
  about: 'Looked at before the measurement begins, so that no minute of it is lost: the folder does not exist, or is not writable.',
});

export const notComparable = defineError<{ path: string; differences: string[] }>('BASELINE_NOT_COMPARABLE', {
  http: 409,
  exit: 'usage',
  message: ({ path, differences }) => `${path} measured something else: ${differences.join('; ')}.`,
  hint: () => 'Measure under the same conditions, or leave --baseline away and compare by eye.',
  about:
    'A comparison was asked for with a measurement of another task, input, test, isolation or concurrency. The difference would be that of the conditions and not of the code, so nothing was measured. Another machine or another version of Node is no such case: the comparison is made, and says so.',
});
