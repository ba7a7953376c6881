const secondMs = 1_000;
const dayMs = 86_400_000;
/** Larger than any difference between clocks, or change of them. */
const farMs = 2 * dayMs;

/**
 * Every time at which a cron line comes due, worked out from what the guide to schedules says and from nothing of the program: each day is
 * tried, each time of day is tried, each field is read anew as it is written. Slow, and meant to be.
 * @param expression five, six or seven fields, no nickname, valid
 * @param from milliseconds since 1970 UTC, whole seconds, included; not before 1972, when some clocks still differed by odd seconds
 * @param to not included
 */
export function cronOracle(expression: string, timeZone: string, from: number, to: number): number[] {
  const line = readLine(expression);
  const clock = clockOf(timeZone, from - farMs, to + farMs);
  const slots = new Set<number>();
  for (let midnight = Math.floor((from - farMs) / dayMs) * dayMs; midnight < to + farMs; midnight += dayMs) {
    if (!fitsDay(line, midnight)) continue;
    for (const time of line.times) {
      for (const slot of instantsOf(clock, midnight + time, line.repeats)) if (slot >= from && slot < to) slots.add(slot);
    }
  }
  return [...slots].toSorted((a, b) => a - b);
}

/** When clocks of a zone are changed from one time to another, in milliseconds since 1970 UTC. */
export function clockChanges(timeZone: string, from: number, to: number): number[] {
  return clockOf(timeZone, from, to)
    .map(({ since }) => since)
    .filter((since) => since >= from && since < to);
}

/** Whether a day fits, given its midnight as if it were in UTC. */
type DayTest = (midnight: number) => boolean;

