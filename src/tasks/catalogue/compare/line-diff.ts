/** One stretch of a comparison: lines of both texts, of the first alone, or of the second alone. */
interface Stretch {
  readonly kind: 'same' | 'removed' | 'added';
  readonly lines: readonly string[];
}

export interface LineDiff {
  readonly linesAdded: number;
  readonly linesRemoved: number;
  /** In the unified format, with three lines around each change; empty where the texts are equal. */
  readonly text: string;
}

/** Past so many differences the search for the shortest way costs more than it is worth: the rest is told as replaced as a whole. */
const mostSteps = 500;
const around = 3;

/** What has to be done to a text to make another of it, line by line. */
export function lineDiff(before: string, after: string): LineDiff {
  const stretches = compare(linesOf(before), linesOf(after));
  const count = (kind: Stretch['kind']) => stretches.reduce((sum, one) => sum + (one.kind === kind ? one.lines.length : 0), 0);
  return { linesAdded: count('added'), linesRemoved: count('removed'), text: unified(stretches) };
}

const noEnd = '\\ No newline at end of file';

/** A last line without an end is another line than one with it. */
function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  const last = lines.pop()!;
  if (last !== '') lines.push(`${last}\n${noEnd}`);
  return lines;
}

function compare(before: readonly string[], after: readonly string[]): Stretch[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const middle = shortestWay(before.slice(start, before.length - end), after.slice(start, after.length - end));
  const whole: Stretch[] = [
    { kind: 'same', lines: before.slice(0, start) },
    ...middle,
    { kind: 'same', lines: before.slice(before.length - end) },
  ];
  return whole.filter(({ lines }) => lines.length > 0);
}

/** Myers' greedy algorithm ("An O(ND) difference algorithm and its variations", 1986). */
function shortestWay(before: readonly string[], after: readonly string[]): Stretch[] {
  const trace: Map<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  for (let steps = 0; steps <= Math.min(before.length + after.length, mostSteps); steps++) {
    const next = new Map(furthest);
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      let x = goesDown(furthest, diagonal, steps) ? furthest.get(diagonal + 1)! : furthest.get(diagonal - 1)! + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++;
      next.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return wayBack([...trace, furthest], before, after);
    }
    trace.push(furthest);
    furthest = next;
  }
  return [
    { kind: 'removed', lines: before },
    { kind: 'added', lines: after },
  ];
}

function goesDown(furthest: ReadonlyMap<number, number>, diagonal: number, steps: number): boolean {
  return diagonal === -steps || (diagonal !== steps && furthest.get(diagonal - 1)! < furthest.get(diagonal + 1)!);
}

function wayBack(trace: readonly ReadonlyMap<number, number>[], before: readonly string[], after: readonly string[]): Stretch[] {
  const moves: { kind: Stretch['kind']; line: string }[] = [];
  let [x, y] = [before.length, after.length];
  for (let steps = trace.length - 1; steps >= 0; steps--) {
    const furthest = trace[steps]!;
    const diagonal = x - y;
    const from = goesDown(furthest, diagonal, steps) ? diagonal + 1 : diagonal - 1;
    const fromX = furthest.get(from)!;
    const fromY = fromX - from;
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      moves.push({ kind: 'same', line: before[--x]! });
      y--;
    }
    if (steps === 0) break;
    if (x > fromX) moves.push({ kind: 'removed', line: before[--x]! });
    else moves.push({ kind: 'added', line: after[--y]! });
  }
  const stretches: { kind: Stretch['kind']; lines: string[] }[] = [];
  for (const { kind, line } of moves.toReversed()) {
    if (stretches.at(-1)?.kind === kind) stretches.at(-1)!.lines.push(line);
    else stretches.push({ kind, lines: [line] });
  }
  return stretches;
}

interface Hunk {
  beforeAt: number;
  afterAt: number;
  beforeLines: number;
  afterLines: number;
  readonly lines: string[];
}

function unified(stretches: readonly Stretch[]): string {
  const hunks: Hunk[] = [];
  let open: Hunk | null = null;
  let [beforeAt, afterAt] = [0, 0];
  const write = (hunk: Hunk, mark: string, lines: readonly string[]) => {
    hunk.lines.push(...lines.map((line) => `${mark}${line}`));
    if (mark !== '+') hunk.beforeLines += lines.length;
    if (mark !== '-') hunk.afterLines += lines.length;
  };
  for (const [index, { kind, lines }] of stretches.entries()) {
    if (kind === 'same') {
      const isLast = index === stretches.length - 1;
      const splits = lines.length > 2 * around;
      if (open !== null && (isLast || splits)) {
        write(open, ' ', lines.slice(0, around));
        open = null;
      } else if (open !== null) write(open, ' ', lines);
      if (open === null && !isLast) {
        const shown = lines.slice(-around);
        const skipped = lines.length - shown.length;
        open = { beforeAt: beforeAt + skipped, afterAt: afterAt + skipped, beforeLines: 0, afterLines: 0, lines: [] };
        write(open, ' ', shown);
        hunks.push(open);
      }
      beforeAt += lines.length;
      afterAt += lines.length;
      continue;
    }
    if (open === null) {
      open = { beforeAt, afterAt, beforeLines: 0, afterLines: 0, lines: [] };
      hunks.push(open);
    }
    write(open, kind === 'removed' ? '-' : '+', lines);
    if (kind === 'removed') beforeAt += lines.length;
    else afterAt += lines.length;
  }
  return hunks.map((hunk) => `${headOf(hunk)}\n${hunk.lines.join('\n')}\n`).join('');
}

function headOf({ beforeAt, afterAt, beforeLines, afterLines }: Hunk): string {
  // Of no lines, the line before is named.
  const range = (at: number, lines: number) => `${lines === 0 ? at : at + 1}${lines === 1 ? '' : `,${lines}`}`;
  return `@@ -${range(beforeAt, beforeLines)} +${range(afterAt, afterLines)} @@`;
}
