import type fc from 'fast-check';
import { Dice, type FastCheck } from './dice.ts';

export interface Drawn<Value> {
  readonly draw: (dice: Dice) => Value;
  /** Simpler values to try instead of one that fails, the simplest first. Any value may be asked about, also one that was not drawn here. */
  readonly simpler: (value: Value) => Iterable<Value>;
}

/**
 * An arbitrary of fast-check from a way to draw a value and a way to simplify one. Values are simplified by what they are and not by how
 * they came about, so that a value a test brought along shrinks as well as one that was made up.
 */
export function drawnArbitrary<Value>(fastCheck: FastCheck, { draw, simpler }: Drawn<Value>): fc.Arbitrary<Value> {
  class DrawnArbitrary extends fastCheck.Arbitrary<Value> {
    override generate(random: fc.Random): fc.Value<Value> {
      return new fastCheck.Value(draw(new Dice(fastCheck, random)), undefined);
    }
    override canShrinkWithoutContext(_value: unknown): _value is Value {
      return true;
    }
    override shrink(value: Value): fc.Stream<fc.Value<Value>> {
      return fastCheck.stream(valuesOf(simpler(value)));
    }
  }
  function* valuesOf(values: Iterable<Value>): IterableIterator<fc.Value<Value>> {
    for (const value of values) yield new fastCheck.Value(value, undefined);
  }
  return new DrawnArbitrary();
}
