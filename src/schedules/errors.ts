import { defineError } from '#kernel/index.ts';

/** `character` counts from 1 in the expression as it was given; null where no single place is wrong. */
export const cronInvalid = defineError<{ expression: string; problem: string; character: number | null; advice: string }>(
  'SCHEDULE_CRON_INVALID',
  {
    http: 400,
    exit: 'usage',
    message: ({ expression, problem, character }) =>
      `Invalid cron expression ${JSON.stringify(expression)}: ${problem}${character === null ? '' : ` (character ${character})`}.`,
    hint: ({ advice }) => advice,
    about:
      'The rule of a schedule cannot be read. The message names the field, the value and its place; the guide to schedules lists what each field may hold.',
  },
);

export const dateImpossible = defineError<{ expression: string }>('SCHEDULE_DATE_IMPOSSIBLE', {
  http: 400,
  exit: 'usage',
  message: ({ expression }) =>
    `The cron expression ${JSON.stringify(expression)} names a date that does not exist, so it would never come due.`,
  hint: () => 'Correct the day or the month; `L` is the last day of any month.',
  about: 'Every field of the rule is well-formed, but no date fits all of them, such as 31 February, in any year from 1970 to 9999.',
});

/** `similar`: names of time zones that may have been meant. */
export const timeZoneUnknown = defineError<{ timeZone: string; similar: readonly string[] }>('SCHEDULE_TIME_ZONE_UNKNOWN', {
  http: 400,
  exit: 'usage',
  message: ({ timeZone }) => `There is no time zone ${JSON.stringify(timeZone)}.`,
  hint: ({ similar }) =>
    similar.length > 0
      ? `Did you mean ${similar.join(' or ')}? Zones are named as in the IANA database.`
      : 'Name a zone of the IANA database, such as Europe/Berlin, or UTC.',
  about:
    'A time zone is named as in the IANA database, such as `Europe/Berlin` or `UTC`. Short forms such as CEST and offsets such as UTC+2 say nothing of daylight saving and are refused.',
});

export const intervalInvalid = defineError<{ interval: string; problem: string }>('SCHEDULE_INTERVAL_INVALID', {
  http: 400,
  exit: 'usage',
  message: ({ interval, problem }) => `Invalid interval ${JSON.stringify(interval)}: ${problem}.`,
  hint: () => 'Give seconds as a number, a duration such as "10m" or "1h30m", or one of ISO 8601 such as "PT10M"; from 1 s to 3650 days.',
  about: 'The interval of a schedule cannot be read, or is shorter than a second, or longer than ten years.',
});

export const timeInvalid = defineError<{ time: string }>('SCHEDULE_TIME_INVALID', {
  http: 400,
  exit: 'usage',
  message: ({ time }) => `${time} is not a time between the years 1970 and 9999.`,
  hint: () => 'Give a time such as "2030-01-31T09:00:00Z".',
  about: 'A schedule that comes due once needs the time at which it does.',
});

export const scheduleNotFound = defineError<{ schedule: string }>('SCHEDULE_NOT_FOUND', {
  http: 404,
  exit: 'usage',
  message: ({ schedule }) => `There is no schedule ${schedule}.`,
  hint: () => 'Give the number, the uuid or the name of a schedule; `ratchet schedule list` shows them.',
  about: 'No schedule has this number, uuid or name: it never existed, it was removed, or its task was removed and the schedule with it.',
});

export const scheduleNameShared = defineError<{ name: string; ids: readonly number[] }>('SCHEDULE_NAME_SHARED', {
  http: 409,
  exit: 'usage',
  message: ({ name, ids }) => `Several schedules are called ${name}: ${ids.join(', ')}.`,
  hint: () => 'Give the number of the one that is meant.',
  about: 'Names of schedules may be used more than once. A name that several have does not say which of them is meant.',
});

export const scheduleTaskGone = defineError<{ task: string }>('SCHEDULE_TASK_GONE', {
  http: 422,
  exit: 'usage',
  message: ({ task }) => `Task ${task} does not exist (any more), so nothing can be scheduled.`,
  hint: () => 'List the tasks and name one that exists, by number, uuid or name.',
  about: 'A schedule was asked for of a task that nobody knows, or that was removed between the question and the answer.',
});

export const scheduleVersionUnknown = defineError<{ task: string; version: string; available: readonly string[] }>(
  'SCHEDULE_VERSION_UNKNOWN',
  {
    http: 422,
    exit: 'usage',
    message: ({ task, version, available }) => `Task ${task} has no version ${version}; there is ${available.join(', ')}.`,
    hint: () => 'Name one of these, or none for the one that is current when a job starts.',
    about: 'A schedule may name the version of its task; this one does not exist.',
  },
);

export const scheduleInputInvalid = defineError<{ task: string; problems: readonly { path: string; message: string }[] }>(
  'SCHEDULE_INPUT_INVALID',
  {
    http: 422,
    exit: 'invalidInput',
    message: ({ task, problems }) =>
      `Task ${task} does not take this input: ${problems.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ')}.`,
    hint: ({ task }) => `Correct the named fields; \`ratchet task show ${task}\` shows the input schema.`,
    about:
      'The input of a schedule is checked against the input schema of its task when the schedule is made or changed, so that a mistake is noticed then and not at night.',
  },
);

export const scheduleOver = defineError<{ rule: string }>('SCHEDULE_OVER', {
  http: 422,
  exit: 'usage',
  message: ({ rule }) => `The schedule would never come due from now on: ${rule}.`,
  hint: () => 'Give a time that is yet to come, a later end, or make the schedule disabled.',
  about: 'The times of the rule lie in the past, or outside of the time from its start to its end.',
});

export const scheduleRuleUnclear = defineError<{ said: readonly string[] }>('SCHEDULE_RULE_UNCLEAR', {
  http: 400,
  exit: 'usage',
  message: ({ said }) =>
    said.length === 0
      ? 'Nothing says when the schedule comes due.'
      : `Only one thing can say when a schedule comes due, not ${said.join(' and ')}.`,
  hint: () => 'Give one of cronExpression (such as "0 3 * * *"), every (such as "10m") and at (a time).',
  about: 'A schedule comes due by a cron expression, every so often, or once at a time: exactly one of these has to be said.',
});

export const scheduleExhausted = defineError<{ schedule: string; executions: number }>('SCHEDULE_EXHAUSTED', {
  http: 409,
  exit: 'usage',
  message: ({ schedule, executions }) => `Schedule ${schedule} has run ${executions} times, as often as it may.`,
  hint: () => 'Raise maxExecutions first, or take it away with null.',
  about: 'A schedule with a number of executions is switched off when it has had them, and cannot be switched on before it may have more.',
});

export const scheduleProtected = defineError<{ schedule: string }>('SCHEDULE_PROTECTED', {
  http: 409,
  exit: 'usage',
  message: ({ schedule }) => `Schedule ${schedule} belongs to the server and cannot be removed, nor get another task.`,
  hint: () => 'Disable it; or switch it off for good in the configuration, with heartbeat.enabled: false.',
  about: 'What the server makes for itself is made again at its next start, so removing it would be of no use.',
});
