import { defineError, type Problem } from '#kernel/index.ts';

export const patternNotFound = defineError<{ id: string; known: readonly string[] }>('PATTERN_NOT_FOUND', {
  http: 404,
  exit: 'usage',
  message: ({ id }) => `There is no error pattern ${JSON.stringify(id)}.`,
  hint: ({ known }) =>
    known.length === 0 ? 'List the patterns to see their ids.' : `Did you mean ${known.join(', ')}? The list of patterns has all of them.`,
  about: 'No built-in pattern, none of the configuration and none that is stored has this id.',
});

export const patternExists = defineError<{ id: string; origin: string }>('PATTERN_EXISTS', {
  http: 409,
  exit: 'usage',
  message: ({ id, origin }) => `There is a pattern ${id} already; it comes from ${origin}.`,
  hint: () => 'Choose another id, or replace the one that is there.',
  about: 'A pattern was to be stored under an id that another custom pattern has. Nothing was stored.',
});

export const patternReadOnly = defineError<{ id: string; origin: string }>('PATTERN_READ_ONLY', {
  http: 409,
  exit: 'usage',
  message: ({ id, origin }) => `The pattern ${id} comes from ${origin} and cannot be changed or removed here.`,
  hint: ({ origin }) =>
    origin === 'the configuration'
      ? 'Change it in the configuration file of the server.'
      : 'Store a pattern with the same id: it takes the place of the built-in one until it is removed.',
  about: 'Only patterns that were stored through the server can be changed or removed through it.',
});

export const patternInvalid = defineError<{ id: string; problems: readonly Problem[] }>('PATTERN_INVALID', {
  http: 422,
  exit: 'usage',
  message: ({ id, problems }) =>
    `The pattern ${id} cannot be used: ${problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')}`,
  hint: () =>
    'Correct the rules that are named. Split a long regular expression into several rules under `all`: each is looked for by itself.',
  about:
    'A rule of the pattern lacks what its type needs, or its regular expression cannot be read, or could take very long on some message: repetitions inside repetitions, alternatives that overlap inside a repetition, references back.',
});

export const tooManyPatterns = defineError<{ limit: number }>('PATTERN_LIMIT', {
  http: 409,
  exit: 'usage',
  message: ({ limit }) => `${limit} patterns are stored, which is the most there may be.`,
  hint: () => 'Remove patterns that no longer help.',
  about: 'Every failure is compared with every pattern, so their number is limited.',
});

export const errorToTestMissing = defineError<Record<string, never>>('PATTERN_TEST_EMPTY', {
  http: 400,
  exit: 'usage',
  message: () => 'There is nothing to test: neither an error nor an execution was given.',
  hint: () => 'Give `error` with a message, a type or a code, or `executionId` of an execution that failed.',
  about: 'Testing patterns needs an error to test them on.',
});
