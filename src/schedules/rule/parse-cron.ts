import { cronInvalid } from '../errors.ts';
import { numberSet, type CronFields, type NthWeekday, type NumberSet, type SpecialDay, type YearRange } from './cron-fields.ts';
import { layouts, type FieldKind } from './field-kinds.ts';

const longestExpression = 1_000;

const nicknames: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** A piece of the line, and where it begins, counted from 0. */
interface Piece {
  readonly text: string;
  readonly at: number;
}

/** What a field holds; the parts that its kind does not know stay empty. */
interface FieldValues {
  readonly numbers: number[];
  readonly specialDays: SpecialDay[];
  readonly nthWeekdays: NthWeekday[];
  readonly years: YearRange[];
}

/**
 * Reads a cron line of five, six (seconds first) or seven fields (year last), or a nickname such as `@daily`.
 * @throws SCHEDULE_CRON_INVALID with the place and what may stand there
 */
export function parseCron(expression: string): CronFields {
  const refuse = (problem: string, at: number | null, advice: string) =>
    cronInvalid({ expression: expression.slice(0, 200), problem, character: at === null ? null : at + 1, advice });
  const general =
    'Write 5 fields (minute, hour, day of the month, month, weekday), 6 with seconds first, or 7 with the year last; or @hourly, @daily, @weekly, @monthly, @yearly.';
  if (expression.length > longestExpression) throw refuse(`it is longer than ${longestExpression} characters`, null, general);
  const foreign = /[^\s!-~]/u.exec(expression);
  if (foreign) throw refuse(`it holds ${JSON.stringify(foreign[0])}, which no rule does`, foreign.index, general);
  const written = expression.trim();
  if (written.startsWith('@')) {
    const line = nicknames[written.toLowerCase()];
    if (line !== undefined) return parseCron(line);
    const advice =
      written.toLowerCase() === '@reboot'
        ? 'Schedules follow the clock only.'
        : `Use one of ${Object.keys(nicknames).join(', ')}, or @every with a duration, such as @every 10m.`;
    throw refuse(`there is no ${written.split(/\s/)[0]!.slice(0, 40)}`, expression.indexOf('@'), advice);
  }
  if (/^(?:CRON_)?TZ=/i.test(written)) {
    throw refuse('it names a time zone', 0, 'Leave the zone out of the expression: it is a field of its own of the schedule.');
  }
  const pieces = piecesOf(expression, /\S+/g, 0);
  const layout = layouts.get(pieces.length);
  if (!layout) throw refuse(`it has ${pieces.length} ${pieces.length === 1 ? 'field' : 'fields'}`, null, general);

  const read = new Map<FieldKind['name'], { values: FieldValues; text: string }>();
  layout.forEach((kind, index) => {
    const { text, at } = pieces[index]!;
    const values = readField(kind, { text: text.toUpperCase(), at }, (problem, place, advice) =>
      refuse(problem, place, advice ?? kind.advice),
    );
    read.set(kind.name, { values, text });
  });
  return fieldsOf(read);
}

function fieldsOf(read: ReadonlyMap<FieldKind['name'], { values: FieldValues; text: string }>): CronFields {
  const numbers = (name: FieldKind['name']) => numberSet(read.get(name)!.values.numbers);
  const textOf = (name: FieldKind['name']) => read.get(name)?.text ?? '*';
  const hours = read.get('hour')!;
  return {
    seconds: read.has('second') ? numbers('second') : onlyZero,
    minutes: numbers('minute'),
    hours: numbers('hour'),
    days: numbers('day of the month'),
    specialDays: read.get('day of the month')!.values.specialDays,
    months: numbers('month'),
    weekdays: numbers('weekday'),
    nthWeekdays: read.get('weekday')!.values.nthWeekdays,
    years: textOf('year') === '*' ? null : read.get('year')!.values.years.toSorted((a, b) => a.from - b.from),
    joins: /^[*?]/.test(textOf('day of the month')) || /^[*?]/.test(textOf('weekday')) ? 'both' : 'either',
    repeats: hours.text === '*' || hours.text.includes('/') || new Set(hours.values.numbers).size === 24,
  };
}

const onlyZero: NumberSet = numberSet([0]);

type Refuse = (problem: string, at: number, advice?: string) => Error;

function readField(kind: FieldKind, field: Piece, refuse: Refuse): FieldValues {
  const values: FieldValues = { numbers: [], specialDays: [], nthWeekdays: [], years: [] };
  if (field.text === '?') {
    if (kind.name !== 'weekday' && kind.name !== 'day of the month') {
      throw refuse(`? stands in the field of the ${kind.name}`, field.at, 'Only the day of the month and the weekday may be ?; write *.');
    }
    addRange(kind, values, kind.min, wholeEnd(kind), 1);
    return values;
  }
  for (const item of piecesOf(field.text, /[^,]*(?:,|$)/g, field.at)) {
    const text = item.text.replace(/,$/, '');
    if (text === '' && item.at < field.at + field.text.length) throw refuse(`the list of the ${kind.name} has an empty place`, item.at);
    if (text !== '') readItem(kind, { text, at: item.at }, values, refuse);
  }
  if (field.text.endsWith(',')) throw refuse(`the list of the ${kind.name} ends with a comma`, field.at + field.text.length - 1);
  return values;
}

