import { distance } from 'fastest-levenshtein';
import { timeZoneUnknown } from '../errors.ts';

/**
 * A span of time, from `start` up to but without `end`, in milliseconds since 1970 UTC, in which the clocks of a zone run on evenly.
 * Where clocks were changed, a span of its own as long as the change follows it.
 */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  /** What clocks show minus UTC, in milliseconds. */
  readonly offset: number;
  /** What the change before this stretch did, if it is one of those that follow one. */
  readonly after:
    | null
    /** Local times from start + offsetBefore up to start + offset never were; read with the old offset they fall into this stretch. */
    | { readonly change: 'forward'; readonly at: number; readonly offsetBefore: number }
    /** The clocks show for the second time what they showed before. */
    | { readonly change: 'back' };
}

/** Since 1970 no zone has changed its clocks twice within six days. */
const stepMs = 3 * 86_400_000;
/** No change was larger: Samoa crossed the date line. */
const largestChangeMs = 26 * 3_600_000;

/** The names of three letters that the IANA database has. ICU knows more, such as ACT, which is northern Australia to it and nobody else. */
const shortNames = new Set(['utc', 'gmt', 'uct', 'est', 'mst', 'hst', 'cet', 'met', 'eet', 'wet', 'prc', 'roc', 'rok']);

/** A zone of the IANA database, with what has been found out of its changes so far. */
export class TimeZone {
  /** The one of its names that `Intl` prefers. */
  readonly #name: string;
  /** Null for UTC, whose clocks are never off: the first format takes some 30 ms to make, and most schedules are in UTC. */
  readonly #format: Intl.DateTimeFormat | null;
  readonly #years = new Map<number, readonly Stretch[]>();

  private constructor(name: string, format: Intl.DateTimeFormat | null) {
    this.#name = name;
    this.#format = format;
  }

  /** By name in small letters, and by the name that several share. */
  static readonly #known = new Map<string, TimeZone>([['utc', new TimeZone('UTC', null)]]);

  /**
   * The zone of a name, in any case.
   * @throws SCHEDULE_TIME_ZONE_UNKNOWN
   */
  static named(name: string): TimeZone {
    const key = name.toLowerCase();
    const known = TimeZone.#known.get(key);
    if (known) return known;
    const format = formatOf(name);
    if (!format) throw timeZoneUnknown({ timeZone: name.slice(0, 100), similar: similarZones(name.slice(0, 100)) });
    const canonical = format.resolvedOptions().timeZone;
    if (/^[a-z]{3}$/.test(key) && !shortNames.has(key)) throw timeZoneUnknown({ timeZone: name, similar: [canonical] });
    const zone = TimeZone.#known.get(canonical.toLowerCase()) ?? new TimeZone(canonical, format);
    TimeZone.#known.set(canonical.toLowerCase(), zone);
    TimeZone.#known.set(key, zone);
    return zone;
  }

  /** One of its names with capitals where they belong; another than the preferred one as it is given. */
  spelled(name: string): string {
    return this.#name.toLowerCase() === name.toLowerCase() ? this.#name : name;
  }

  /** The stretch that holds a time; ends at the end of the year (UTC) at the latest. */
  stretchAt(time: number): Stretch {
    const year = new Date(time).getUTCFullYear();
    let stretches = this.#years.get(year);
    if (!stretches) this.#years.set(year, (stretches = this.#stretchesOf(year)));
    let index = stretches.length - 1;
    while (stretches[index]!.start > time) index--;
    return stretches[index]!;
  }

  #stretchesOf(year: number): Stretch[] {
    const from = Date.UTC(year, 0, 1);
    const to = Date.UTC(year + 1, 0, 1);
    // A change shortly before the year may still reach into it.
    const lookFrom = from - largestChangeMs;
    const stretches: Stretch[] = [];
    let start = lookFrom;
    let offset = this.#offsetAt(lookFrom);
    let after: Stretch['after'] = null;
    const close = (end: number) => {
      if (start < end) stretches.push({ start, end, offset, after });
      start = end;
    };
    for (let seen = lookFrom; seen < to;) {
      const next = Math.min(seen + stepMs, to);
      const nextOffset = this.#offsetAt(next);
      if (nextOffset !== offset) {
        const at = this.#changeBetween(seen, next, offset);
        if (at < to) {
          close(at);
          after = nextOffset > offset ? { change: 'forward', at, offsetBefore: offset } : { change: 'back' };
          const reachesTo = at + Math.abs(nextOffset - offset);
          offset = nextOffset;
          close(reachesTo);
          after = null;
        }
      }
      seen = next;
    }
    close(to);
    return stretches
      .filter((one) => one.end > from && one.start < to)
      .map((one) => ({ ...one, start: Math.max(one.start, from), end: Math.min(one.end, to) }));
  }

  /** The first time with another offset than the one before it, where there is one change between two times. */
  #changeBetween(before: number, after: number, offset: number): number {
    let low = Math.floor(before / 1000);
    let high = Math.floor(after / 1000);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#offsetAt(middle * 1000) === offset) low = middle;
      else high = middle;
    }
    return high * 1000;
  }

  /** What clocks show minus UTC, in milliseconds. */
  #offsetAt(time: number): number {
    if (this.#format === null) return 0;
    const whole = Math.floor(time / 1000) * 1000;
    const [month, day, year, hour, minute, second] = this.#format.format(whole).match(/\d+/g)!.map(Number);
    return Date.UTC(year!, month! - 1, day, hour, minute, second) - whole;
  }
}

const numeric: Intl.DateTimeFormatOptions = {
  calendar: 'gregory',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
};

function formatOf(name: string): Intl.DateTimeFormat | null {
  if (!/^[A-Za-z]/.test(name)) return null;
  try {
    return new Intl.DateTimeFormat('en-US', { ...numeric, timeZone: name });
  } catch {
    return null;
  }
}

/** Names a person may have meant, best first: the same city, or nearly the same letters. */
function similarZones(name: string): string[] {
  const wanted = name.toLowerCase().replaceAll(/\s+/g, '_');
  const city = wanted.split('/').at(-1)!;
  return ['UTC', ...Intl.supportedValuesOf('timeZone')]
    .map((zone) => {
      const whole = zone.toLowerCase();
      const away = Math.min(distance(whole, wanted), distance(whole.split('/').at(-1)!, city));
      return { zone, away, isNear: away <= Math.max(1, Math.floor(city.length / 3)) };
    })
    .filter(({ isNear }) => isNear)
    .toSorted((a, b) => a.away - b.away)
    .slice(0, 3)
    .map(({ zone }) => zone);
}
