import { jsonDifferences } from '#kernel/index.ts';
import type { MatchMode } from '../test-case.ts';
import { acceptsLength } from './accepts.ts';
import { alignItems } from './align-items.ts';
import { shortJson } from './short-json.ts';

/** One line of a diff: in both, only expected, or only received. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Lines beyond which a diff is cut: a person reads the first screen and goes to the code. */
const mostLines = 120;
/** Lines that are the same around a change. */
const context = 3;
const deepest = 40;
const longestLine = 160;

/** A line, or the place of lines that are the same and too far from a change to be shown. */
type Line = DiffLine | { hidden: number };

/**
 * What differs between two values, as lines of JSON: fields beside their counterparts, items of lists aligned. What is the same far from
 * a change is left out, and so are fields nobody asked for when a part is enough.
 */
export function valueDiff(expected: unknown, received: unknown, match: MatchMode): DiffLine[] {
  const lines: Line[] = [];
  emit({ expected, received, match, key: '', depth: 0, lines });
  return shortened(lines);
}

interface Pair {
  readonly expected: unknown;
  readonly received: unknown;
  /** `"name": ` before the value; empty for items. */
  readonly key: string;
}

interface Emit extends Pair {
  readonly match: MatchMode;
  readonly depth: number;
  readonly lines: Line[];
}

function isSame({ expected, received }: Pair, match: MatchMode): boolean {
  return jsonDifferences(expected, received, { match, accepts: acceptsLength, most: 1 }).length === 0;
}

/** Two values of which it is known that they differ. */
function emit({ expected, received, match, key, depth, lines }: Emit): void {
  const [isList, isObject] = [Array.isArray(expected) && Array.isArray(received), isRecord(expected) && isRecord(received)];
  if (depth >= deepest || !(isList || isObject)) {
    const [gone, come] =
      typeof expected === 'string' && typeof received === 'string' ? aroundChange(expected, received) : [expected, received];
    if (expected !== undefined) push(lines, '-', key, gone, depth);
    if (received !== undefined) push(lines, '+', key, come, depth);
    return;
  }
  const indent = '  '.repeat(depth);
  lines.push({ sign: ' ', text: `${indent}${key}${isList ? '[' : '{'}` });
  const pairs = isList
    ? itemPairs(expected as unknown[], received as unknown[])
    : fieldPairs(expected as Record<string, unknown>, received as Record<string, unknown>, match);
  emitAll(pairs, { match, depth: depth + 1, lines });
  lines.push({ sign: ' ', text: `${indent}${isList ? ']' : '}'}${comma(depth)}` });
}

/** Values that are the same are written out next to a change only: there may be a million of them. */
function emitAll(pairs: readonly Pair[], { match, depth, lines }: Pick<Emit, 'match' | 'depth' | 'lines'>): void {
  const same = pairs.map((pair) => isSame(pair, match));
  const changes = same.flatMap((one, index) => (one ? [] : [index]));
  let change = 0;
  for (const [index, pair] of pairs.entries()) {
    while (change < changes.length - 1 && changes[change]! < index - context) change++;
    // Far beyond what is shown: the rest is not worth computing.
    if (lines.length > mostLines * 20) return;
    if (!same[index]) emit({ ...pair, match, depth, lines });
    else if (changes[change] !== undefined && Math.abs(changes[change]! - index) <= context)
      push(lines, ' ', pair.key, pair.expected, depth);
    else hide(lines, lineCount(pair.expected, depth));
  }
}

function hide(lines: Line[], count: number): void {
  const last = lines.at(-1);
  if (last !== undefined && 'hidden' in last) last.hidden += count;
  else lines.push({ hidden: count });
}

function fieldPairs(expected: Record<string, unknown>, received: Record<string, unknown>, match: MatchMode): Pair[] {
  const own = (holder: Record<string, unknown>, name: string) => (Object.hasOwn(holder, name) ? holder[name] : undefined);
  const more = match === 'subset' ? [] : Object.keys(received).filter((name) => !Object.hasOwn(expected, name));
  return [...Object.keys(expected), ...more].map((name) => ({
    expected: own(expected, name),
    received: own(received, name),
    key: `${JSON.stringify(cut(name))}: `,
  }));
}

