import type fc from 'fast-check';
import type { Json } from '#kernel/index.ts';
import { anyObject } from './any-json.ts';
import type { Dice, FastCheck } from './dice.ts';
import { drawnArbitrary } from './drawn-arbitrary.ts';
import { moments, type FuzzCase } from './fuzz-case.ts';
import { simplerJson } from './simpler-json.ts';
import type { Words } from './words.ts';
import { drawFaults, simplerFaults } from './world/draw-faults.ts';
import type { Fault } from './world/fault.ts';

export interface CaseSource {
  readonly input: fc.Arbitrary<Json>;
  /** How many tests there are whose mocks can be asked. */
  readonly tests: number;
  /** False where the code asks for nothing, so that nobody's answer can go wrong. */
  readonly hasRequests: boolean;
  readonly words: Words;
}

/** Whole cases. They shrink towards no fault, the usual time, the first test, and the simplest input. */
export function caseArbitrary(fastCheck: FastCheck, { input, tests, hasRequests, words }: CaseSource): fc.Arbitrary<FuzzCase> {
  const drawn = <Value>(draw: (dice: Dice) => Value, simpler: (value: Value) => Iterable<Value>) =>
    drawnArbitrary(fastCheck, { draw, simpler });
  return fastCheck.record({
    faults: drawn<readonly Fault[]>(
      (dice) => (hasRequests ? drawFaults(dice, words) : []),
      (faults) => simplerFaults(fastCheck, faults),
    ),
    atMs: drawn(
      (dice) => (dice.chance(80) ? moments[0]! : dice.pick(moments)),
      (atMs) => (atMs === moments[0] ? [] : [moments[0]!]),
    ),
    input,
    test: drawn(
      (dice) => dice.int(0, Math.max(0, tests - 1)),
      (test) => (test === 0 ? [] : [0]),
    ),
    otherBody: drawn<Json>(
      (dice) => (hasRequests ? anyObject(dice, words) : {}),
      (body) => simplerJson(fastCheck, body) as Iterable<Json>,
    ),
  });
}

/** fast-check's seed for the case of a number: seeds that follow each other must not lead to like cases (finaliser of MurmurHash3). */
export function mixedSeed(seed: number): number {
  let mixed = seed | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
