import { jsonDifferences } from '#kernel/index.ts';
import { fitsText } from './fits-text.ts';
import type { TextRule } from '../test-case.ts';

/** One way of comparing a value with what an assertion expects. */
export interface Operator {
  /** Between the place and the expected value in a message: `output.n is greater than 3`. */
  readonly words: string;
  /** Why `expected` cannot be used with this operator; null when it can. */
  readonly checkExpected: (expected: unknown) => string | null;
  readonly holds: (value: unknown, expected: unknown) => boolean | 'too-slow';
}

const anything = () => null;
const number = (expected: unknown) => (typeof expected === 'number' ? null : 'needs a number');
const orderable = (expected: unknown) => (typeof expected === 'number' || typeof expected === 'string' ? null : 'needs a number or a text');
const text = (expected: unknown) => (typeof expected === 'string' ? null : 'needs a text');
const list = (expected: unknown) => (Array.isArray(expected) ? null : 'needs a list');
const nothing = (expected: unknown) =>
  expected === undefined || typeof expected === 'boolean' ? null : 'needs no expected value, or true or false';

const isSame = (value: unknown, expected: unknown, match: 'exact' | 'subset' = 'exact') =>
  jsonDifferences(expected, value, { match, most: 1 }).length === 0;

/** A text has the part, a list an equal item, an object these fields. */
function contains(value: unknown, expected: unknown): boolean {
  if (typeof value === 'string') return value.includes(String(expected));
  if (Array.isArray(value)) return value.some((item) => isSame(item, expected, 'subset'));
  if (typeof value !== 'object' || value === null) return false;
  return typeof expected === 'string' ? Object.hasOwn(value, expected) : isSame(value, expected, 'subset');
}

function compares(test: (order: number) => boolean): Operator['holds'] {
  return (value, expected) => {
    if (typeof value !== typeof expected || (typeof value !== 'number' && typeof value !== 'string')) return false;
    return test(value === expected ? 0 : value < (expected as typeof value) ? -1 : 1);
  };
}

export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

const types = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'];
const hasType = (value: unknown, type: unknown) => typeOf(value) === type || (type === 'integer' && Number.isInteger(value));
const typeName = (expected: unknown) =>
  [expected].flat().every((type) => types.includes(type as string)) ? null : `needs one of ${types.join(', ')}`;

function sizeOf(value: unknown): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined;
}

function pattern(expected: string): TextRule {
  const [, source, flags = ''] = /^\/(.+)\/([dgimsuvy]*)$/s.exec(expected) ?? [];
  return { kind: 'pattern', source: source ?? expected, flags };
}

function regularExpression(expected: unknown): string | null {
  if (typeof expected !== 'string') return 'needs a regular expression as a text';
  const { source, flags } = pattern(expected) as Extract<TextRule, { kind: 'pattern' }>;
  try {
    void new RegExp(source, flags);
    return null;
  } catch (error) {
    return `needs a regular expression: ${(error as Error).message}`;
  }
}

const matches: Operator['holds'] = (value, expected) => typeof value === 'string' && fitsText(pattern(expected as string), value);

/** The same turned round; a pattern that was given up is given up either way. */
function turned(positive: Operator, words: string): Operator {
  return {
    ...positive,
    words,
    holds(value, expected) {
      const holds = positive.holds(value, expected);
      return holds === 'too-slow' ? holds : !holds;
    },
  };
}

/** Numbers are close when they differ by less than what is lost in computing; a list of two says by how much they may differ. */
function isClose(value: unknown, expected: unknown): boolean {
  const [target, by] = Array.isArray(expected) ? (expected as number[]) : [expected as number];
  return typeof value === 'number' && Math.abs(value - target!) <= (by ?? Math.max(1e-9, Math.abs(target!) * 1e-9));
}

const closeness = (expected: unknown) =>
  typeof expected === 'number' || (Array.isArray(expected) && expected.length === 2 && expected.every((part) => typeof part === 'number'))
    ? null
    : 'needs a number, or [number, by how much it may differ]';
