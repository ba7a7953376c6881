import type { CharSet } from './char-set.ts';
import { RegexRefused, type RegexTree } from './regex-tree.ts';

/**
 * A regular expression as Glushkov's automaton: a state for each place that takes a character, an edge wherever one place can follow
 * another. Ways that lead along the same edge twice are kept as such: they are what makes a search go back and forth.
 */
export interface PositionAutomaton {
  readonly sets: readonly CharSet[];
  readonly first: ReadonlySet<number>;
  readonly follow: readonly ReadonlySet<number>[];
  /** Edges that exist for more than one reason. */
  readonly doubled: readonly (readonly [from: number, to: number])[];
}

const mostPositions = 400;

interface Part {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly canBeEmpty: boolean;
}

/**
 * Counted repetitions of more than three are taken for endless ones, which can only make the judgement stricter.
 * @throws RegexRefused for what is too large to judge
 */
export function positionAutomaton(tree: RegexTree): PositionAutomaton {
  const sets: CharSet[] = [];
  const follow: Set<number>[] = [];
  const doubled: [number, number][] = [];

  function connect(from: readonly number[], to: readonly number[]): void {
    for (const one of from) {
      for (const next of to) {
        if (follow[one]!.has(next)) doubled.push([one, next]);
        else follow[one]!.add(next);
      }
    }
  }

  function build(node: RegexTree): Part {
    switch (node.kind) {
      case 'empty':
        return { first: [], last: [], canBeEmpty: true };
      case 'chars': {
        if (sets.length >= mostPositions) throw new RegexRefused(`has more than ${mostPositions} parts`);
        const own = sets.push(node.set) - 1;
        follow.push(new Set());
        return { first: [own], last: [own], canBeEmpty: false };
      }
      case 'sequence':
        return node.parts.map(build).reduce(joined, { first: [], last: [], canBeEmpty: true });
      case 'choice': {
        const parts = node.parts.map(build);
        return {
          first: parts.flatMap(({ first }) => first),
          last: parts.flatMap(({ last }) => last),
          canBeEmpty: parts.some(({ canBeEmpty }) => canBeEmpty),
        };
      }
      case 'repeat':
        return repeated(node);
    }
  }

  function joined(before: Part, next: Part): Part {
    connect(before.last, next.first);
    return {
      first: before.canBeEmpty ? [...before.first, ...next.first] : before.first,
      last: next.canBeEmpty ? [...before.last, ...next.last] : next.last,
      canBeEmpty: before.canBeEmpty && next.canBeEmpty,
    };
  }

  function repeated({ inner, least, most }: Extract<RegexTree, { kind: 'repeat' }>): Part {
    const isEndless = most > 3;
    const times = isEndless ? Math.min(least, 2) : most;
    let whole: Part = { first: [], last: [], canBeEmpty: true };
    for (let count = 0; count < times; count++) {
      const part = build(inner);
      whole = joined(whole, count < least ? part : { ...part, canBeEmpty: true });
    }
    if (!isEndless) return whole;
    const loop = build(inner);
    connect(loop.last, loop.first);
    return joined(whole, { ...loop, canBeEmpty: true });
  }

  const { first } = build(tree);
  return { sets, first: new Set(first), follow, doubled };
}
