import type { TaskPair } from './task-pair.ts';

/** Fields that every example has and no schema asks for. */
export const optionalField: readonly TaskPair[] = [
  {
    name: 'shipping-label',
    bug: 'takes the country of an address for granted',
    shows: [{ kind: 'untyped-error', errorClass: 'TypeError' }],
    input: {
      type: 'object',
      properties: {
        name: { type: 'string', minLength: 1 },
        address: {
          type: 'object',
          properties: {
            street: { type: 'string' },
            line2: { type: 'string' },
            city: { type: 'string' },
            country: { type: 'string', pattern: '^[a-z]{2}$' },
          },
          required: ['street', 'city'],
        },
      },
      required: ['name', 'address'],
    },
    output: { type: 'object', properties: { lines: { type: 'array', items: { type: 'string' }, minItems: 3 } }, required: ['lines'] },
    tests: [
      {
        input: { name: 'Ada', address: { street: 'Main Street 1', city: 'Graz', country: 'at' } },
        expected_output: { lines: ['Ada', 'Main Street 1', 'Graz', 'AT'] },
      },
    ],
    planted: `(function ({ name, address }) {
  const lines = [name, address.street];
  if (address.line2) lines.push(address.line2);
  lines.push(address.city);
  lines.push(address.country.toUpperCase());
  return { lines };
})`,
    mended: `(function ({ name, address }) {
  const lines = [name, address.street];
  if (address.line2) lines.push(address.line2);
  lines.push(address.city);
  if (address.country) lines.push(address.country.toUpperCase());
  return { lines };
})`,
  },
  {
    name: 'top-sellers',
    bug: 'reads a limit from options that need not be there',
    shows: [{ kind: 'untyped-error', errorClass: 'TypeError' }],
    input: {
      type: 'object',
      properties: {
        sales: {
          type: 'array',
          items: {
            type: 'object',
            properties: { product: { type: 'string' }, sold: { type: 'integer', minimum: 0 } },
            required: ['product', 'sold'],
          },
        },
        options: {
          type: 'object',
          properties: { limit: { type: 'integer', minimum: 1, maximum: 50 }, withZero: { type: 'boolean' } },
          additionalProperties: false,
        },
      },
      required: ['sales'],
    },
    output: { type: 'object', properties: { top: { type: 'array', items: { type: 'string' }, maxItems: 50 } }, required: ['top'] },
    tests: [
      {
        input: {
          sales: [
            { product: 'cup', sold: 4 },
            { product: 'pan', sold: 9 },
          ],
          options: { limit: 1 },
        },
        expected_output: { top: ['pan'] },
      },
    ],
    planted: `function main(input) {
  const limit = input.options.limit || 10;
  const wanted = input.options.withZero ? input.sales : input.sales.filter((sale) => sale.sold > 0);
  const top = [...wanted].sort((a, b) => b.sold - a.sold).slice(0, limit);
  return { top: top.map((sale) => sale.product) };
}
main;`,
    mended: `function main(input) {
  const options = input.options || {};
  const limit = options.limit || 10;
  const wanted = options.withZero ? input.sales : input.sales.filter((sale) => sale.sold > 0);
  const top = [...wanted].sort((a, b) => b.sold - a.sold).slice(0, limit);
  return { top: top.map((sale) => sale.product) };
}
main;`,
  },
  {
    name: 'article-tags',
    bug: 'says in a type that tags may be missing and tells the compiler to be quiet about it',
    shows: [{ kind: 'untyped-error', errorClass: 'TypeError' }],
    language: 'ts',
    input: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        title: { type: 'string' },
        tags: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 30 }, uniqueItems: true, maxItems: 8 },
        author: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      },
      required: ['title', 'author'],
    },
    output: {
      type: 'object',
      properties: { heading: { type: 'string' }, keywords: { type: 'string' } },
      required: ['heading', 'keywords'],
      additionalProperties: false,
    },
    tests: [
      {
        input: { title: 'On bread', tags: ['Rye', 'Baking'], author: { name: 'Bo' } },
        expected_output: { heading: 'On bread by Bo', keywords: 'baking, rye' },
      },
    ],
    planted: `type Article = { title: string; tags?: string[]; author: { name: string } };

export default (article: Article) => ({
  heading: article.title + ' by ' + article.author.name,
  keywords: article.tags!.map((tag) => tag.toLowerCase()).sort().join(', '),
});`,
    mended: `type Article = { title: string; tags?: string[]; author: { name: string } };

export default (article: Article) => ({
  heading: article.title + ' by ' + article.author.name,
  keywords: (article.tags ?? []).map((tag) => tag.toLowerCase()).sort().join(', '),
});`,
  },
  {
    name: 'quiet-hours',
    bug: 'takes apart an object that is only there for some users',
    shows: [{ kind: 'untyped-error', errorClass: 'TypeError' }],
    input: {
      type: 'object',
      properties: {
        hour: { type: 'integer', minimum: 0, maximum: 23 },
        settings: {
          type: 'object',
          properties: {
            channel: { enum: ['mail', 'push', 'sms'] },
            quietHours: {
              type: 'object',
              properties: { from: { type: 'integer', minimum: 0, maximum: 23 }, to: { type: 'integer', minimum: 0, maximum: 23 } },
              required: ['from', 'to'],
            },
          },
          required: ['channel'],
        },
      },
      required: ['hour', 'settings'],
    },
    output: {
      type: 'object',
      properties: { channel: { enum: ['mail', 'push', 'sms'] }, send: { type: 'boolean' } },
      required: ['channel', 'send'],
    },
    tests: [
      {
        input: { hour: 23, settings: { channel: 'push', quietHours: { from: 22, to: 6 } } },
        expected_output: { channel: 'push', send: false },
      },
    ],
    planted: `export function main({ hour, settings }) {
  const { channel, quietHours: { from, to } } = settings;
  const isQuiet = from <= to ? hour >= from && hour < to : hour >= from || hour < to;
  return { channel, send: !isQuiet };
}
export default main;`,
    mended: `export function main({ hour, settings }) {
  const { channel, quietHours } = settings;
  if (!quietHours) return { channel, send: true };
  const { from, to } = quietHours;
  const isQuiet = from <= to ? hour >= from && hour < to : hour >= from || hour < to;
  return { channel, send: !isQuiet };
}
export default main;`,
  },
];
