import type { FunctionCoverage, ScriptCoverage } from '#engine/index.ts';
import type { FunctionRange } from './program-parts.ts';

/** How often places of a script ran, from what V8 counted. */
export class RangeCounts {
  /** Functions by where they end: their starts are looked for, because V8 and parsers see those differently (`static`, `async`). */
  readonly #byEnd = new Map<number, FunctionCoverage[]>();
  readonly #functions: readonly FunctionCoverage[];

  constructor({ functions }: ScriptCoverage) {
    this.#functions = functions;
    for (const one of functions) {
      const { end } = one.ranges[0]!;
      this.#byEnd.set(end, [...(this.#byEnd.get(end) ?? []), one]);
    }
  }

  /** How often a function was called. One that V8 does not know was never compiled. */
  calls(range: FunctionRange): number {
    return this.#find(range)?.ranges[0]!.count ?? 0;
  }

  /** How often the code at an offset ran, which belongs to a function. */
  at(offset: number, within: FunctionRange): number {
    const ranges = this.#find(within)?.ranges ?? [];
    // Ranges of a function lie inside of each other or apart, so the shortest around the offset is the innermost.
    let best = { length: Infinity, count: 0 };
    for (const { start, end, count } of ranges) {
      if (start <= offset && offset < end && end - start <= best.length) best = { length: end - start, count };
    }
    return best.count;
  }

  #find({ start, end }: FunctionRange): FunctionCoverage | undefined {
    if (start === end) return this.#innermostInitializer(start);
    const candidates = (this.#byEnd.get(end) ?? []).filter(({ ranges }) => ranges[0]!.start <= start);
    return candidates.toSorted((a, b) => b.ranges[0]!.start - a.ranges[0]!.start)[0];
  }

  #innermostInitializer(offset: number): FunctionCoverage | undefined {
    return this.#functions
      .filter(({ name, ranges }) => name.startsWith('<') && ranges[0]!.start <= offset && offset < ranges[0]!.end)
      .toSorted((a, b) => a.ranges[0]!.end - a.ranges[0]!.start - (b.ranges[0]!.end - b.ranges[0]!.start))[0];
  }
}
