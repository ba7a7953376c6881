import type { Covered, CoveredBranch, CoveredFunction, CoverageMap } from './coverage-map.ts';

/** How often everything in one of the author's files ran, in the order of the file. */
export interface FileHits {
  /** Path inside the task. */
  readonly file: string;
  readonly statements: readonly Covered[];
  /** Lines on which a statement begins, with the count of the one that ran most. */
  readonly lines: readonly { readonly line: number; readonly count: number }[];
  readonly functions: readonly CoveredFunction[];
  readonly branches: readonly CoveredBranch[];
}

export function fileHitsOf({ statements, functions, branches }: CoverageMap): FileHits[] {
  const files = new Set([...statements, ...functions, ...branches].map(({ position }) => position.file));
  return [...files].toSorted().map((file) => {
    const own = <Item extends Pick<Covered, 'position'>>(items: readonly Item[]) =>
      items
        .filter(({ position }) => position.file === file)
        .toSorted((a, b) => a.position.line - b.position.line || a.position.column - b.position.column);
    return { file, statements: own(statements), lines: linesOf(own(statements)), functions: own(functions), branches: own(branches) };
  });
}

function linesOf(statements: readonly Covered[]): { line: number; count: number }[] {
  const counts = new Map<number, number>();
  for (const { position, count } of statements) counts.set(position.line, Math.max(counts.get(position.line) ?? 0, count));
  return [...counts].map(([line, count]) => ({ line, count }));
}
