import type fc from 'fast-check';
import type { Json } from '#kernel/index.ts';
import { anyJson, anyObject } from './any-json.ts';
import type { Dice, FastCheck } from './dice.ts';
import { drawnArbitrary } from './drawn-arbitrary.ts';
import { placesIn, valueAt, withAt } from './json-places.ts';
import { jsonText } from './json-text.ts';
import type { SchemaDraw } from './schema/arbitrary-from-schema.ts';
import type { SchemaCheck } from './schema/schema-check.ts';
import { simplerJson } from './simpler-json.ts';
import type { Words } from './words.ts';

export interface InputSource {
  /** Null where the task has no input schema: then any object will do. */
  readonly schema: SchemaDraw | null;
  readonly check: SchemaCheck;
  /** Inputs of the task's own tests. */
  readonly samples: readonly Json[];
  readonly words: Words;
}

/** Inputs that the task has to accept: made from its schema, and by varying the inputs of its tests. */
export function inputArbitrary(fastCheck: FastCheck, { schema, check, samples: all, words }: InputSource): fc.Arbitrary<Json> {
  const isValid = (value: unknown) => check(jsonText(value)) === null;
  const samples = all.filter(isValid);
  const fresh = (dice: Dice) => schema?.draw(dice) ?? anyObject(dice, words);
  const varied = (dice: Dice): Json => {
    const sample = dice.pick(samples);
    for (let tries = 0; tries < 6; tries++) {
      const value = vary(dice, sample, () => fresh(dice), words);
      if (isValid(value)) return value;
    }
    return sample;
  };
  return drawnArbitrary<Json>(fastCheck, {
    draw: (dice) => (samples.length > 0 && dice.chance(schema === null ? 65 : 30) ? varied(dice) : fresh(dice)),
    *simpler(value) {
      for (const candidate of simplerJson(fastCheck, value)) if (isValid(candidate)) yield candidate as Json;
    },
  });
}

/** A little different: fields taken over from another input, or one part changed. */
function vary(dice: Dice, sample: Json, another: () => Json, words: Words): Json {
  return dice.oneOf<Json>([1, () => sample], [5, () => crossed(dice, sample, another())], [4, () => changed(dice, sample, words)]);
}

function crossed(dice: Dice, sample: Json, other: Json): Json {
  if (!isObject(sample) || !isObject(other)) return other;
  const names = [...new Set([...Object.keys(sample), ...Object.keys(other)])];
  const taken = new Set(dice.shuffled(names).slice(0, dice.int(1, 2)));
  return Object.fromEntries(
    names.flatMap((name) => {
      const from = taken.has(name) ? other : sample;
      return Object.hasOwn(from, name) ? [[name, from[name]!] as const] : [];
    }),
  );
}

function changed(dice: Dice, sample: Json, words: Words): Json {
  const path = dice.pick(placesIn(sample));
  const before = valueAt(sample, path);
  const made = dice.oneOf<unknown>(
    [path.length > 0 ? 3 : 0, () => undefined],
    [1, () => null],
    [3, () => anyJson(dice, words, 2)],
    [Array.isArray(before) ? 4 : 0, () => dice.pick([[], [...(before as Json[]), ...(before as Json[])], (before as Json[]).slice(0, 1)])],
    [
      typeof before === 'number' ? 4 : 0,
      () => dice.pick([0, -(before as number), (before as number) + 1, (before as number) * 1000, (before as number) / 3]),
    ],
    [
      typeof before === 'string' ? 4 : 0,
      () => dice.pick(['', (before as string).toUpperCase(), `${before as string} ${before as string}`, (before as string).slice(1)]),
    ],
  );
  return withAt(sample, path, made) as Json;
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
