import { defineError } from '#kernel/index.ts';

export const noTestMatches = defineError<{ asked: string; names: string[]; total: number }>('TEST_NOT_FOUND', {
  http: 404,
  exit: 'usage',
  message: ({ asked, total }) => `No test matches ${asked}; there ${total === 1 ? 'is 1 test' : `are ${total} tests`}.`,
  hint: ({ names, total }) =>
    total === 0
      ? 'Write tests/test-001.json: {"input": ..., "expected_output": ...}.'
      : `The tests are: ${names.join(', ')}${total > names.length ? ` and ${total - names.length} more` : ''}.`,
  about:
    'A filter was given and none of the tests is called so. Filters are compared with the name of the task, the file and the name of the test, without regard to capitals; a text between slashes is a regular expression.',
});

export const filterInvalid = defineError<{ filter: string; reason: string }>('TEST_FILTER_INVALID', {
  http: 400,
  exit: 'usage',
  message: ({ filter, reason }) => `The filter ${filter} is not a regular expression: ${reason}.`,
  hint: () => 'A filter between slashes is a regular expression; leave the slashes out to look for the text itself.',
  about: 'A filter written between slashes could not be understood as a regular expression.',
});

export const testUnwritable = defineError<{ path: string; reason: string }>('TEST_UNWRITABLE', {
  http: 422,
  exit: 'usage',
  message: ({ path, reason }) => `Cannot write a test into ${path}: ${reason}.`,
  hint: () => 'Give the folder of a task you may write to; a ZIP archive has to be unpacked first.',
  about: 'A test was to be written beside a task, and the file system refused, or the task is an archive. Nothing was changed.',
});

export const reportUnwritable = defineError<{ path: string; reason: string }>('TEST_REPORT_UNWRITABLE', {
  http: 422,
  exit: 'usage',
  message: ({ path, reason }) => `The report cannot be written to ${path}: ${reason}.`,
  hint: () => 'Choose a path in a folder you may write to. The tests themselves were run.',
  about: 'The tests were run, but the file for their report could not be written.',
});
