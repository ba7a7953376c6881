/** One place where two JSON values differ. `undefined` stands for nothing there, which JSON cannot say otherwise. */
export interface JsonDifference {
  readonly path: readonly (string | number)[];
  readonly expected: unknown;
  readonly received: unknown;
}

export interface JsonComparison {
  /** `subset`: objects may have more fields than expected; lists still have to be of one length, item by item. */
  readonly match: 'exact' | 'subset';
  /** Says that a received value is as expected although it is not equal. Asked for every pair of values. */
  readonly accepts?: (expected: unknown, received: unknown) => boolean;
  /** Says that two values that differ are one difference, and not to be compared part by part. */
  readonly isWhole?: (expected: unknown, received: unknown) => boolean;
  /** Stop after so many. */
  readonly most?: number;
}

interface Pair {
  readonly expected: unknown;
  readonly received: unknown;
  readonly step: { readonly key: string | number; readonly parent: Pair['step'] } | null;
}

/**
 * Where two JSON values differ, in the order of the expected value, then what is there besides. Works for values of any depth and
 * breadth. -0 and 0 are the same number, as JSON text cannot tell them apart; null and nothing are not the same.
 */
export function jsonDifferences(expected: unknown, received: unknown, comparison: JsonComparison): JsonDifference[] {
  const { match, accepts, isWhole, most = Number.POSITIVE_INFINITY } = comparison;
  const differences: JsonDifference[] = [];
  const waiting: Pair[] = [{ expected, received, step: null }];
  while (waiting.length > 0 && differences.length < most) {
    const pair = waiting.pop()!;
    if (pair.expected === pair.received || accepts?.(pair.expected, pair.received)) continue;
    const children =
      isContainer(pair.expected) && isContainer(pair.received) && isWhole?.(pair.expected, pair.received) !== true
        ? childrenOf(pair, pair.expected, pair.received, match)
        : null;
    if (children === null) differences.push({ path: pathOf(pair.step), expected: pair.expected, received: pair.received });
    else for (const child of children.toReversed()) waiting.push(child);
  }
  return differences;
}

/** Null where the two are of different kinds. Own fields only: JSON may hold a field called `__proto__`. */
function childrenOf(
  { step }: Pair,
  expected: Record<string, unknown>,
  received: Record<string, unknown>,
  match: JsonComparison['match'],
): Pair[] | null {
  if (Array.isArray(expected) !== Array.isArray(received)) return null;
  if (Array.isArray(expected) && Array.isArray(received)) {
    return Array.from({ length: Math.max(expected.length, received.length) }, (_, key) => ({
      expected: expected[key] as unknown,
      received: received[key] as unknown,
      step: { key, parent: step },
    }));
  }
  const value = (holder: Record<string, unknown>, key: string) => (Object.hasOwn(holder, key) ? holder[key] : undefined);
  const keys = Object.keys(expected);
  const more = match === 'subset' ? [] : Object.keys(received).filter((key) => !Object.hasOwn(expected, key));
  return [...keys, ...more].map((key) => ({ expected: value(expected, key), received: value(received, key), step: { key, parent: step } }));
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function pathOf(step: Pair['step']): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = step; at !== null; at = at.parent) path.push(at.key);
  return path.toReversed();
}

/** A place in a value as code would write it: `output.items[2].total`, `output["a b"]`. */
export function pathText(root: string, path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === 'number'
        ? `${text}[${step}]`
        : /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(step)
          ? `${text}.${step}`
          : `${text}[${JSON.stringify(step)}]`,
    root,
  );
}
