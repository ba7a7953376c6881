import { readdirSync, readFileSync } from 'node:fs';
import { createContext, Script } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCheck } from '#tasks/index.ts';
import { Dice } from '../dice.ts';
import { jsonText } from '../json-text.ts';
import { arbitraryFromSchema, openSchemaDraw } from './arbitrary-from-schema.ts';
import { loadCheck } from './schema-check.ts';

type Schema = Readonly<Record<string, unknown>>;

const draft04 = 'http://json-schema.org/draft-04/schema#';
const draft07 = 'http://json-schema.org/draft-07/schema#';
const draft2019 = 'https://json-schema.org/draft/2019-09/schema';
const draft2020 = 'https://json-schema.org/draft/2020-12/schema';

/** Schemas that leave little, or that say it in a roundabout way; and how many of a hundred draws at least are valid at once. */
const hard: readonly (readonly [name: string, schema: Schema, percent: number])[] = [
  ['anything', {}, 100],
  ['required and optional fields', { type: 'object', properties: { a: { type: 'string' }, b: { type: 'integer', minimum: 3, maximum: 5 } }, required: ['a'] }, 99],
  ['draft 4 limits', { $schema: draft04, type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 1, exclusiveMaximum: true }, 99],
  ['limits of later drafts', { type: 'integer', exclusiveMinimum: 3, exclusiveMaximum: 6 }, 99],
  ['a multiple of a fraction', { type: 'number', multipleOf: 0.01, minimum: 1, maximum: 2 }, 99],
  ['multiples of two numbers', { type: 'integer', allOf: [{ multipleOf: 4 }, { multipleOf: 6 }], minimum: 1, maximum: 100 }, 99],
  ['a range of a single number', { type: 'number', minimum: 0.3, maximum: 0.3 }, 99],
  ['a pattern with a length', { type: 'string', pattern: '^[a-z ]+$', minLength: 5, maxLength: 7 }, 99],
  ['two patterns at once', { allOf: [{ type: 'string', pattern: '^[A-Z]' }, { pattern: '[0-9]$' }] }, 99],
  ['a pattern with lookahead', { type: 'string', pattern: '^(?=.*\\d)(?=.*[a-z])(?=.*[A-Z]).{8,30}$' }, 99],
  ['a pattern with properties of characters', { type: 'string', pattern: '^\\p{Lu}\\p{Ll}+$' }, 99],
  ['a pattern with word boundaries', { type: 'string', pattern: '\\bend\\b' }, 99],
  ['a pattern that backtracks', { type: 'string', pattern: '^(a+)+$' }, 99],
  ['oneOf by type', { oneOf: [{ type: 'string', maxLength: 3 }, { type: 'boolean' }, { type: 'null' }] }, 90],
  ['oneOf that overlaps', { type: 'array', minItems: 3, maxItems: 8, items: { oneOf: [{ type: 'number', multipleOf: 3 }, { type: 'number', multipleOf: 5 }] } }, 10],
  ['anyOf beside properties', { type: 'object', properties: { a: {}, b: {} }, anyOf: [{ required: ['a'] }, { required: ['b'] }] }, 99],
  ['a discriminated union', { type: 'object', required: ['kind'], oneOf: [{ properties: { kind: { const: 'circle' }, r: { type: 'number' } }, required: ['r'] }, { properties: { kind: { const: 'square' }, w: { type: 'integer' } }, required: ['w'] }] }, 99],
  ['if, then, else', JSON.parse('{"type": "object", "properties": {"kind": {"enum": ["a", "b"]}, "n": {"type": "number"}, "s": {"type": "string"}}, "required": ["kind"], "if": {"properties": {"kind": {"const": "a"}}}, "then": {"required": ["n"]}, "else": {"required": ["s"]}}') as Schema, 70],
  ['not', { type: 'object', properties: { x: {}, y: { type: 'string', not: { const: 'a' } } }, not: { required: ['x'] } }, 30],
  ['a recursive tree', { $defs: { node: { type: 'object', properties: { v: { type: 'integer' }, kids: { type: 'array', items: { $ref: '#/$defs/node' } } }, required: ['v', 'kids'], additionalProperties: false } }, $ref: '#/$defs/node' }, 99],
  ['a recursive list that must end', { $defs: { list: { anyOf: [{ type: 'null' }, { type: 'object', properties: { next: { $ref: '#/$defs/list' } }, required: ['next'] }] } }, $ref: '#/$defs/list' }, 90],
  ['$recursiveRef', { $schema: draft2019, type: 'object', properties: { child: { $recursiveRef: '#' } }, additionalProperties: false }, 99],
  ['anchors and ids', { $id: 'https://example.com/root', $defs: { a: { $anchor: 'here', type: 'integer' }, b: { $id: 'other', type: 'boolean' } }, type: 'array', prefixItems: [{ $ref: '#here' }, { $ref: 'other' }], minItems: 2, items: false }, 99],
  ['a reference with siblings', { $schema: draft07, definitions: { name: { type: 'string', minLength: 2 } }, type: 'object', properties: { n: { $ref: '#/definitions/name', maxLength: 3 } }, required: ['n'] }, 99],
  ['a tuple of old', { $schema: draft07, type: 'array', items: [{ type: 'string' }, { type: 'number' }], additionalItems: false, minItems: 1 }, 99],
  ['a tuple of today', { $schema: draft2020, type: 'array', prefixItems: [{ const: 1 }, { const: 2 }], items: { type: 'null' }, minItems: 3 }, 99],
  ['unique items of few', { type: 'array', uniqueItems: true, minItems: 3, items: { enum: [1, 2, 3, 4] } }, 99],
  ['contains', { type: 'array', contains: { const: 'x' }, minContains: 2, maxContains: 3, items: { type: ['string', 'null'] }, minItems: 4, maxItems: 10 }, 60],
  ['names by a pattern', { type: 'object', propertyNames: { pattern: '^[A-Z]{2}$' }, minProperties: 3, maxProperties: 4, additionalProperties: { type: 'boolean' } }, 99],
  ['fields by a pattern', { type: 'object', patternProperties: { '^x-[a-z]+$': { type: 'integer' } }, additionalProperties: false, minProperties: 2 }, 99],
  ['dependent fields', { type: 'object', properties: { a: { type: 'string' }, b: {}, c: {} }, dependentRequired: { a: ['b'] }, dependentSchemas: { c: { required: ['a'], properties: { a: { minLength: 3 } } } } }, 99],
  ['dependencies of old', { $schema: draft07, type: 'object', properties: { a: {}, b: {}, c: {} }, dependencies: { a: ['b'], c: { required: ['b'] } } }, 99],
  ['unevaluated fields', { $schema: draft2020, type: 'object', allOf: [{ properties: { a: { type: 'number' } } }], properties: { b: { type: 'string' } }, unevaluatedProperties: false }, 70],
  ['nulls in several depths', { type: 'object', properties: { a: { type: ['object', 'null'], properties: { b: { type: ['array', 'null'], items: { type: ['string', 'null'] } } } } }, required: ['a'] }, 99],
  ['enum with const', { allOf: [{ enum: [1, 'a', null, { x: [1] }] }, { enum: [{ x: [1] }, 'a'] }] }, 99],
  ['keywords without a type', { minimum: 3, maxLength: 2 }, 99],
  ['allOf, deep', { allOf: [{ allOf: [{ type: 'object', required: ['a'] }] }, { properties: { a: { allOf: [{ type: 'integer' }, { minimum: 7 }, { maximum: 8 }] } } }] }, 99],
]; // prettier-ignore