function readItem(kind: FieldKind, item: Piece, values: FieldValues, refuse: Refuse): void {
  if (kind.name === 'day of the month' && readSpecialDay(kind, item, values, refuse)) return;
  if (kind.name === 'weekday' && readNthWeekday(kind, item, values, refuse)) return;
  const slash = item.text.indexOf('/');
  const base = slash === -1 ? item.text : item.text.slice(0, slash);
  const step = slash === -1 ? 1 : readStep(kind, { text: item.text.slice(slash + 1), at: item.at + slash + 1 }, refuse);
  if (base === '*') {
    if (kind.name === 'year' && slash !== -1) {
      throw refuse('a step of years has no year to begin with', item.at, `Name the first year, such as 2030/${step}.`);
    }
    addRange(kind, values, kind.min, wholeEnd(kind), step);
    return;
  }
  const dash = base.indexOf('-', 1);
  const from = readNumber(kind, { text: dash === -1 ? base : base.slice(0, dash), at: item.at }, refuse);
  if (dash === -1) {
    addRange(kind, values, from, slash === -1 ? from : Math.max(from, wholeEnd(kind)), step);
    return;
  }
  const to = readNumber(kind, { text: base.slice(dash + 1), at: item.at + dash + 1 }, refuse);
  if (kind.name === 'year' && to < from) throw refuse(`the range of years ${base} ends before it begins`, item.at);
  addRange(kind, values, from, to, step);
}

/** A range that ends below its beginning goes round: 22-2 of hours, FRI-MON. */
function addRange(kind: FieldKind, values: FieldValues, from: number, to: number, step: number): void {
  if (kind.name === 'year') {
    values.years.push({ from, to, step });
    return;
  }
  const length = from <= to ? to - from : (to - from + 2 * kind.size) % kind.size;
  for (let passed = 0; passed <= length; passed += step) values.numbers.push(kind.min + ((from - kind.min + passed) % kind.size));
}

function readSpecialDay(kind: FieldKind, { text, at }: Piece, values: FieldValues, refuse: Refuse): boolean {
  if (text === 'LW') values.specialDays.push({ kind: 'last-weekday' });
  else if (text === 'L') values.specialDays.push({ kind: 'before-last', days: 0 });
  else if (text.startsWith('L-')) {
    const days = /^L-(\d{1,2})$/.exec(text)?.[1];
    if (days === undefined || Number(days) > 30)
      throw refuse(`${shown(text)} is no day of the month`, at, 'L-0 to L-30 are days before the last.');
    values.specialDays.push({ kind: 'before-last', days: Number(days) });
  } else if (/^[^-/]+W$/.test(text)) {
    values.specialDays.push({ kind: 'nearest-weekday', day: readNumber(kind, { text: text.slice(0, -1), at }, refuse) });
  } else return false;
  return true;
}

function readNthWeekday(kind: FieldKind, { text, at }: Piece, values: FieldValues, refuse: Refuse): boolean {
  if (text === 'L')
    throw refuse('L alone is no weekday', at, 'Name the day: FRIL is the last Friday of the month, 6 or SAT every Saturday.');
  const nth = /^([^#]*)#(.*)$/.exec(text);
  if (nth) {
    const weekday = readNumber(kind, { text: nth[1]!, at }, refuse) % 7;
    if (!/^[1-5]$/.test(nth[2]!)) {
      throw refuse(
        `${shown(text)} is no weekday of a month`,
        at + nth[1]!.length + 1,
        'After # stands 1 to 5; the last one is written FRIL.',
      );
    }
    values.nthWeekdays.push({ weekday, nth: Number(nth[2]) });
    return true;
  }
  if (!/^(?:\d+|[A-Z]{3,})L$/.test(text) || kind.names.has(text)) return false;
  values.nthWeekdays.push({ weekday: readNumber(kind, { text: text.slice(0, -1), at }, refuse) % 7, nth: 'last' });
  return true;
}

function readStep(kind: FieldKind, { text, at }: Piece, refuse: Refuse): number {
  if (!/^\d{1,4}$/.test(text)) throw refuse(`the step ${shown(text)} of the ${kind.name} is not a number`, at);
  const step = Number(text);
  if (step === 0) throw refuse(`the step of the ${kind.name} is 0`, at, 'A step is 1 or more.');
  if (step > kind.size) {
    const advice =
      'A step counts within its field and begins anew each time. For a longer or an even distance use an interval, such as @every 90m.';
    throw refuse(`the step ${step} of the ${kind.name} is larger than the ${kind.size} values there are`, at, advice);
  }
  return step;
}

function readNumber(kind: FieldKind, { text, at }: Piece, refuse: Refuse): number {
  const named = kind.names.get(text);
  if (named !== undefined) return named;
  if (!/^\d{1,4}$/.test(text)) throw refuse(`${shown(text)} is no ${kind.name}`, at);
  const number = Number(text);
  if (number < kind.min || number > kind.max) throw refuse(`the ${kind.name} is ${kind.min} to ${kind.max}, not ${number}`, at);
  return number;
}

/** The last value of a whole field: of weekdays 6, since 7 is Sunday again. */
function wholeEnd(kind: FieldKind): number {
  return kind.min + kind.size - 1;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}

function piecesOf(text: string, pattern: RegExp, at: number): Piece[] {
  return [...text.matchAll(pattern)].map((match) => ({ text: match[0], at: at + match.index }));
}
