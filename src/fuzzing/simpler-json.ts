import type { FastCheck } from './dice.ts';

/** Lists longer than this are only cut, not taken apart item by item: every candidate costs a run. */
const mostItems = 64;

/**
 * JSON values simpler than this one, the simplest first: less of it, then simpler parts. Whether they are allowed is for the caller to
 * say. Ends for any value, as every candidate is shorter, or as long and nearer to zero or to `a`.
 */
export function* simplerJson(fc: FastCheck, value: unknown): IterableIterator<unknown> {
  if (typeof value === 'boolean') {
    if (value) yield false;
  } else if (typeof value === 'number') yield* simplerNumber(fc, value);
  else if (typeof value === 'string') yield* simplerText(fc, value);
  else if (Array.isArray(value)) yield* simplerList(fc, value);
  else if (typeof value === 'object' && value !== null) yield* simplerObject(fc, value as Record<string, unknown>);
}

function* simplerNumber(fc: FastCheck, value: number): IterableIterator<number> {
  if (value === 0) {
    if (Object.is(value, -0)) yield 0;
    return;
  }
  yield 0;
  if (value < 0) yield -value;
  if (!Number.isInteger(value)) {
    yield Math.trunc(value);
    for (const digits of [1, 2, 3]) {
      const rounded = Number(value.toFixed(digits));
      if (rounded !== value) yield rounded;
    }
    // Fewer digits must end, and a shorter text is the measure.
    const halved = Number((value / 2).toPrecision(6));
    if (String(halved).length <= String(value).length && Math.abs(halved) > 0.01) yield halved;
    return;
  }
  if (value !== 1 && value > 0) yield 1;
  const limit = Math.min(Math.abs(value), Number.MAX_SAFE_INTEGER);
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) yield Math.sign(value) * limit;
  else for (const smaller of fc.integer({ min: -limit, max: limit }).shrink(value, undefined)) yield smaller.value;
}

function* simplerText(fc: FastCheck, text: string): IterableIterator<string> {
  const chars = Array.from(text);
  for (const fewer of lessOf(fc, chars)) yield fewer.join('');
  if (chars.some((char) => char !== 'a')) {
    yield 'a'.repeat(chars.length);
    if (chars.length > mostItems) return;
    for (const [at, char] of chars.entries()) if (char !== 'a') yield chars.with(at, 'a').join('');
  }
}

function* simplerList(fc: FastCheck, list: readonly unknown[]): IterableIterator<unknown[]> {
  yield* lessOf(fc, list);
  if (list.length > mostItems) return;
  for (const [at, item] of list.entries()) for (const simpler of simplerJson(fc, item)) yield list.with(at, simpler);
}

/** Objects are copied as entries, so that a field named `__proto__` stays a field. */
function* simplerObject(fc: FastCheck, object: Record<string, unknown>): IterableIterator<Record<string, unknown>> {
  const entries = Object.entries(object);
  for (const fewer of lessOf(fc, entries)) yield Object.fromEntries(fewer);
  for (const [at, [key, value]] of entries.entries()) {
    for (const simpler of simplerJson(fc, value)) yield Object.fromEntries(entries.with(at, [key, simpler]));
  }
}

/** The list without most of it, without half of it, ..., without one item. */
function* lessOf<Item>(fc: FastCheck, list: readonly Item[]): IterableIterator<Item[]> {
  if (list.length === 0) return;
  yield [];
  // fast-check's way from a number to a smaller one: 0, half, three quarters, ...
  for (const { value: length } of fc.nat({ max: list.length }).shrink(list.length, undefined)) {
    if (length === 0 || length >= list.length) continue;
    yield list.slice(0, length);
    yield list.slice(-length);
  }
  if (list.length < 3 || list.length > mostItems) return;
  for (let at = 1; at < list.length - 1; at++) yield list.toSpliced(at, 1);
}
