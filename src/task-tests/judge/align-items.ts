/** Comparing every item with every other takes the product of both lengths; beyond this, items are compared by their places. */
const mostPairs = 250_000;

/**
 * Which items of two lists belong together, in order: equal items first (the longest common subsequence), and what lies between two
 * equal ones by its place. `null` stands for "has no counterpart".
 */
export function alignItems(expected: readonly unknown[], received: readonly unknown[]): [number | null, number | null][] {
  const pairs: [number | null, number | null][] = [];
  let [from, to] = [0, 0];
  for (const [nextFrom, nextTo] of [...equalPairs(expected, received), [expected.length, received.length] as const]) {
    while (from < nextFrom || to < nextTo) pairs.push([from < nextFrom ? from++ : null, to < nextTo ? to++ : null]);
    if (from < expected.length || to < received.length) pairs.push([from++, to++]);
  }
  return pairs;
}

function equalPairs(expected: readonly unknown[], received: readonly unknown[]): [number, number][] {
  if (expected.length * received.length > mostPairs) return [];
  const [a, b] = [expected.map(textOf), received.map(textOf)];
  // longest[i][j]: most items the rests from i and from j have in common.
  const longest = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i]![j] = a[i] === b[j] ? longest[i + 1]![j + 1]! + 1 : Math.max(longest[i + 1]![j]!, longest[i]![j + 1]!);
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (longest[i + 1]![j]! >= longest[i]![j + 1]!) i++;
    else j++;
  }
  return pairs;
}

/** Equal texts for equal values as far as the order of fields allows: it is only about which items to put side by side. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // Nested too deeply to be written down.
    return '';
  }
}
