import { createContext, Script } from 'node:vm';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ivm from 'isolated-vm';
import { describe, expect, it } from 'vitest';
import { compileCheck } from './schema-check.ts';

type Check = (jsonText: string) => string;

/** The check in a context that holds the language and nothing else. */
function checkFor(schema: unknown): (value: unknown) => Record<string, unknown>[] {
  const check = new Script(compileCheck(schema)).runInContext(createContext(Object.create(null) as object)) as Check;
  return (value) => {
    const verdict = check(JSON.stringify(value));
    return verdict === '' ? [] : (JSON.parse(verdict) as Record<string, unknown>[]);
  };
}

const order = {
  type: 'object',
  properties: {
    id: { type: 'string', format: 'uuid' },
    placed: { type: 'string', format: 'date-time' },
    items: { type: 'array', items: { type: 'object', properties: { total: { type: 'number' } }, required: ['total'] }, uniqueItems: true },
    'odd name': { const: { a: 1 } },
    note: { type: 'string', maxLength: 3 },
  },
  additionalProperties: false,
};

describe('a check', () => {
  it('says nothing about a match', () => {
    expect(
      checkFor(order)({ items: [{ total: 1 }], 'odd name': { a: 1 }, note: 'äöü', id: 'bd6c6f98-4896-44cc-8c82-30328c3aefda' }),
    ).toEqual([]);
  });

  it('names every problem with its path', () => {
    const problems = checkFor(order)({
      id: 'x',
      placed: 'yesterday',
      items: [{ total: 1 }, {}, { total: '2' }],
      'odd name': 1,
      note: 'abcd',
      more: 1,
    });
    expect(problems.map(({ path, message }) => `${String(path)}: ${String(message)}`)).toEqual([
      ': must NOT have additional properties: more',
      'id: must match format "uuid"',
      'placed: must match format "date-time"',
      "items[1]: must have required property 'total'",
      'items[2].total: must be number',
      '["odd name"]: must be {"a":1}',
      'note: must NOT have more than 3 characters',
    ]);
  });

  it('counts characters, not code units', () => {
    expect(checkFor({ maxLength: 1 })('😀')).toEqual([]);
  });

  it('stops at 20 problems', () => {
    expect(checkFor({ items: { type: 'string' } })(Array.from({ length: 100 }, () => 1))).toHaveLength(20);
  });

  it('forgets the problems of the call before', () => {
    const check = checkFor({ type: 'string' });
    expect(check(1)).toHaveLength(1);
    expect(check('a')).toEqual([]);
  });

  it('does not apply defaults', () => {
    expect(checkFor({ properties: { a: { default: 1 } }, required: ['a'] })({})).toHaveLength(1);
  });

  it('runs in a bare isolate', async () => {
    const isolate = new ivm.Isolate({ memoryLimit: 16 });
    const context = await isolate.createContext();
    const check = (await context.eval(compileCheck(order), { reference: true })) as ivm.Reference<Check>;
    expect(await check.apply(undefined, ['{"items": [{}]}'])).toContain('items[0]');
    expect(await check.apply(undefined, ['{}'])).toBe('');
    isolate.dispose();
  });
});

describe('formats', () => {
  it('are asserted where they are known and ignored where not, as the drafts say', () => {
    expect(checkFor({ format: 'email' })('nobody')).toHaveLength(1);
    expect(checkFor({ format: 'shoe-size' })('nobody')).toEqual([]);
  });
});

