import { exampleOf } from './char-set.ts';
import type { PositionAutomaton } from './position-automaton.ts';

const mostTexts = 60;
/** Ends the hope that a text fits after all. */
const misfit = '\u0001';

/**
 * Texts of a length on which a search for the expression has the most to go back for: repetitions of what leads to a place, of what leads
 * from a place back to itself, and of single characters, each ended by something that fits nowhere.
 */
export function attackTexts(automaton: PositionAutomaton, length: number): string[] {
  const { sets, first, follow } = automaton;
  const ways = shortestWays(first, follow);
  const word = (states: readonly number[]) => states.map((state) => exampleOf(sets[state]!)).join('');
  const texts = new Set<string>();
  const add = (start: string, again: string) => {
    if (again !== '') texts.add(`${start}${again.repeat(Math.ceil(length / again.length))}`.slice(0, length - 1) + misfit);
  };
  for (const way of ways.values()) {
    add('', word(way));
    const state = way.at(-1)!;
    add('', exampleOf(sets[state]!));
    const back = shortestWays(follow[state]!, follow).get(state);
    if (back !== undefined) add(word(way), word(back));
  }
  const all = [...texts];
  // Of very many, some from everywhere.
  const step = Math.max(1, all.length / mostTexts);
  return Array.from({ length: Math.min(mostTexts, all.length) }, (_, number) => all[Math.floor(number * step)]!);
}

/** The states on a shortest way to each that can be reached, itself included. */
function shortestWays(first: Iterable<number>, follow: readonly ReadonlySet<number>[]): Map<number, readonly number[]> {
  const ways = new Map<number, readonly number[]>();
  const waiting: number[] = [];
  for (const state of first) {
    if (ways.has(state)) continue;
    ways.set(state, [state]);
    waiting.push(state);
  }
  for (let at = 0; at < waiting.length; at++) {
    const state = waiting[at]!;
    for (const next of follow[state]!) {
      if (ways.has(next)) continue;
      ways.set(next, [...ways.get(state)!, next]);
      waiting.push(next);
    }
  }
  return ways;
}