const range = (expected: unknown) => (Array.isArray(expected) && expected.length === 2 ? null : 'needs [least, most]');
const atLeast = compares((order) => order >= 0);
const atMost = compares((order) => order <= 0);

/** An operator with the words of its opposite. */
type Positive = Operator & { readonly not: string };

const isText = (test: (value: string, expected: string) => boolean) => (value: unknown, expected: unknown) =>
  typeof value === 'string' && test(value, expected as string);

/** With `expected: false`, those that need no expected value mean their opposite. */
const positives = {
  equals: { words: 'is', not: 'is not', checkExpected: anything, holds: (value, expected) => isSame(value, expected) },
  contains: { words: 'contains', not: 'does not contain', checkExpected: anything, holds: contains },
  matches: { words: 'matches', not: 'does not match', checkExpected: regularExpression, holds: matches },
  one_of: {
    words: 'is one of',
    not: 'is none of',
    checkExpected: list,
    holds: (value, expected) => (expected as unknown[]).some((one) => isSame(value, one)),
  },
  subset: {
    words: 'has at least',
    not: 'does not have all of',
    checkExpected: anything,
    holds: (value, expected) => isSame(value, expected, 'subset'),
  },
  starts_with: {
    words: 'starts with',
    not: 'does not start with',
    checkExpected: text,
    holds: isText((value, expected) => value.startsWith(expected)),
  },
  ends_with: {
    words: 'ends with',
    not: 'does not end with',
    checkExpected: text,
    holds: isText((value, expected) => value.endsWith(expected)),
  },
  exists: { words: 'exists', not: 'does not exist', checkExpected: nothing, holds: (_value, expected) => expected !== false },
  type: {
    words: 'is of type',
    not: 'is not of type',
    checkExpected: typeName,
    holds: (value, expected) => [expected].flat().some((type) => hasType(value, type)),
  },
  greater_than: {
    words: 'is greater than',
    not: 'is not greater than',
    checkExpected: orderable,
    holds: compares((order) => order > 0),
  },
  at_least: { words: 'is at least', not: 'is not at least', checkExpected: orderable, holds: atLeast },
  less_than: { words: 'is less than', not: 'is not less than', checkExpected: orderable, holds: compares((order) => order < 0) },
  at_most: { words: 'is at most', not: 'is not at most', checkExpected: orderable, holds: atMost },
  between: {
    words: 'is between',
    not: 'is not between',
    checkExpected: range,
    holds: (value, expected) => atLeast(value, (expected as unknown[])[0]) === true && atMost(value, (expected as unknown[])[1]) === true,
  },
  close_to: { words: 'is close to', not: 'is not close to', checkExpected: closeness, holds: isClose },
  length: {
    words: 'has length',
    not: 'has another length than',
    checkExpected: number,
    holds: (value, expected) => sizeOf(value) === expected,
  },
  min_length: {
    words: 'has at least the length',
    not: 'has less than the length',
    checkExpected: number,
    holds: (value, expected) => (sizeOf(value) ?? -1) >= (expected as number),
  },
  max_length: {
    words: 'has at most the length',
    not: 'has more than the length',
    checkExpected: number,
    holds: (value, expected) => (sizeOf(value) ?? Number.NaN) <= (expected as number),
  },
  empty: {
    words: 'is empty',
    not: 'is not empty',
    checkExpected: nothing,
    holds: (value, expected) => (value === null || sizeOf(value) === 0) !== (expected === false),
  },
  truthy: {
    words: 'is truthy',
    not: 'is not truthy',
    checkExpected: nothing,
    holds: (value, expected) => Boolean(value) !== (expected === false),
  },
  falsy: { words: 'is falsy', not: 'is not falsy', checkExpected: nothing, holds: (value, expected) => !value !== (expected === false) },
} satisfies Record<string, Positive>;

/** Every operator by its name, and its opposite under the name with `not_` before it. */
export const operators: Readonly<Record<string, Operator>> = Object.fromEntries(
  Object.entries<Positive>(positives).flatMap(([name, { not, ...operator }]) => [
    [name, operator],
    [`not_${name}`, turned(operator, not)],
  ]),
);