describe('drafts', () => {
  it.each<[string, Record<string, unknown>, good: unknown, bad: unknown]>([
    ['draft-04', { $schema: 'http://json-schema.org/draft-04/schema#', id: 'x', minimum: 1, exclusiveMinimum: true }, 2, 1],
    ['draft-06', { $schema: 'http://json-schema.org/draft-06/schema#', exclusiveMinimum: 1 }, 2, 1],
    ['draft-07', { $schema: 'http://json-schema.org/draft-07/schema#', if: { type: 'number' }, else: { minLength: 1 } }, 0, ''],
    ['2019-09', { $schema: 'https://json-schema.org/draft/2019-09/schema', dependentRequired: { a: ['b'] } }, { a: 1, b: 1 }, { a: 1 }],
    [
      '2019-09, recursive',
      { $schema: 'https://json-schema.org/draft/2019-09/schema', type: 'object', additionalProperties: { $recursiveRef: '#' } },
      { a: {} },
      { a: 1 },
    ],
    ['2020-12', { $schema: 'https://json-schema.org/draft/2020-12/schema', prefixItems: [{ type: 'string' }], items: false }, ['a'], [1]],
    [
      '2020-12, unevaluated',
      { $schema: 'https://json-schema.org/draft/2020-12/schema', allOf: [{ properties: { a: {} } }], unevaluatedProperties: false },
      { a: 1 },
      { b: 1 },
    ],
    ['none: read as 2020-12', { prefixItems: [{ type: 'string' }] }, ['a'], [1]],
    ['none, with a tuple of old: read as draft-07', { items: [{ type: 'string' }], additionalItems: false }, ['a'], [1]],
    ['none, with a reference', { $defs: { n: { type: 'number' } }, properties: { a: { $ref: '#/$defs/n' } } }, { a: 1 }, { a: 'x' }],
  ])('%s', (_draft, schema, good, bad) => {
    const check = checkFor(schema);
    expect(check(good)).toEqual([]);
    expect(check(bad)).not.toEqual([]);
  });
});

describe('a schema that names its draft', () => {
  const paths = ['draft-04/schema', 'draft-06/schema', 'draft-07/schema', 'draft/2019-09/schema', 'draft/2020-12/schema'];
  const spellings = paths.flatMap((path) =>
    ['http', 'https'].flatMap((scheme) => ['', '#'].map((end) => `${scheme}://json-schema.org/${path}${end}`)),
  );

  it.each(spellings)('as %s is judged by it', ($schema) => {
    expect(checkFor({ $schema, type: 'string' })(1)).toHaveLength(1);
    expect(() => compileCheck({ $schema, properties: { a: { type: 'strng' } } })).toThrow('properties.a.type must be');
    expect(() => compileCheck({ $schema, required: 'a' })).toThrow(/required must be/);
    expect(() => compileCheck({ $schema, required: ['a', 'a'] })).toThrow(/required must NOT have duplicate items/);
  });

  it('may refer to the schema of schemas, which is part of no other', () => {
    for (const path of paths) {
      const $ref = `http${path.startsWith('draft/') ? 's' : ''}://json-schema.org/${path}${path.startsWith('draft/') ? '' : '#'}`;
      const check = checkFor({ $schema: $ref, properties: { given: { $ref } } });
      expect(check({ given: { type: 'string' } })).toEqual([]);
      expect(check({ given: { type: 'strng' } })).not.toEqual([]);
    }
  });

  it('by a part of an address is told which addresses there are', () => {
    expect(() => compileCheck({ $schema: 'draft-07/schema' })).toThrow('is not a known draft');
  });
});

describe('schemas one after another', () => {
  it('cost less than compiling the schema of schemas for each would', () => {
    const small = (number: number) => ({ type: 'object', properties: { n: { type: 'number', minimum: number } } });
    const cpuMsOf = (work: (number: number) => void) => {
      work(-1);
      const before = process.cpuUsage();
      for (let number = 0; number < 30; number++) work(number);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    };
    const each = cpuMsOf((number) => new Ajv2020({ allErrors: true, strict: false }).validateSchema(small(number)));
    expect(cpuMsOf((number) => compileCheck(small(number)))).toBeLessThan(each * 0.6);
  });

  it('know nothing of each other, even under one name', () => {
    const named = (type: string) => ({ $id: 'https://example.com/same', $defs: { a: { $anchor: 'a', type } }, $ref: '#a' });
    const [text, number] = [checkFor(named('string')), checkFor(named('number'))];
    expect(() => compileCheck({ ...named('objekt') })).toThrow(/\$defs\.a\.type/);
    expect([text('a'), number(1), text(1).length, number('a').length]).toEqual([[], [], 1, 1]);
    expect(() => compileCheck({ $ref: 'https://example.com/same' })).toThrow(/refers to https:\/\/example\.com\/same/);
  });
});

