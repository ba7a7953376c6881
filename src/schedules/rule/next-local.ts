import { firstFrom, firstYear, has, lastYear, type CronFields, type SpecialDay, type YearRange } from './cron-fields.ts';

const dayMs = 86_400_000;

/**
 * The first local time that fits a cron line, not before another. Both are what a clock on the wall shows, written as milliseconds since
 * 1970 as if the wall were in UTC; whole seconds. Null where none is left before the year 10000.
 */
export function nextLocal(fields: CronFields, notBefore: number): number | null {
  const start = new Date(Math.max(notBefore, 0));
  const startYear = start.getUTCFullYear();
  let day = start.getUTCDate();
  let month = start.getUTCMonth() + 1;
  let year = nextYear(fields.years, startYear);
  if (year !== startYear) [month, day] = [1, 1];
  let time = year === startYear ? nextTime(fields, secondOfDay(start)) : null;
  if (time === null && year === startYear) day++;

  for (; year !== null; year = nextYear(fields.years, year + 1), month = 1, day = 1) {
    for (let at = firstFrom(fields.months, month); at !== -1; at = firstFrom(fields.months, at + 1)) {
      const fits = nextDay(fields, year, at, at === month ? day : 1);
      if (fits === null) continue;
      if (fits !== start.getUTCDate() || at !== start.getUTCMonth() + 1 || year !== startYear) time = null;
      return Date.UTC(year, at - 1, fits) + (time ?? nextTime(fields, 0)!) * 1000;
    }
  }
  return null;
}

function secondOfDay(time: Date): number {
  return time.getUTCHours() * 3600 + time.getUTCMinutes() * 60 + time.getUTCSeconds();
}

/** The first time of day, in seconds, not before another; null: none today. */
function nextTime({ hours, minutes, seconds }: CronFields, from: number): number | null {
  const fromHour = Math.floor(from / 3600);
  const fromMinute = Math.floor(from / 60) % 60;
  if (has(hours, fromHour)) {
    if (has(minutes, fromMinute)) {
      const second = firstFrom(seconds, from % 60);
      if (second !== -1) return fromHour * 3600 + fromMinute * 60 + second;
    }
    const minute = firstFrom(minutes, fromMinute + 1);
    if (minute !== -1) return fromHour * 3600 + minute * 60 + firstFrom(seconds, 0);
  }
  const hour = firstFrom(hours, fromHour + 1);
  return hour === -1 ? null : hour * 3600 + firstFrom(minutes, 0) * 60 + firstFrom(seconds, 0);
}

/** The first day of a month that fits, not before another. */
function nextDay(fields: CronFields, year: number, month: number, from: number): number | null {
  const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const length = lengthOf(year, month);
  const isEither = fields.joins === 'either';
  for (let day = from; day <= length; day++) {
    const byDate = has(fields.days, day) || fields.specialDays.some((special) => day === dayOf(special, first, length));
    if (byDate && isEither) return day;
    if (!byDate && !isEither) continue;
    const weekday = (first + day - 1) % 7;
    const byWeekday =
      has(fields.weekdays, weekday) ||
      fields.nthWeekdays.some((one) => one.weekday === weekday && (one.nth === 'last' ? day + 7 > length : Math.ceil(day / 7) === one.nth));
    if (byWeekday) return day;
  }
  return null;
}

/** Which day of a month it is, given the weekday of the first and the length of the month; 0: none of this month. */
function dayOf(special: SpecialDay, first: number, length: number): number {
  switch (special.kind) {
    case 'before-last':
      return Math.max(0, length - special.days);
    case 'last-weekday':
      return nearestWeekday(length, first, length);
    case 'nearest-weekday':
      return special.day > length ? 0 : nearestWeekday(special.day, first, length);
  }
}

/** The day from Monday to Friday of the same month that is nearest. */
function nearestWeekday(day: number, first: number, length: number): number {
  const weekday = (first + day - 1) % 7;
  if (weekday === 6) return day === 1 ? 3 : day - 1;
  if (weekday === 0) return day === length ? day - 2 : day + 1;
  return day;
}

function lengthOf(year: number, month: number): number {
  return (Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1)) / dayMs;
}

/** The first year that fits, not before another. */
function nextYear(years: readonly YearRange[] | null, from: number): number | null {
  const notBefore = Math.max(from, firstYear);
  if (years === null) return notBefore > lastYear ? null : notBefore;
  let next: number | null = null;
  for (const range of years) {
    const year = Math.max(range.from, range.from + Math.ceil((notBefore - range.from) / range.step) * range.step);
    if (year <= range.to && (next === null || year < next)) next = year;
  }
  return next;
}
