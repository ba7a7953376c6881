import type { Program, ScriptCoverage } from '#engine/index.ts';
import type { Task } from '#tasks/index.ts';
import { sourcePositionsOf, type SourcePosition } from '../source-positions.ts';
import { AuthorText } from './author-text.ts';
import { partsOf, type BranchKind, type BranchPart, type ScriptPlace } from './program-parts.ts';
import { RangeCounts } from './range-counts.ts';

/** One thing of the author's that can be covered, and how often it ran so far. */
export interface Covered {
  readonly position: SourcePosition;
  count: number;
}

export interface CoveredFunction extends Covered {
  readonly name: string;
}

export interface CoveredBranch {
  readonly kind: BranchKind;
  readonly position: SourcePosition;
  /** One for each way there is; the `else` that an `if` does not have stands where the `if` does. */
  readonly arms: readonly Covered[];
}

/** What can be covered of one task, filled by one execution after the other. */
export interface CoverageMap {
  readonly statements: readonly Covered[];
  readonly functions: readonly CoveredFunction[];
  readonly branches: readonly CoveredBranch[];
  add(coverage: ScriptCoverage): void;
}

/** @returns what the author's files hold that can be covered; what a translation added has no place in them and is left out */
export function coverageMapOf({ program, files }: Pick<Task, 'program' | 'files'>): CoverageMap {
  const parts = partsOf(program);
  const text = new AuthorText(files);
  const positionOf = positionsIn(program, text);
  const statements = parts.statements.flatMap((part) => {
    const position = positionOf(part.place);
    return withPosition(part, position && isDefaultExport(position, text) ? null : position);
  });
  const functions = parts.functions.flatMap((part) => withPosition(part, positionOf(part.place)));
  const branches = parts.branches.flatMap((part) => {
    const position = positionOf(part.place);
    if (position === null || !isAuthors(part, positionOf, text)) return [];
    const arms = part.arms.map((arm) => ({ part: arm, covered: { position: (arm && positionOf(arm)) ?? position, count: 0 } }));
    return [{ part, arms, branch: { kind: part.kind, position, arms: arms.map(({ covered }) => covered) } }];
  });
  return {
    statements: statements.map(({ covered }) => covered),
    functions: functions.map(({ part, covered }) => Object.assign(covered, { name: part.name })),
    branches: branches.map(({ branch }) => branch),
    add(coverage) {
      const counts = new RangeCounts(coverage);
      for (const { part, covered } of statements) covered.count += counts.at(part.place.offset, part.within);
      for (const { part, covered } of functions) covered.count += counts.calls(part.range);
      for (const { part, arms } of branches) {
        const [first] = part.arms;
        for (const { part: arm, covered } of arms) {
          if (arm !== null) covered.count += counts.at(arm.offset, part.within);
          // Past an `if` as often as it is reached and its body is not.
          else covered.count += Math.max(0, counts.at(part.place.offset, part.within) - counts.at(first!.offset, part.within));
        }
      }
    },
  };
}

function withPosition<Part>(part: Part, position: SourcePosition | null): { part: Part; covered: Covered }[] {
  return position === null ? [] : [{ part, covered: { position, count: 0 } }];
}

/** What is exported by default has become a value that is assigned. */
function isDefaultExport(position: SourcePosition, text: AuthorText): boolean {
  const { before, after } = text.around(position, 40);
  return /^export\s+default\b/.test(after) || /\bexport\s+default\s*$/.test(before);
}

type PositionOf = (place: ScriptPlace) => SourcePosition | null;

/** Lines that a translation makes code of although nothing on them could be left out. */
const withoutCode = /^\s*(?:import\b(?!\s*[.(])|export\s*[{*])/;

function positionsIn(program: Program, text: AuthorText): PositionOf {
  const positions = sourcePositionsOf(program);
  return ({ line, column }) => {
    const position = positions.at(line, column);
    if (position === null || position.file.endsWith('.json')) return null;
    const written = text.line(position);
    return written === null || withoutCode.test(written) ? null : position;
  };
}

/** Whether the author's text shows the branch: of what is lowered or added, only the place is his. */
function isAuthors({ proof }: BranchPart, positionOf: PositionOf, text: AuthorText): boolean {
  const [from, to] = [positionOf(proof.from), positionOf(proof.to)];
  return from !== null && to !== null && from.file === to.file && text.between(from, to).includes(proof.text);
}
