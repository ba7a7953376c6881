import { doOverlap } from './char-set.ts';
import type { PositionAutomaton } from './position-automaton.ts';
import { RegexRefused } from './regex-tree.ts';

/** Pairs of edges looked at before a pattern counts as too complicated: some tenths of a second. */
const mostWork = 2_000_000;

/**
 * Whether the automaton can read some text in two ways that begin and end in the same state: then a backtracking search takes time
 * exponential in the length of a text that nearly fits (Weber and Seidl, "On the degree of ambiguity of finite automata", 1991: EDA).
 * @throws RegexRefused for what takes too long to judge
 */
export function isExponential({ sets, follow, doubled }: PositionAutomaton): boolean {
  const count = sets.length;
  const component = componentsOf(count, (state) => [...follow[state]!]);
  const isInLoop = (from: number, to: number) => component[from] === component[to] && (from !== to || follow[from]!.has(from));
  if (doubled.some(([from, to]) => isInLoop(from, to))) return true;

  // Two readings of one text: pairs of states, each within one loop, stepping together by characters that both take.
  let work = 0;
  const together = (pair: number): number[] => {
    const [one, other] = [Math.floor(pair / count), pair % count];
    const next: number[] = [];
    for (const a of follow[one]!) {
      if (!isInLoop(one, a)) continue;
      for (const b of follow[other]!) {
        if (++work > mostWork) throw new RegexRefused('has too many parts that overlap');
        if (isInLoop(other, b) && doOverlap(sets[a]!, sets[b]!)) next.push(a * count + b);
      }
    }
    return next;
  };
  const diagonal = Array.from({ length: count }, (_, state) => state * count + state);
  const pairs = componentsOf(count * count, together, diagonal);
  return [...pairs].some(([pair, own]) => {
    const [one, other] = [Math.floor(pair / count), pair % count];
    return one !== other && diagonal.some((same) => pairs.get(same) === own && component[Math.floor(same / count)] === component[one]);
  });
}

/** Strongly connected components (Tarjan), without recursion: deep ones would end the stack. */
function componentsOf(count: number, edges: (state: number) => number[]): number[];
function componentsOf(count: number, edges: (state: number) => number[], from: readonly number[]): Map<number, number>;
function componentsOf(count: number, edges: (state: number) => number[], from?: readonly number[]): number[] | Map<number, number> {
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const component = new Map<number, number>();
  const open: number[] = [];
  let components = 0;
  for (const root of from ?? Array.from({ length: count }, (_, state) => state)) {
    if (index.has(root)) continue;
    const path: { readonly state: number; readonly next: number[]; at: number }[] = [];
    const enter = (state: number) => {
      index.set(state, index.size);
      low.set(state, index.get(state)!);
      open.push(state);
      path.push({ state, next: edges(state), at: 0 });
    };
    enter(root);
    while (path.length > 0) {
      const here = path.at(-1)!;
      if (here.at < here.next.length) {
        const next = here.next[here.at++]!;
        if (!index.has(next)) enter(next);
        else if (!component.has(next)) low.set(here.state, Math.min(low.get(here.state)!, index.get(next)!));
        continue;
      }
      path.pop();
      const before = path.at(-1);
      if (before !== undefined) low.set(before.state, Math.min(low.get(before.state)!, low.get(here.state)!));
      if (low.get(here.state) !== index.get(here.state)) continue;
      for (let state = open.pop()!; ; state = open.pop()!) {
        component.set(state, components);
        if (state === here.state) break;
      }
      components++;
    }
  }
  return from === undefined ? Array.from({ length: count }, (_, state) => component.get(state)!) : component;
}
