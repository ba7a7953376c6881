import cronstrue from 'cronstrue';
import { has, membersOf, type CronFields, type NumberSet, type SpecialDay, type YearRange } from './cron-fields.ts';
import { monthNames, weekdayNames } from './field-kinds.ts';

/** A cron line in plain words: "At 09:30, Monday through Friday". Weekdays and months are named, never numbered. */
export function describeCron(fields: CronFields): string {
  const { months, years } = fields;
  const named = monthNames.map(capital);
  const inMonths = membersOf(months).length === 12 ? '' : `, in ${listed(runsOf(membersOf(months), (month) => named[month - 1]!))}`;
  const inYears = years === null ? '' : `, in ${listed(years.map(yearWords))}`;
  const time = timeWords(fields);
  const onDays = dayWords(fields) || (/^At \d\d:/.test(time) ? ', every day' : '');
  return `${time}${onDays}${inMonths}${inYears}`;
}

/** "Every 1 hour and 30 minutes, counted from 2026-01-01T00:00:00.000Z". */
export function describeInterval(everyMs: number, anchorAt: number): string {
  let rest = everyMs;
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(count === 1 ? `1 ${unit}` : `${count} ${unit}s`);
  }
  const alone = parts.length === 1 ? parts[0]!.replace(/^1 /, '') : listed(parts);
  return `Every ${alone}, counted from ${new Date(anchorAt).toISOString()}`;
}

const units: readonly (readonly [string, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
  ['millisecond', 1],
];

function timeWords({ seconds, minutes, hours }: CronFields): string {
  const line = [timeField(seconds, 60), timeField(minutes, 60), timeField(hours, 24), '*', '*', '*'].join(' ');
  return cronstrue.toString(line, { use24HourTimeFormat: true });
}

/** A set as the field that says it most plainly. Steps that do not come out even are listed: "every 7 minutes" would not be true. */
function timeField(set: NumberSet, size: number): string {
  const members = membersOf(set);
  if (members.length === size) return '*';
  const step = members.length > 2 ? members[1]! - members[0]! : 0;
  const isEven = step > 1 && members.length === size / step && members.every((one, index) => one === members[0]! + index * step);
  if (isEven) return members[0] === 0 ? `*/${step}` : `${members[0]}/${step}`;
  return runs(members)
    .map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
    .join(',');
}

/** Which days, after a comma; empty: every day. */
function dayWords(fields: CronFields): string {
  const dates = dateWords(fields);
  const weekdays = weekdayWords(fields);
  if (fields.joins === 'either') return dates === null || weekdays === null ? '' : `, ${dates}, and also ${weekdays}`;
  if (dates === null) return weekdays === null ? '' : `, ${weekdays.startsWith('on ') ? 'only ' : ''}${weekdays}`;
  return weekdays === null ? `, ${dates}` : `, ${dates}, but only ${weekdays}`;
}

/** "on days 1 and 10 through 15 and the last day of the month"; null: every day. */
function dateWords({ days, specialDays }: CronFields): string | null {
  const numbers = membersOf(days);
  if (numbers.length === 31) return null;
  const plain = numbers.length === 0 ? [] : [`${numbers.length === 1 ? 'day' : 'days'} ${listed(runsOf(numbers, String))}`];
  return `on ${listed([...plain, ...specialDays.map(specialWords)])} of the month`;
}

function specialWords(day: SpecialDay): string {
  switch (day.kind) {
    case 'last-weekday':
      return 'the last weekday (Monday to Friday)';
    case 'nearest-weekday':
      return `the weekday (Monday to Friday) nearest to day ${day.day}`;
    case 'before-last':
      if (day.days === 0) return 'the last day';
      return day.days === 1 ? 'the day before the last day' : `the day ${day.days} days before the last day`;
  }
}

/** "Monday through Friday", "on Sunday", "on the second Friday of the month"; null: every day. */
function weekdayWords({ weekdays, nthWeekdays }: CronFields): string | null {
  const named = weekdayNames.map(capital);
  // A week is read from Monday, so that a weekend stays together.
  const numbers = [1, 2, 3, 4, 5, 6, 0].filter((day) => has(weekdays, day)).map((day) => (day === 0 ? 7 : day));
  if (numbers.length === 7) return null;
  const plain = runsOf(numbers, (day) => named[day % 7]!);
  const nth = nthWeekdays.map((one) => `the ${one.nth === 'last' ? 'last' : ordinals[one.nth - 1]} ${named[one.weekday]} of the month`);
  const isOneRun = plain.length === 1 && nth.length === 0 && numbers.length > 1;
  return isOneRun ? plain[0]! : `on ${listed([...plain, ...nth])}`;
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth'];

function yearWords({ from, to, step }: YearRange): string {
  if (from === to) return String(from);
  return step === 1 ? `${from} through ${to}` : `every ${step} years from ${from} through ${to}`;
}

/** Runs of three and more as "a through b", others one by one. */
function runsOf(ascending: readonly number[], nameOf: (number: number) => string): string[] {
  return runs(ascending).flatMap(([from, to]) => {
    if (to - from > 1) return [`${nameOf(from)} through ${nameOf(to)}`];
    return from === to ? [nameOf(from)] : [nameOf(from), nameOf(to)];
  });
}

/** Neighbouring numbers together, as first and last of each run. */
function runs(ascending: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const one of ascending) {
    const last = found.at(-1);
    if (last && last[1] === one - 1) last[1] = one;
    else found.push([one, one]);
  }
  return found;
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

function capital(name: string): string {
  return name[0]! + name.slice(1).toLowerCase();
}