interface Line {
  /** Milliseconds after midnight. */
  readonly times: readonly number[];
  readonly days: readonly DayTest[];
  readonly months: ReadonlySet<number>;
  readonly weekdays: readonly DayTest[];
  /** Null: every year. */
  readonly years: ReadonlySet<number> | null;
  /** Whether one of the fields of days begins with a star, so that both have to fit. */
  readonly thins: boolean;
  readonly repeats: boolean;
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

function readLine(expression: string): Line {
  const words = expression.trim().toUpperCase().split(/\s+/);
  const [second, minute, hour, day, month, weekday, year] = [...(words.length === 5 ? ['0'] : []), ...words] as string[];
  const [hours, minutes, seconds] = [numbersOf(hour!, 0, 23), numbersOf(minute!, 0, 59), numbersOf(second!, 0, 59)];
  return {
    times: [...hours].flatMap((h) => [...minutes].flatMap((m) => [...seconds].map((s) => ((h * 60 + m) * 60 + s) * secondMs))),
    days: day!.split(',').map(dateTest),
    months: numbersOf(month!, 1, 12, monthNames),
    weekdays: weekday!.split(',').map(weekdayTest),
    years: year === undefined || year === '*' ? null : numbersOf(year, 1970, 9999),
    thins: /^[*?]/.test(day!) || /^[*?]/.test(weekday!),
    repeats: hour === '*' || hour!.includes('/') || hours.size === 24,
  };
}

/** The numbers of a field, found by counting through it as it is written. */
function numbersOf(field: string, min: number, max: number, names: readonly string[] = []): ReadonlySet<number> {
  const size = max - min + 1;
  const valueOf = (word: string) => (names.includes(word) ? names.indexOf(word) + min : Number(word));
  const numbers = field.split(',').flatMap((item) => {
    const [base, step] = item.split('/') as [string, string?];
    const [first, end] = base === '*' ? [String(min), String(max)] : (base.split('-') as [string, string?]);
    const from = valueOf(first);
    let to = end === undefined ? (step === undefined ? from : max) : valueOf(end);
    // Round the corner: from Friday to Monday. Sunday as 7 is the same day, a week on.
    if (to < from) to += size;
    const found: number[] = [];
    for (let one = from; one <= to; one += Number(step ?? 1)) found.push(min + ((one - min) % size));
    return found;
  });
  return new Set(numbers);
}

function fitsDay(line: Line, midnight: number): boolean {
  const date = new Date(midnight);
  if (line.years?.has(date.getUTCFullYear()) === false || !line.months.has(date.getUTCMonth() + 1)) return false;
  const byDate = line.days.some((test) => test(midnight));
  const byWeekday = line.weekdays.some((test) => test(midnight));
  return line.thins ? byDate && byWeekday : byDate || byWeekday;
}

function dateTest(item: string): DayTest {
  const monthOf = (time: number) => new Date(time).getUTCMonth();
  const isWorkday = (time: number) => new Date(time).getUTCDay() % 6 !== 0;
  const nearest = (wanted: number) =>
    [0, -1, 1, -2, 2].map((days) => wanted + days * dayMs).find((time) => monthOf(time) === monthOf(wanted) && isWorkday(time));
  const lastOf = (midnight: number) => Date.UTC(new Date(midnight).getUTCFullYear(), monthOf(midnight) + 1, 1) - dayMs;
  if (item === '*' || item === '?') return () => true;
  if (item === 'LW') return (midnight) => midnight === nearest(lastOf(midnight));
  if (item.startsWith('L')) return (midnight) => midnight === lastOf(midnight) - Number(item.slice(2)) * dayMs;
  if (item.endsWith('W')) {
    const day = Number(item.slice(0, -1));
    return (midnight) => {
      const wanted = midnight + (day - new Date(midnight).getUTCDate()) * dayMs;
      return monthOf(wanted) === monthOf(midnight) && midnight === nearest(wanted);
    };
  }
  const days = numbersOf(item, 1, 31);
  return (midnight) => days.has(new Date(midnight).getUTCDate());
}

function weekdayTest(item: string): DayTest {
  if (item === '*' || item === '?') return () => true;
  const [name, nth] = item.replace(/L$/, '').split('#') as [string, string?];
  const days = numbersOf(name, 0, 6, weekdayNames);
  return (midnight) => {
    const monthAway = (weeks: number) => new Date(midnight + weeks * 7 * dayMs).getUTCMonth();
    if (!days.has(new Date(midnight).getUTCDay())) return false;
    if (nth !== undefined) return monthAway(-Number(nth)) !== monthAway(0) && monthAway(1 - Number(nth)) === monthAway(0);
    return !item.endsWith('L') || monthAway(1) !== monthAway(0);
  };
}

/** Since a time, clocks show so much more than UTC; in milliseconds. */
interface Setting {
  readonly since: number;
  readonly offset: number;
}

/** Named times: once, the first of two, and together after a gap. Repeating ones: both of two, and in a gap by the old clock. */
function instantsOf(clock: readonly Setting[], local: number, repeats: boolean): number[] {
  const found = clock
    .map(({ since, offset }, index) => ({ time: local - offset, since, until: clock[index + 1]?.since ?? Infinity }))
    .filter(({ time, since, until }) => time >= since && time < until)
    .map(({ time }) => time);
  if (found.length > 0) return repeats ? found : [Math.min(...found)];
  const index = clock.findIndex(({ since, offset }, one) => one > 0 && local >= since + clock[one - 1]!.offset && local < since + offset);
  // Before the first setting that was looked at.
  if (index === -1) return [];
  return [repeats ? local - clock[index - 1]!.offset : clock[index]!.since];
}

interface Clock {
  readonly from: number;
  readonly to: number;
  readonly settings: readonly Setting[];
}
const clocks = new Map<string, Clock>();

/** Every setting of the clocks in force from one time to another, in order. Looks every four days; no zone has changed them twice in six. */
function clockOf(timeZone: string, from: number, to: number): readonly Setting[] {
  const known = clocks.get(timeZone);
  if (known && known.from <= from && known.to >= to) return known.settings;
  const clock = readClock(timeZone, Math.min(from, known?.from ?? Date.UTC(2006, 0)), Math.max(to, known?.to ?? Date.UTC(2029, 0)));
  clocks.set(timeZone, clock);
  return clock.settings;
}

function readClock(timeZone: string, from: number, to: number): Clock {
  const offsetAt = offsetReader(timeZone);
  const settings: Setting[] = [{ since: -Infinity, offset: offsetAt(from) }];
  for (let time = from; time < to; time += 4 * dayMs) {
    const { offset } = settings.at(-1)!;
    let [before, after] = [time, time + 4 * dayMs];
    if (offsetAt(after) === offset) continue;
    while (after - before > secondMs) {
      const middle = before + Math.floor((after - before) / 2 / secondMs) * secondMs;
      if (offsetAt(middle) === offset) before = middle;
      else after = middle;
    }
    settings.push({ since: after, offset: offsetAt(after) });
  }
  return { from, to, settings };
}

function offsetReader(timeZone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  return (time) => {
    const found = /GMT(?:([+-])(\d\d):(\d\d))?$/.exec(format.format(time))!;
    const minutes = Number(found[2] ?? 0) * 60 + Number(found[3] ?? 0);
    return (found[1] === '-' ? -minutes : minutes) * 60_000;
  };
}
