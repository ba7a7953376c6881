const mostLines = 5_000;

/**
 * How many lines of a text are new and how many are gone. Counted by what the lines say, not by where they stand: a block that moved counts
 * as unchanged, which a summary can do with.
 */
export function lineDifference(before: string, now: string): { readonly linesAdded: number; readonly linesRemoved: number } {
  const counts = new Map<string, number>();
  for (const line of before.split('\n', mostLines)) counts.set(line, (counts.get(line) ?? 0) + 1);
  let linesAdded = 0;
  for (const line of now.split('\n', mostLines)) {
    const left = counts.get(line) ?? 0;
    if (left > 0) counts.set(line, left - 1);
    else linesAdded++;
  }
  let linesRemoved = 0;
  for (const left of counts.values()) linesRemoved += left;
  return { linesAdded, linesRemoved };
}
