import type fc from 'fast-check';

/** fast-check, loaded only when somebody fuzzes. */
export type FastCheck = typeof fc;

/** Everything random in a case: fast-check's generator, asked in plain words. */
export class Dice {
  readonly fc: FastCheck;
  readonly #random: fc.Random;

  constructor(fastCheck: FastCheck, random: fc.Random) {
    this.fc = fastCheck;
    this.#random = random;
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return this.#random.nextInt(least, most);
  }

  /** True in so many of a hundred cases. */
  chance(percent: number): boolean {
    return this.#random.nextInt(1, 100) <= percent;
  }

  pick<Value>(values: readonly Value[]): Value {
    if (values.length === 0) throw new RangeError('nothing to pick from');
    return values[this.#random.nextInt(0, values.length - 1)]!;
  }

  /** One of several ways, by weight. */
  oneOf<Value>(...ways: readonly (readonly [weight: number, way: () => Value])[]): Value {
    let left = this.#random.nextInt(
      1,
      ways.reduce((sum, [weight]) => sum + weight, 0),
    );
    for (const [weight, way] of ways) {
      left -= weight;
      if (left <= 0) return way();
    }
    return ways[0]![1]();
  }

  /** Fisher-Yates. */
  shuffled<Value>(values: readonly Value[]): Value[] {
    const list = [...values];
    for (let at = list.length - 1; at > 0; at--) {
      const other = this.#random.nextInt(0, at);
      [list[at], list[other]] = [list[other]!, list[at]!];
    }
    return list;
  }

  /** A value of one of fast-check's own arbitraries. */
  of<Value>(arbitrary: fc.Arbitrary<Value>): Value {
    return arbitrary.generate(this.#random, undefined).value;
  }
}
