import type { RunOptions } from './contract.ts';
import { NativeDate, NativeIntl, construct, dateNow, defineProperty, getOwnPropertyDescriptor } from './intrinsics.ts';
import { type ClockReads, type Run, clockOf, run } from './run.ts';

const mostPairs = 100_000;

/** The time in ms since 1970 as this execution is to see it. Every read is noted, so that a replay can give the same values. */
export function readClock(): number {
  if (run === null) return dateNow();
  const reads = clockOf(run);
  const value = nextValue(run.options, reads);
  const last = reads.values.length - 1;
  if (reads.values[last] === value) reads.counts[last] = (reads.counts[last] as number) + 1;
  else if (last + 1 < mostPairs) {
    reads.values[last + 1] = value;
    reads.counts[last + 1] = 1;
  } else reads.cut = true;
  return value;
}

function nextValue({ clock }: RunOptions, at: ClockReads): number {
  if (clock.kind === 'live') return dateNow();
  if (clock.kind === 'fixed') {
    const value = clock.atMs + clock.stepMs * at.index;
    at.index += 1;
    return value;
  }
  const pair = clock.reads[at.index];
  if (pair === undefined) return clock.reads[clock.reads.length - 1]?.[0] ?? 0;
  at.used += 1;
  if (at.used >= pair[1]) {
    at.index += 1;
    at.used = 0;
  }
  return pair[0];
}

/** Milliseconds since the clock was first read through `performance` (or before, if the task had read it). */
function originMs(now: Run): number {
  const reads = clockOf(now);
  reads.performanceOrigin ??= reads.values[0] ?? readClock();
  return reads.performanceOrigin;
}

export function dateGlobals(): { [name: string]: unknown } {
  return { Date: makeDate() };
}

export function intlGlobals(): { [name: string]: unknown } {
  return { Intl: makeIntl() };
}

export function performanceGlobals(): { [name: string]: unknown } {
  return { performance: makePerformance() };
}

/** V8's own Date, except that "now" comes from the execution's clock. */
function makeDate(): DateConstructor {
  function DateHere(this: unknown, ...parts: unknown[]): unknown {
    if (new.target === undefined) return new NativeDate(readClock()).toString();
    return construct(NativeDate, parts.length === 0 ? [readClock()] : parts, new.target);
  }
  const names = { name: 'Date', length: 7 };
  for (const key of ['name', 'length'] as const) defineProperty(DateHere, key, { value: names[key], configurable: true });
  defineProperty(DateHere, 'prototype', { value: NativeDate.prototype, writable: false, enumerable: false, configurable: false });
  for (const key of ['UTC', 'parse'] as const) {
    defineProperty(DateHere, key, getOwnPropertyDescriptor(NativeDate, key) as PropertyDescriptor);
  }
  const now = (): number => readClock();
  defineProperty(DateHere, 'now', { value: now, writable: true, configurable: true });
  // Otherwise `new Date().constructor` would still be the one that reads the real clock.
  defineProperty(NativeDate.prototype, 'constructor', { value: DateHere, writable: true, configurable: true });
  return DateHere as unknown as DateConstructor;
}

/** Formatting without a date means the current time: it has to be the execution's, too. */
function makeIntl(): typeof Intl {
  const proto = NativeIntl.DateTimeFormat.prototype;
  const { get } = getOwnPropertyDescriptor(proto, 'format') as { get: () => (date?: Date | number) => string };
  defineProperty(proto, 'format', {
    configurable: true,
    get(this: Intl.DateTimeFormat) {
      const format = get.call(this);
      return (date?: Date | number) => format(date === undefined ? readClock() : date);
    },
  });
  const { formatToParts } = proto;
  defineProperty(proto, 'formatToParts', {
    configurable: true,
    writable: true,
    value(this: Intl.DateTimeFormat, date?: Date | number) {
      return formatToParts.call(this, date === undefined ? readClock() : date);
    },
  });
  return NativeIntl;
}

/** Whole milliseconds: the realm has no finer clock, and a fine one helps attacks by timing more than it helps tasks. */
function makePerformance(): object {
  const timeOrigin = (): number => (run === null ? 0 : originMs(run));
  return {
    now: () => (run === null ? 0 : readClockSince(run)),
    get timeOrigin() {
      return timeOrigin();
    },
    toJSON: () => ({ timeOrigin: timeOrigin() }),
  };
}

/** Milliseconds since `performance` began to count. */
export function readClockSince(now: Run): number {
  const origin = originMs(now);
  return Math.max(0, readClock() - origin);
}
