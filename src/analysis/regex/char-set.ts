/** Characters as UTF-16 units: ranges in ascending order that do not touch. */
export type CharSet = readonly (readonly [from: number, to: number])[];

const last = 0xff_ff;

export const anyChar: CharSet = [[0, last]];
/** What a dot stands for. */
export const anyButLineEnd: CharSet = without([
  [10, 10],
  [13, 13],
  [0x20_28, 0x20_29],
]);
export const digits: CharSet = [[48, 57]];
export const wordChars: CharSet = setOf([
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
]);
export const spaces: CharSet = setOf([
  [9, 13],
  [32, 32],
  [0xa0, 0xa0],
  [0x16_80, 0x16_80],
  [0x20_00, 0x20_0a],
  [0x20_28, 0x20_29],
  [0x20_2f, 0x20_2f],
  [0x20_5f, 0x20_5f],
  [0x30_00, 0x30_00],
  [0xfe_ff, 0xfe_ff],
]);

export function setOf(ranges: readonly (readonly [number, number])[]): CharSet {
  const sorted = ranges.toSorted((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [from, to] of sorted) {
    const before = merged.at(-1);
    if (before !== undefined && from <= before[1] + 1) before[1] = Math.max(before[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** Everything but these. */
export function without(set: CharSet): CharSet {
  const rest: [number, number][] = [];
  let next = 0;
  for (const [from, to] of set) {
    if (from > next) rest.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= last) rest.push([next, last]);
  return rest;
}

/** With the other case of every letter: of ranges that of the ASCII letters, of single characters any. */
export function inAnyCase(set: CharSet): CharSet {
  const more: [number, number][] = [];
  for (const [from, to] of set) {
    for (const [first, end, by] of [
      [65, 90, 32],
      [97, 122, -32],
    ] as const) {
      const [low, high] = [Math.max(from, first), Math.min(to, end)];
      if (low <= high) more.push([low + by, high + by]);
    }
    if (from === to) {
      const char = String.fromCharCode(from);
      for (const other of [char.toLowerCase(), char.toUpperCase()])
        if (other.length === 1) more.push([other.charCodeAt(0), other.charCodeAt(0)]);
    }
  }
  return setOf([...set, ...more]);
}

export function doOverlap(a: CharSet, b: CharSet): boolean {
  let [at, bt] = [0, 0];
  while (at < a.length && bt < b.length) {
    const [left, right] = [a[at]!, b[bt]!];
    if (left[0] <= right[1] && right[0] <= left[1]) return true;
    if (left[1] < right[1]) at++;
    else bt++;
  }
  return false;
}

/** A character of the set: a letter or digit where it has one, for texts that people may see. */
export function exampleOf(set: CharSet): string {
  for (const preferred of 'ax0 :-_./=') {
    const unit = preferred.charCodeAt(0);
    if (set.some(([from, to]) => from <= unit && unit <= to)) return preferred;
  }
  return String.fromCharCode(set[0]?.[0] ?? 0);
}
