import { fixedRandom } from './random.ts';
import { medianOf } from './summary.ts';

/** Values kept of a long measurement: half a million take 4 MB, and more would not move a percentile. */
const mostKept = 500_000;

/** More blocks than this make a comparison slower and no better. */
const mostBlocks = 50;
/** The median of fewer runs than this is a matter of luck. */
const leastPerBlock = 5;

/** One measured quantity of every run, in the order of the runs. Of very many runs a fair choice is kept. */
export class Samples {
  #values = new Float64Array(1024);
  #kept = 0;
  #seen = 0;
  readonly #random = fixedRandom(1);

  get seen(): number {
    return this.#seen;
  }

  add(value: number): void {
    this.#seen += 1;
    if (this.#kept < mostKept) {
      if (this.#kept === this.#values.length) {
        const wider = new Float64Array(Math.min(mostKept, this.#kept * 2));
        wider.set(this.#values);
        this.#values = wider;
      }
      this.#values[this.#kept++] = value;
      return;
    }
    // Every run has the same chance to be among the kept. Taking out and appending keeps the order, which blocks need.
    const place = Math.floor(this.#random() * this.#seen);
    if (place >= mostKept) return;
    this.#values.copyWithin(place, place + 1, mostKept);
    this.#values[mostKept - 1] = value;
  }

  values(): Float64Array {
    return this.#values.subarray(0, this.#kept);
  }
}

/**
 * Medians of blocks of neighbouring runs. Neighbours resemble each other (caches, other programs, the machine's clock), so single runs
 * are no independent witnesses; blocks nearly are, and comparing them does not see a difference in every ripple.
 */
export function blockMedians(values: Float64Array): number[] {
  const count = Math.min(mostBlocks, Math.floor(values.length / leastPerBlock));
  return Array.from({ length: count }, (_, block) =>
    medianOf(values.subarray(Math.floor((block * values.length) / count), Math.floor(((block + 1) * values.length) / count))),
  );
}
