import { hasInspector, inspectorMissing } from '#engine/index.ts';
import type { CoverageCollector, CoverageReport, FileCoverage } from '#task-tests/index.ts';
import { coverageMapOf, type Covered, type CoverageMap } from './coverage-map.ts';
import { fileHitsOf, type FileHits } from './file-hits.ts';

/**
 * Gathers what ran of one task over many executions, which have to be run with `instruments()`. Another version of the task, as after
 * an edit, starts anew.
 * @throws INSPECTOR_MISSING on a Node where the engine cannot count
 */
export function createCoverageCollector(): CoverageCollector {
  if (!hasInspector()) throw inspectorMissing({ what: 'Coverage', node: process.versions.node });
  let map: CoverageMap | undefined;
  let programId: string | undefined;
  let hasSeen = false;
  const hits = () => (map && hasSeen ? fileHitsOf(map) : []);
  return {
    instruments: () => ({ coverage: true }),
    add({ insights }, task) {
      if (!insights?.coverage) return;
      if (task.program.id !== programId) map = coverageMapOf(task);
      programId = task.program.id;
      hasSeen = true;
      map!.add(insights.coverage);
    },
    report: (): CoverageReport | null => (hasSeen ? { files: hits().map(fileReport) } : null),
  };
}

function fileReport({ file, lines, functions, branches }: FileHits): FileCoverage {
  const arms = branches.flatMap((branch) => branch.arms);
  const place = ({ position: { line, column } }: Covered) => ({ line, column });
  const missed = <Item extends Covered>(items: readonly Item[]) =>
    items.filter(({ count }) => count === 0).toSorted((a, b) => a.position.line - b.position.line || a.position.column - b.position.column);
  const part = (items: readonly Covered[]) => ({ total: items.length, covered: items.filter(({ count }) => count > 0).length });
  return {
    file,
    lines: { total: lines.length, covered: lines.filter(({ count }) => count > 0).length, uncovered: rangesOf(lines) },
    branches: { ...part(arms), uncovered: missed(arms).map(place) },
    functions: { ...part(functions), uncovered: missed(functions).map((item) => ({ name: item.name, ...place(item) })) },
  };
}

/** Lines that were not reached. Lines without code between two of them belong to the same range. */
function rangesOf(lines: FileHits['lines']): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  let isInRange = false;
  for (const { line, count } of lines) {
    if (count > 0) isInRange = false;
    else if (isInRange) ranges.at(-1)!.to = line;
    else {
      ranges.push({ from: line, to: line });
      isInRange = true;
    }
  }
  return ranges;
}
