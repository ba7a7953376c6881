import type { Json } from '#kernel/index.ts';
import { anyJson } from '../any-json.ts';
import type { Dice } from '../dice.ts';
import type { Words } from '../words.ts';
import { Contradiction } from './contradiction.ts';
import { drawList } from './draw-list.ts';
import { drawNumber, type NumberFacts } from './draw-number.ts';
import { drawObject } from './draw-object.ts';
import { drawText, type TextFacts } from './draw-text.ts';
import { factsOf, list, nonEmpty, strictest, type Facts } from './facts.ts';
import type { Resolve } from './references.ts';
import { patternTest } from './pattern-test.ts';

const typeNames = ['null', 'boolean', 'number', 'string', 'array', 'object'] as const;
type TypeName = (typeof typeNames)[number];

/** From this depth on values become as small as the schema lets them; nothing is nested deeper than `mostDepth`. */
const smallFromDepth = 6;
const mostDepth = 60;
/** Values in one drawn value, about: enough for a list of a thousand. A text counts for its length: so many characters are one value. */
const mostValues = 3_000;
const charsPerValue = 16;
/** With less than this left, texts stay short. */
const shortFrom = 500;
const shortChars = 100;

/** Draws one value after the other for the schemas of one document. */
export class ValueDraw {
  readonly dice: Dice;
  readonly words: Words;
  readonly #resolve: Resolve;
  #left = mostValues;

  constructor(dice: Dice, words: Words, resolve: Resolve) {
    this.dice = dice;
    this.words = words;
    this.#resolve = resolve;
  }

  /** How many more values there should be; lists ask before they grow. */
  get left(): number {
    return this.#left;
  }

  /** Counts what was not drawn, but used again. */
  spend(values: number): void {
    this.#left -= values;
  }

  /**
   * A value for which all of these schemas probably hold; the check has the last word.
   * @throws Contradiction when the choices that were made leave nothing
   */
  value(schemas: readonly unknown[], depth: number): Json {
    if (depth > mostDepth) throw new Contradiction('the schema nests without end');
    this.#left -= 1;
    const facts = factsOf(this.dice, schemas, this.#resolve, depth >= smallFromDepth);
    const fixed = fixedValues(facts);
    if (fixed !== null) return this.dice.pick(nonEmpty(fixed, 'no value of enum and const fits'));
    const examples = facts.parts.flatMap((part) => [...list(part['examples']), ...('default' in part ? [part['default']] : [])]);
    if (examples.length > 0 && this.dice.chance(10)) return this.dice.pick(examples) as Json;
    switch (this.#typeFor(facts)) {
      case 'null':
        return null;
      case 'boolean':
        return this.dice.chance(50);
      case 'number':
        return drawNumber(this.dice, numberFacts(facts), this.words);
      case 'string':
        return this.#text(textFacts(facts));
      case 'array':
        return drawList(this, facts, depth);
      case 'object':
        return drawObject(this, facts, depth);
      case 'any':
        return anyJson(this.dice, this.words, Math.min(depth, 3));
    }
  }

  #text(facts: TextFacts): string {
    const { min = 0, max = Infinity } = facts;
    const text = drawText(
      this.dice,
      this.#left < shortFrom ? { ...facts, max: Math.min(max, Math.max(min, shortChars)) } : facts,
      this.words,
    );
    this.#left -= Math.floor(text.length / charsPerValue);
    return text;
  }

  isSmall(depth: number): boolean {
    return depth >= smallFromDepth || this.#left <= 0;
  }

  /** Schemas without a type allow all; mostly the one their keywords are about is meant. */
  #typeFor({ parts }: Facts): TypeName | 'any' {
    const typed = parts.filter((part) => 'type' in part);
    const allowed = typeNames.filter((name) =>
      typed.every((part) => {
        const types = [part['type']].flat();
        return types.includes(name) || (name === 'number' && types.includes('integer'));
      }),
    );
    if (typed.length > 0) return this.dice.pick(nonEmpty(allowed, 'no type fits'));
    const meant = typeNames.filter((name) => parts.some((part) => (aboutType[name] ?? []).some((keyword) => keyword in part)));
    if (meant.length === 0) return 'any';
    return this.dice.pick(this.dice.chance(10) ? typeNames : meant);
  }
}

const aboutType: Readonly<Partial<Record<TypeName, readonly string[]>>> = {
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems', 'contains', 'additionalItems'],
  object: [
    'properties',
    'required',
    'patternProperties',
    'additionalProperties',
    'minProperties',
    'maxProperties',
    'propertyNames',
    'dependentRequired',
  ],
};

/** The values that enum and const leave, or null where there are none of these keywords. */
function fixedValues({ parts }: Facts): Json[] | null {
  const lists = parts.flatMap((part) => [
    ...('const' in part ? [[part['const']]] : []),
    ...(Array.isArray(part['enum']) ? [part['enum']] : []),
  ]);
  const [first, ...rest] = lists;
  if (first === undefined) return null;
  const others = rest.map((values) => new Set(values.map((value) => JSON.stringify(value))));
  return first.filter((value) => others.every((set) => set.has(JSON.stringify(value)))) as Json[];
}

const integerFormats: Readonly<Record<string, number>> = { int32: 2 ** 31 - 1, int64: Number.MAX_SAFE_INTEGER };

function numberFacts({ parts }: Facts): NumberFacts {
  let min = strictest(parts, 'minimum', 'max') ?? -Infinity;
  let max = strictest(parts, 'maximum', 'min') ?? Infinity;
  // Draft 4 says with true that the limit itself is out; later drafts give a limit of their own.
  let isAbove = parts.some((part) => part['exclusiveMinimum'] === true && part['minimum'] === min);
  let isBelow = parts.some((part) => part['exclusiveMaximum'] === true && part['maximum'] === max);
  const above = strictest(parts, 'exclusiveMinimum', 'max') ?? -Infinity;
  const below = strictest(parts, 'exclusiveMaximum', 'min') ?? Infinity;
  if (above >= min && above > -Infinity) [min, isAbove] = [above, true];
  if (below <= max && below < Infinity) [max, isBelow] = [below, true];
  const types = parts.flatMap((part) => ('type' in part ? [[part['type']].flat()] : []));
  const format = parts.map((part) => integerFormats[String(part['format'])]).find((limit) => limit !== undefined);
  if (format !== undefined) [min, max] = [Math.max(min, -format), Math.min(max, format)];
  const multipleOf = parts.map((part) => part['multipleOf']).filter((value) => typeof value === 'number');
  return {
    isInteger: format !== undefined || types.some((names) => names.includes('integer') && !names.includes('number')),
    ...(min === -Infinity ? {} : { min, isAbove }),
    ...(max === Infinity ? {} : { max, isBelow }),
    ...(multipleOf.length === 0 ? {} : { multipleOf }),
  };
}

function textFacts({ parts }: Facts): TextFacts {
  const patterns = [...new Set(parts.map((part) => part['pattern']).filter((value) => typeof value === 'string'))];
  const formats = parts.map((part) => part['format']).filter((value) => typeof value === 'string');
  return {
    min: strictest(parts, 'minLength', 'max') ?? 0,
    max: strictest(parts, 'maxLength', 'min') ?? Infinity,
    patterns,
    formats,
    ...(patterns.length === 0 ? {} : { matches: patternTest(patterns) }),
  };
}