describe('a schema is refused', () => {
  it.each<[string, unknown, RegExp]>([
    ['that is no schema', { type: 'objekt' }, /^type must be/],
    ['that is no object', [], /must be an object/],
    ['of an unknown draft', { $schema: 'http://example.com/schema' }, /not a known draft/],
    ['that refers to elsewhere', { $ref: 'https://example.com/x.json' }, /refers to https:\/\/example\.com\/x\.json/],
    ['that refers to nothing', { $ref: '#/$defs/missing' }, /refers to #\/\$defs\/missing/],
    ['with a pattern that is none', { pattern: '(' }, /Invalid regular expression: .*Unterminated group/],
    ['that is asynchronous', { $async: true }, /asynchronous/],
    ['of more than 10,000 values', { enum: Array.from({ length: 10_001 }, (_, i) => i) }, /more than 10000 values/],
    ['of more than a megabyte', { description: 'x'.repeat(1_100_000) }, /1100\d\d\d? characters|characters; at most/],
    [
      'with more than 500 patterns',
      { patternProperties: Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`^a${i}`, {}])) },
      /more than 500 patterns/,
    ],
    ['nested more than 100 levels', JSON.parse('{"not":'.repeat(150) + '{}' + '}'.repeat(150)), /more than 100 levels/],
    ['with a reference of a million characters', { $id: `http://a/${'a'.repeat(1_000_000)}` }, /\$id has 1000009 characters/],
  ])('%s', (_name, schema, reason) => {
    expect(() => compileCheck(schema)).toThrow(reason);
  });

  it('with the path to the place', () => {
    expect(() => compileCheck({ properties: { a: { type: 7 } } })).toThrow(expect.objectContaining({ path: ['properties', 'a', 'type'] }));
  });
});

describe('a hostile schema', () => {
  it('with a pattern that backtracks for ever is compiled but not tried on the host', () => {
    const text = compileCheck({
      pattern: '^(a+)+$',
      default: `${'a'.repeat(60)}!`,
      examples: [`${'a'.repeat(60)}!`],
      const: `${'a'.repeat(60)}!`,
    });
    const check = new Script(text).runInContext(createContext({})) as Check;
    const context = createContext({ check });
    expect(() => new Script(`check('"${'a'.repeat(60)}!"')`).runInContext(context, { timeout: 200 })).toThrow(/timed out/);
  });

  it.each<[string, unknown]>([
    [
      'in a property name',
      { properties: { "'); globalThis.owned = 1; ('": { type: 'string' } }, required: ["'); globalThis.owned = 1; ('"] },
    ],
    ['in a pattern', { pattern: '"\\);globalThis.owned = 1;//' }],
    ['in a definition', { $defs: { '*/ globalThis.owned = 1; /*': { type: 'string' } }, $ref: '#/$defs/*~1 globalThis.owned = 1; ~1*' }],
    ['in an enum', { enum: ['\u2028`${globalThis.owned = 1}', '</script>', '");globalThis.owned=1;("'] }],
    ['in a comment', { $comment: '*/ globalThis.owned = 1; /*', description: '\n globalThis.owned = 1;' }],
    ['that asks for a module', { const: 'require("node:fs")', title: 'require("fast-deep-equal")' }],
    ['named like the prototype', JSON.parse('{"properties": {"__proto__": {"type": "string"}, "constructor": {"type": "string"}}}')],
  ])('cannot place code, %s', (_name, schema) => {
    const context = createContext({});
    const check = new Script(compileCheck(schema)).runInContext(context) as Check;
    check('{"a": 1}');
    check('"text"');
    expect(context['owned']).toBeUndefined();
    expect((globalThis as { owned?: unknown }).owned).toBeUndefined();
  });

  it('of the largest allowed size is compiled in bounded time', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 2_200 }, (_, i) => [`p${i}`, { type: 'string', pattern: '^(a+)+$', minLength: 1 }]),
    );
    const before = performance.now();
    compileCheck({ properties, unevaluatedProperties: false, allOf: [{ properties: {} }] });
    expect(performance.now() - before).toBeLessThan(20_000);
  });
});