const formats = ['date', 'time', 'date-time', 'iso-time', 'iso-date-time', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uri', 'uri-reference', 'uri-template', 'url', 'uuid', 'regex', 'json-pointer', 'json-pointer-uri-fragment', 'relative-json-pointer', 'byte']; // prettier-ignore

function checkOf(schema: Schema) {
  return loadCheck(compileCheck(schema), { hasPatterns: jsonText(schema).includes('attern') });
}

/** The check once more, loaded in another way, so that a generator that asks nobody is found out. */
function independent(schema: Schema): (value: unknown) => string {
  const check = new Script(compileCheck(schema)).runInContext(createContext({})) as (text: string) => string;
  return (value) => check(jsonText(value));
}

function draws(schema: Schema, count: number, seed = 1): unknown[] {
  return fc.sample(arbitraryFromSchema(fc, { schema, check: checkOf(schema) }), { seed, numRuns: count });
}

describe('values for a schema', () => {
  it.each(hard)('%s: every value is valid, and few draws are in vain', (_name, schema, percent) => {
    const isInvalid = independent(schema);
    const draw = openSchemaDraw({ schema, check: checkOf(schema) });
    const arbitrary = arbitraryFromSchema(fc, { schema, check: checkOf(schema) });
    expect(fc.sample(arbitrary, { seed: 3, numRuns: 150 }).filter((value) => isInvalid(value) !== '')).toEqual([]);
    fc.assert(
      fc.property(diceArbitrary, (dice) => void draw.draw(dice)),
      { seed: 5, numRuns: 150 },
    );
    expect((100 * draw.tally.valid) / draw.tally.drawn).toBeGreaterThanOrEqual(percent);
  });

  it.each(formats)('of format %s are valid', (format) => {
    const schema = { type: 'string', format };
    const isInvalid = independent(schema);
    const draw = openSchemaDraw({ schema, check: () => null });
    const drawn = fc.sample(diceArbitrary, { seed: 1, numRuns: 300 }).map((dice) => draw.draw(dice));
    expect(drawn.filter((value) => isInvalid(value) !== '')).toEqual([]);
    expect(new Set(drawn).size).toBeGreaterThan(3);
  });

  it.each(sampleSchemas())('of the sample %s are valid', (_name, schema) => {
    const isInvalid = independent(schema);
    const drawn = draws(schema, 200);
    expect(drawn.filter((value) => isInvalid(value) !== '')).toEqual([]);
  });

  it('are the same for the same seed, and others for another', () => {
    const [, schema] = hard[1]!;
    expect(jsonText(draws(schema, 50, 7))).toBe(jsonText(draws(schema, 50, 7)));
    expect(jsonText(draws(schema, 50, 7))).not.toBe(jsonText(draws(schema, 50, 8)));
  });
});

describe('within some hundred values', () => {
  const within = (schema: Schema, count = 400) => draws(schema, count);

  it('every end of a range of whole numbers is met, and what lies just inside', () => {
    const seen = new Set(within({ type: 'integer', minimum: -3, maximum: 1000 }));
    expect([-3, -2, 0, 1, 999, 1000].filter((value) => !seen.has(value))).toEqual([]);
  });

  it('numbers without limits are met as zero, minus zero, one, large ones and fractions', () => {
    const seen = within({ type: 'number' }) as number[];
    expect([0, -0, 1, -1, Number.MAX_SAFE_INTEGER, 0.1].filter((wanted) => !seen.some((value) => Object.is(value, wanted)))).toEqual([]);
    expect(seen.every((value) => Math.abs(value) <= Number.MAX_SAFE_INTEGER)).toBe(true);
  });

  it('the ends of a range of fractions are met, and values a little inside', () => {
    const seen = within({ type: 'number', minimum: 0, maximum: 1 }) as number[];
    expect([0, 1, 0.01, 0.99].filter((value) => !seen.includes(value))).toEqual([]);
    expect(seen.some((value) => value > 0 && value < 1e-10)).toBe(true);
  });

  it('the limits of a length are met, counted in characters', () => {
    const lengths = new Set((within({ type: 'string', minLength: 2, maxLength: 9 }) as string[]).map((text) => Array.from(text).length));
    expect([...lengths].toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it.each<[string, RegExp | ((text: string) => boolean)]>([
    ['the empty text', /^$/],
    ['characters of two code units', /[\u{10000}-\u{10ffff}]/u],
    ['combining characters', /\p{M}/u],
    ['right-to-left letters', /[\u05d0-\u05ea\u0627-\u064a]/u],
    ['NUL', /\u0000/], // oxlint-disable-line no-control-regex
    ['emoji of several characters', /\p{Emoji}\u200d\p{Emoji}/u],
    ['blanks alone', /^\s+$/],
    ['letters that grow in upper case', (text) => text.toUpperCase().length > text.length],
    ['names of the prototype', /^(__proto__|constructor|toString)$/],
    ['numbers as text', /^\d+$/],
    ['very long texts', (text) => text.length >= 10_000],
    [
      'long texts whose last character is another',
      (text) => text.length >= 20 && new Set(text.slice(0, -1)).size === 1 && text.at(-1) !== text[0],
    ],
  ])('%s', (_name, wanted) => {
    const seen = within({ type: 'string' }, 800) as string[];
    expect(seen.some((text) => (typeof wanted === 'function' ? wanted(text) : wanted.test(text)))).toBe(true);
    expect(seen.every((text) => text.isWellFormed())).toBe(true);
  });

  it('every combination of optional fields is met', () => {
    const schema = { type: 'object', properties: { r: {}, a: {}, b: {}, c: {}, d: {} }, required: ['r'], additionalProperties: false };
    const seen = new Set((within(schema) as object[]).map((value) => ['a', 'b', 'c', 'd'].filter((name) => name in value).join('')));
    expect(seen.size).toBe(16);
  });

  it('odd names are met where more fields are allowed, and none where they are not', () => {
    const names = (schema: Schema) => new Set((within(schema, 800) as object[]).flatMap((value) => Object.keys(value)));
    const open = names({ type: 'object', properties: { a: { type: 'null' } } });
    expect(['__proto__', 'constructor'].filter((name) => !open.has(name))).toEqual([]);
    expect([...names({ type: 'object', properties: { a: { type: 'null' } }, additionalProperties: false })]).toEqual(['a']);
  });

  it('lists are met empty, full, one short of it, of items all alike, and long where nothing limits them', () => {
    const seen = within({ type: 'array', items: { type: 'integer', minimum: 0, maximum: 9 }, maxItems: 20 }) as number[][];
    const lengths = new Set(seen.map((list) => list.length));
    expect([0, 1, 19, 20].filter((length) => !lengths.has(length))).toEqual([]);
    expect(seen.some((list) => list.length > 4 && new Set(list).size === 1)).toBe(true);
    expect((within({ type: 'array', items: { type: 'null' } }) as unknown[][]).some((list) => list.length === 1000)).toBe(true);
  });

  it('null is met in every depth that allows it', () => {
    const [, schema] = hard.find(([name]) => name === 'nulls in several depths')!;
    const texts = new Set(within(schema, 800).map((value) => jsonText(value)));
    expect(['{"a":null}', '{"a":{"b":null}}'].filter((text) => !texts.has(text))).toEqual([]);
    expect([...texts].some((text) => /"b":\[(?:null|.*,null)/.test(text))).toBe(true);
  });

  it('examples and default values are met', () => {
    const seen = new Set(
      within({
        type: 'string',
        pattern: '^[a-z]{30}$',
        examples: ['abcdefghijklmnopqrstuvwxyzabcd'],
        default: 'zyxwvutsrqponmlkjihgfedcbazyxw',
      }),
    );
    expect(seen.has('abcdefghijklmnopqrstuvwxyzabcd') && seen.has('zyxwvutsrqponmlkjihgfedcbazyxw')).toBe(true);
  });

  it('texts and numbers of the code are met, and numbers next to them', () => {
    const words = { texts: ['legacy-mode'], numbers: [4711], names: [] };
    const schema = { type: ['string', 'integer'] };
    const seen = new Set(fc.sample(arbitraryFromSchema(fc, { schema, check: checkOf(schema), words }), { seed: 1, numRuns: 400 }));
    expect(['legacy-mode', 4710, 4711, 4712].filter((value) => !seen.has(value))).toEqual([]);
  });

  it('values stay within bounds, however much the schema allows', () => {
    const schema = { type: 'array', items: { type: 'array', items: { type: 'object', additionalProperties: { type: 'string' } } } };
    expect(Math.max(...within(schema, 300).map((value) => jsonText(value).length))).toBeLessThan(1_000_000);
  });
});

describe('a schema that nothing fits', () => {
  it.each<[string, Schema, RegExp]>([
    ['because it says false', { allOf: [false] }, /nothing fits the schema false/],
    ['because limits exclude each other', { type: 'integer', minimum: 5, maximum: 4 }, /no number fits/],
    ['because types exclude each other', { type: 'string', allOf: [{ type: 'number' }] }, /no type fits/],
    ['because not takes everything', { type: 'integer', not: {} }, /must NOT be valid/],
    [
      'because it is endless',
      { $defs: { a: { type: 'object', properties: { a: { $ref: '#/$defs/a' } }, required: ['a'] } }, $ref: '#/$defs/a' },
      /nests without end|lead in a circle/,
    ],
  ])('is called too hard, %s', (_name, schema, reason) => {
    expect(() => draws(schema, 1)).toThrow(reason);
    expect(() => draws(schema, 1)).toThrow(expect.objectContaining({ code: 'FUZZ_SCHEMA_TOO_HARD' }));
  });

  it('with a pattern that takes for ever does not hang', () => {
    const schema = { type: 'string', allOf: [{ pattern: '^(a+)+b$' }, { pattern: '^a{40}c' }] };
    expect(() => draws(schema, 1)).toThrow(expect.objectContaining({ code: 'FUZZ_SCHEMA_TOO_HARD' }));
  });
});

describe('a failing value shrinks', () => {
  const smallest = (schema: Schema, isGood: (value: never) => boolean) => {
    const { counterexample } = fc.check(
      fc.property(arbitraryFromSchema(fc, { schema, check: checkOf(schema) }), (value) => isGood(value as never)),
      { seed: 11, numRuns: 2_000 },
    );
    return counterexample?.[0];
  };

  it('to the number next to the limit', () => {
    expect(smallest({ type: 'integer', minimum: 0 }, (value: number) => value < 17)).toBe(17);
    expect(smallest({ type: 'number' }, (value: number) => value > -3)).toBe(-3);
  });

  it('to the least the schema allows', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'integer', minimum: 5 }, b: { type: 'string', minLength: 2 }, c: {} },
      required: ['a', 'b'],
    };
    expect(smallest(schema, () => false)).toEqual({ a: 5, b: 'aa' });
  });

  it('to the shortest text and list that still fail', () => {
    expect(smallest({ type: 'string' }, (value: string) => value.length < 7)).toBe('aaaaaaa');
    expect(smallest({ type: 'string' }, (value: string) => !value.includes('\u00df'))).toBe('\u00df');
    expect(
      smallest({ type: 'array', items: { type: 'integer' } }, (value: number[]) => value.filter((item) => item > 2).length < 2),
    ).toEqual([3, 3]);
  });

  it('with fields called like the prototype kept as fields', () => {
    const found = smallest(
      { type: 'object', additionalProperties: { type: 'integer' } },
      (value: object) => !Object.hasOwn(value, '__proto__'),
    );
    expect(jsonText(found)).toBe('{"__proto__":0}');
  });
});

const diceArbitrary = new (class extends fc.Arbitrary<Dice> {
  override generate(random: fc.Random): fc.Value<Dice> {
    return new fc.Value(new Dice(fc, random.clone()), undefined);
  }
  override canShrinkWithoutContext(_value: unknown): _value is Dice {
    return false;
  }
  override shrink(): fc.Stream<fc.Value<Dice>> {
    return fc.Stream.nil();
  }
})();

function sampleSchemas(): [string, Schema][] {
  const folder = new URL('../../../sample/js-tasks/', import.meta.url);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?:input|output)\.schema\.json$/.test(file) && !file.startsWith('invalid'))
    .toSorted()
    .map((file) => [file, JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Schema]);
}
