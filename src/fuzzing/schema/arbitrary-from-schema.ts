import type fc from 'fast-check';
import type { Json } from '#kernel/index.ts';
import type { Dice, FastCheck } from '../dice.ts';
import { drawnArbitrary } from '../drawn-arbitrary.ts';
import { schemaTooHard } from '../errors.ts';
import { jsonText } from '../json-text.ts';
import { simplerJson } from '../simpler-json.ts';
import { noWords, type Words } from '../words.ts';
import { Contradiction } from './contradiction.ts';
import { ValueDraw } from './draw-value.ts';
import { openReferences } from './references.ts';
import type { SchemaCheck } from './schema-check.ts';

export interface SchemaSource {
  readonly schema: unknown;
  /** The real check, asked about every value before anybody sees it. */
  readonly check: SchemaCheck;
  readonly words?: Words;
}

/** How often a value is drawn anew, and for how long, before the schema counts as too hard. */
const mostTries = 300;
const mostMs = 4_000;

/** Draws values that a schema allows, boundaries before everything else. */
export interface SchemaDraw {
  /** @throws FUZZ_SCHEMA_TOO_HARD */
  draw(dice: Dice): Json;
  /** Of all the values drawn, how many the check let through. */
  readonly tally: { drawn: number; valid: number };
}

export function openSchemaDraw({ schema, check, words = noWords }: SchemaSource): SchemaDraw {
  const resolve = openReferences(schema);
  const tally = { drawn: 0, valid: 0 };
  return {
    tally,
    draw(dice) {
      const reasons = new Map<string, number>();
      const until = performance.now() + mostMs;
      let tries = 0;
      for (; tries < mostTries && performance.now() < until; tries++) {
        tally.drawn += 1;
        let reason: string | null;
        try {
          const value = new ValueDraw(dice, words, resolve).value([schema], 0);
          reason = check(jsonText(value));
          if (reason === null) {
            tally.valid += 1;
            return value;
          }
        } catch (error) {
          if (!(error instanceof Contradiction)) throw error;
          reason = error.message;
        }
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
      const [worst] = [...reasons].toSorted(([, a], [, b]) => b - a);
      throw schemaTooHard({ tries, reason: worst?.[0] ?? 'nothing fits' });
    },
  };
}

/**
 * Values that a JSON Schema allows (drafts 4 to 2020-12), weighted towards boundaries: ends of ranges and lengths, fields missing in all
 * combinations, odd names, texts and numbers. They shrink to simpler values that the schema allows as well.
 */
export function arbitraryFromSchema(fastCheck: FastCheck, source: SchemaSource): fc.Arbitrary<Json> {
  const draw = openSchemaDraw(source);
  return drawnArbitrary<Json>(fastCheck, {
    draw: (dice) => draw.draw(dice),
    *simpler(value) {
      for (const candidate of simplerJson(fastCheck, value)) {
        if (source.check(jsonText(candidate)) === null) yield candidate as Json;
      }
    },
  });
}