function itemPairs(expected: readonly unknown[], received: readonly unknown[]): Pair[] {
  return alignItems(expected, received).map(([from, to]) => ({
    expected: from === null ? undefined : expected[from],
    received: to === null ? undefined : received[to],
    key: '',
  }));
}

/** A whole value; a large one that is the same on both sides in one line. */
function push(lines: Line[], sign: DiffLine['sign'], key: string, value: unknown, depth: number): void {
  const indent = '  '.repeat(depth);
  const most = sign === ' ' ? 12 : 40;
  const text = pretty(value, depth, most);
  for (const [index, line] of text.entries()) {
    lines.push({ sign, text: index === 0 ? `${indent}${key}${line}` : `${indent}${line}` });
  }
}

/** Indented JSON as lines, the last with its comma; cut after `most` lines. */
function pretty(value: unknown, depth: number, most: number): string[] {
  const lines: string[] = [];
  const write = (one: unknown, key: string, level: number): void => {
    const indent = '  '.repeat(level);
    if (lines.length > most) return;
    const isList = Array.isArray(one);
    if ((!isList && !isRecord(one)) || level + depth > deepest) {
      lines.push(`${indent}${key}${shortJson(typeof one === 'string' ? cut(one) : one, longestLine + 20)}${comma(depth + level)}`);
      return;
    }
    const entries = isList
      ? one.map((item: unknown): [string, unknown] => ['', item])
      : Object.entries(one).map(([name, item]): [string, unknown] => [`${JSON.stringify(cut(name))}: `, item]);
    const [open, close] = isList ? '[]' : '{}';
    if (entries.length === 0) {
      lines.push(`${indent}${key}${open}${close}${comma(depth + level)}`);
      return;
    }
    lines.push(`${indent}${key}${open}`);
    for (const [name, item] of entries) write(item, name, level + 1);
    lines.push(`${indent}${close}${comma(depth + level)}`);
  };
  write(value, '', 0);
  return lines.length > most ? [`${shortJson(value, 60)}${comma(depth)}`] : lines;
}

const comma = (depth: number) => (depth === 0 ? '' : ',');

function cut(text: string): string {
  return text.length > longestLine ? `${text.slice(0, longestLine)}...` : text;
}

/** Of two long texts the part where they begin to differ. */
function aroundChange(one: string, other: string): [string, string] {
  if (one.length <= longestLine && other.length <= longestLine) return [one, other];
  let same = 0;
  while (same < one.length && one[same] === other[same]) same++;
  const start = Math.max(0, same - 40);
  const part = (text: string) => `${start > 0 ? '...' : ''}${cut(text.slice(start))}`;
  return [part(one), part(other)];
}

/** How many lines a value takes, as `pretty` writes it. */
function lineCount(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null || depth >= deepest) return 1;
  const items: unknown[] = Array.isArray(value) ? value : Object.values(value);
  return items.length === 0 ? 1 : items.reduce<number>((sum, item) => sum + lineCount(item, depth + 1), 2);
}

function shortened(lines: readonly Line[]): DiffLine[] {
  const changed = lines.map((line) => 'sign' in line && line.sign !== ' ');
  const kept: DiffLine[] = [];
  let skipped = 0;
  const closeGap = () => {
    if (skipped > 0) kept.push({ sign: ' ', text: `... ${skipped} unchanged line${skipped === 1 ? '' : 's'}` });
    skipped = 0;
  };
  for (const [index, line] of lines.entries()) {
    const isNear = changed.slice(Math.max(0, index - context), index + context + 1).includes(true);
    if ('hidden' in line) skipped += line.hidden;
    else if (!isNear) skipped++;
    else {
      closeGap();
      kept.push(line);
    }
  }
  closeGap();
  if (kept.length <= mostLines) return kept;
  return [...kept.slice(0, mostLines), { sign: ' ', text: `... ${kept.length - mostLines} more lines` }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
