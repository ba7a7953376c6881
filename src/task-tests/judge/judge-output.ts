import { jsonDifferences, pathText, type JsonDifference } from '#kernel/index.ts';
import type { CaseFailure } from '../report.ts';
import type { TestCase } from '../test-case.ts';
import { acceptsLength } from './accepts.ts';
import { alignItems } from './align-items.ts';
import { typeOf } from './operators.ts';
import { shortJson } from './short-json.ts';
import { valueDiff } from './value-diff.ts';

/** Places that are listed; the diff shows the rest. */
const mostPlaces = 10;
const mostFound = 1_000;
/** Items without a counterpart that are told one by one. */
const mostSingle = 5;
/** Levels below which lists are compared as a whole: each level of lists of different lengths is a call of its own. */
const deepest = 100;

/** Whether the output is what the case expects; null when it is. */
export function judgeOutput({ match, output }: Pick<TestCase, 'match' | 'output'>, received: unknown): CaseFailure | null {
  if (output === null) return null;
  const all = placesOf(output.value, received, match);
  if (all.length === 0) return null;
  const count = all.length >= mostFound ? `at least ${mostFound} places` : all.length === 1 ? '1 place' : `${all.length} places`;
  return {
    kind: 'output',
    message: `The output differs from what is expected in ${count}.`,
    details: [
      ...all.slice(0, mostPlaces).map(({ path, text }) => `at ${pathText('output', path)}: ${text}`),
      ...(all.length > mostPlaces ? [`and in ${all.length - mostPlaces} more places`] : []),
    ],
    diff: valueDiff(output.value, received, match),
  };
}

/** A place where they differ, and how. */
interface DifferentPlace {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** Where they differ. Of lists of different lengths the items that are equal are put side by side first: one more in front is one difference. */
function placesOf(expected: unknown, received: unknown, match: TestCase['match'], depth = 0): DifferentPlace[] {
  const isWhole = (one: unknown, other: unknown) => Array.isArray(one) && Array.isArray(other) && one.length !== other.length;
  const found: DifferentPlace[] = [];
  for (const difference of jsonDifferences(expected, received, { match, accepts: acceptsLength, isWhole, most: mostFound })) {
    if (found.length >= mostFound) break;
    const { path, expected: list, received: given } = difference;
    if (!Array.isArray(list) || !Array.isArray(given) || depth === deepest) found.push({ path, text: differenceText(difference) });
    else for (const inside of placesInLists(list, given, match, depth)) found.push({ ...inside, path: [...path, ...inside.path] });
  }
  return found;
}

function placesInLists(
  expected: readonly unknown[],
  received: readonly unknown[],
  match: TestCase['match'],
  depth: number,
): DifferentPlace[] {
  const pairs = alignItems(expected, received);
  const single = pairs.filter(([from, to]) => from === null || to === null).length;
  // That many items are told by their number.
  const places: DifferentPlace[] =
    single > mostSingle ? [{ path: [], text: `expected ${expected.length} items, received ${received.length}` }] : [];
  for (const [from, to] of pairs) {
    if (places.length >= mostFound) break;
    const [one, other] = [from === null ? undefined : expected[from], to === null ? undefined : received[to]];
    if (from !== null && to !== null) {
      for (const inside of placesOf(one, other, match, depth + 1)) places.push({ ...inside, path: [to, ...inside.path] });
    } else if (single <= mostSingle) places.push({ path: [to ?? from!], text: differenceText({ expected: one, received: other }) });
  }
  return places;
}

/** `expected 3, received 4`, and what may be behind it. */
export function differenceText({ expected, received }: Pick<JsonDifference, 'expected' | 'received'>): string {
  const [one, other] =
    typeof expected === 'string' && typeof received === 'string'
      ? textPair(expected, received)
      : [shortJson(expected), shortJson(received)];
  return `expected ${one}, received ${other}${reasonOf(expected, received)}`;
}

/** Two texts cut so that the first difference shows. */
function textPair(expected: string, received: string): [string, string] {
  let same = 0;
  while (same < expected.length && expected[same] === received[same]) same++;
  const start = same > 60 ? same - 20 : 0;
  const part = (text: string) => `${start > 0 ? '...' : ''}${shortJson(text.slice(start))}`;
  return [part(expected), part(received)];
}

function reasonOf(expected: unknown, received: unknown): string {
  if (typeof expected === 'number' && typeof received === 'number') {
    const by = Math.abs(expected - received);
    const isRounding = by <= Math.max(Math.abs(expected), Math.abs(received)) * 1e-9;
    return isRounding ? ` (they differ by ${by.toExponential(1)}: an assertion with the operator close_to allows for rounding)` : '';
  }
  if (typeof expected !== 'string' || typeof received !== 'string') {
    return String(expected) === String(received) && typeof expected !== typeof received && expected !== undefined && received !== undefined
      ? ` (${typeOf(expected)} and ${typeOf(received)})`
      : '';
  }
  if (expected.normalize() === received.normalize()) return ' (the same text in two Unicode forms)';
  if (expected.trim() === received.trim()) return ' (they differ in blanks at the ends)';
  if (expected.replaceAll('\r\n', '\n') === received.replaceAll('\r\n', '\n')) return ' (they differ in line ends)';
  return expected.toLowerCase() === received.toLowerCase() ? ' (they differ in capitals)' : '';
}
