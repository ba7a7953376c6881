import { STATUS_CODES } from 'node:http';
import type { Json } from '#kernel/index.ts';
import { anyJson } from '../any-json.ts';
import type { Dice, FastCheck } from '../dice.ts';
import { oddNames } from '../schema/field-names.ts';
import { oddTexts } from '../schema/draw-text.ts';
import { simplerJson } from '../simpler-json.ts';
import type { Words } from '../words.ts';
import { failureReasons, textFaults, type Fault, type FaultKind } from './fault.ts';

const statuses = [500, 502, 503, 503, 504, 429, 429, 429, 400, 401, 403, 404, 404, 409, 410, 418, 422, 204, 204, 302, 304];
const retryAfters = ['0', '1', '120', '-1', '3.5', 'Fri, 31 Dec 1999 23:59:59 GMT', 'soon', ''];

/** None as often as not: most of what goes wrong is in the input. */
export function drawFaults(dice: Dice, words: Words): Fault[] {
  const count = dice.oneOf([7, () => 0], [10, () => 1], [3, () => 2], [1, () => 3]);
  return Array.from({ length: count }, () => {
    const what = drawKind(dice, words);
    // A server that is down or busy is so for a while; a record that is odd is one among others.
    const isOutage = what.kind === 'failure' || what.kind === 'status';
    return {
      from: dice.oneOf([12, () => 1], [5, () => 2], [2, () => 3], [1, () => dice.int(4, 6)]),
      isLasting: dice.chance(isOutage ? 50 : 20),
      what,
    };
  });
}

function drawKind(dice: Dice, words: Words): FaultKind {
  const at = dice.int(0, 999);
  return dice.oneOf<FaultKind>(
    [3, () => ({ kind: 'failure', reason: dice.pick(failureReasons) })],
    [6, () => drawStatus(dice)],
    [5, () => ({ kind: 'text', how: dice.pick(textFaults) })],
    [9, () => ({ kind: 'value', at, to: drawReplacement(dice, words) })],
    [6, () => ({ kind: 'missing', at })],
    [4, () => ({ kind: 'emptied', at })],
    [2, () => ({ kind: 'grown', at, items: dice.pick([2, 10, 1_000, 10_000]) })],
    [2, () => ({ kind: 'extra', at, name: dice.pick([...oddNames, 'extra', 'error', 'message']), to: anyJson(dice, words, 2) })],
  );
}

function drawStatus(dice: Dice): FaultKind {
  const status = dice.pick(statuses);
  return {
    kind: 'status',
    status,
    body: dice.pick(['none', 'json', 'json', 'html', 'same']),
    retryAfter: (status === 429 || status === 503) && dice.chance(60) ? dice.pick(retryAfters) : null,
  };
}

/** Null above all; then values of every type, at limits. */
function drawReplacement(dice: Dice, words: Words): Json {
  return dice.oneOf<Json>(
    [6, () => null],
    [3, () => dice.pick([0, 1, -1, 0.5, 1e15, Number.MAX_SAFE_INTEGER])],
    [2, () => dice.pick(['', 'text', '12', '1.5', 'true', 'null'])],
    [2, () => dice.pick(oddTexts)],
    [words.texts.length > 0 ? 2 : 0, () => dice.pick(words.texts)],
    [2, () => dice.chance(50)],
    [2, () => dice.pick<Json>([[], {}, [null], [{}], { a: 1 }, [1, 2, 3]])],
    [1, () => 'a'.repeat(10_000)],
    [2, () => anyJson(dice, words, 2)],
  );
}

/** Fewer faults, earlier ones, ones that pass, simpler ones. */
export function* simplerFaults(fc: FastCheck, faults: readonly Fault[]): IterableIterator<Fault[]> {
  if (faults.length > 0) yield [];
  if (faults.length > 1) for (const at of faults.keys()) yield faults.toSpliced(at, 1);
  for (const [at, fault] of faults.entries()) for (const simpler of simplerFault(fc, fault)) yield faults.with(at, simpler);
}

function* simplerFault(fc: FastCheck, fault: Fault): IterableIterator<Fault> {
  if (fault.isLasting) yield { ...fault, isLasting: false };
  if (fault.from > 1) yield { ...fault, from: fault.from - 1 };
  const { what } = fault;
  if (what.kind === 'value' || what.kind === 'extra') {
    if (what.kind === 'value' && what.to !== null) yield { ...fault, what: { ...what, to: null } };
    for (const to of simplerJson(fc, what.to)) yield { ...fault, what: { ...what, to: to as Json } };
  } else if (what.kind === 'grown') {
    for (const items of [2, 10, 100]) if (items < what.items) yield { ...fault, what: { ...what, items } };
  } else if (what.kind === 'status') {
    if (what.retryAfter !== null) yield { ...fault, what: { ...what, retryAfter: null } };
    if (what.body !== 'none') yield { ...fault, what: { ...what, body: 'none' } };
    if (what.body === 'html' || what.body === 'same') yield { ...fault, what: { ...what, body: 'json' } };
  }
}

export function statusText(status: number): string {
  return STATUS_CODES[status] ?? '';
}
