import type { TaskPair } from './task-pair.ts';

/** Lists that hold nothing, and places beyond their end. */
export const emptyList: readonly TaskPair[] = [
  {
    name: 'latest-reading',
    bug: 'takes the last reading of a sensor that has none yet',
    shows: [{ kind: 'untyped-error', errorClass: 'TypeError' }],
    input: {
      type: 'object',
      properties: {
        sensor: { type: 'string', minLength: 1, maxLength: 40 },
        readings: {
          type: 'array',
          items: {
            type: 'object',
            properties: { at: { type: 'string', format: 'date-time' }, value: { type: 'number' } },
            required: ['at', 'value'],
          },
        },
      },
      required: ['sensor', 'readings'],
    },
    output: {
      type: 'object',
      properties: { sensor: { type: 'string' }, value: { type: ['number', 'null'] }, at: { type: ['string', 'null'] } },
      required: ['sensor', 'value', 'at'],
      additionalProperties: false,
    },
    tests: [
      {
        input: {
          sensor: 'roof',
          readings: [
            { at: '2026-03-02T10:00:00Z', value: 4.5 },
            { at: '2026-03-01T10:00:00Z', value: 3 },
          ],
        },
        expected_output: { sensor: 'roof', value: 4.5, at: '2026-03-02T10:00:00Z' },
      },
    ],
    planted: `(function (input) {
  const sorted = input.readings.slice().sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const last = sorted[sorted.length - 1];
  return { sensor: input.sensor, value: last.value, at: last.at };
});`,
    mended: `(function (input) {
  const sorted = input.readings.slice().sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  if (sorted.length === 0) return { sensor: input.sensor, value: null, at: null };
  const last = sorted[sorted.length - 1];
  return { sensor: input.sensor, value: last.value, at: last.at };
});`,
  },
  {
    name: 'cheapest-offer',
    bug: 'reduces a list without a first value to start from',
    shows: [{ kind: 'untyped-error', errorClass: 'TypeError' }],
    input: {
      type: 'object',
      properties: {
        product: { type: 'string' },
        inStockOnly: { type: 'boolean' },
        offers: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            properties: { shop: { type: 'string' }, price: { type: 'number', minimum: 0 }, stock: { type: 'integer', minimum: 0 } },
            required: ['shop', 'price', 'stock'],
          },
        },
      },
      required: ['product', 'offers'],
    },
    output: {
      type: 'object',
      properties: { product: { type: 'string' }, shop: { type: 'string' }, price: { type: 'number', minimum: 0 } },
      required: ['product', 'shop', 'price'],
    },
    tests: [
      {
        input: {
          product: 'lamp',
          inStockOnly: true,
          offers: [
            { shop: 'North', price: 20, stock: 2 },
            { shop: 'South', price: 18, stock: 0 },
          ],
        },
        expected_output: { product: 'lamp', shop: 'North', price: 20 },
      },
    ],
    planted: `function main(input) {
  const offers = input.inStockOnly ? input.offers.filter((offer) => offer.stock > 0) : input.offers;
  const best = offers.reduce((cheapest, offer) => (offer.price < cheapest.price ? offer : cheapest));
  return { product: input.product, shop: best.shop, price: best.price };
}
main;`,
    mended: `function main(input) {
  const offers = input.inStockOnly ? input.offers.filter((offer) => offer.stock > 0) : input.offers;
  if (offers.length === 0) throw new ValidationError('no shop has ' + input.product + ' in stock');
  const best = offers.reduce((cheapest, offer) => (offer.price < cheapest.price ? offer : cheapest));
  return { product: input.product, shop: best.shop, price: best.price };
}
main;`,
  },
  {
    name: 'median-score',
    bug: 'averages the two middle scores of an empty list, which is not a number',
    shows: [{ kind: 'output-not-json' }],
    input: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: { scores: { type: 'array', items: { type: 'integer', minimum: 0, maximum: 100 }, maxItems: 500 } },
      required: ['scores'],
      additionalProperties: false,
    },
    output: {
      type: 'object',
      properties: { count: { type: 'integer' }, median: { type: ['number', 'null'], minimum: 0, maximum: 100 } },
      required: ['count', 'median'],
    },
    tests: [
      { input: { scores: [10, 30, 20] }, expected_output: { count: 3, median: 20 } },
      { input: { scores: [10, 30] }, expected_output: { count: 2, median: 20 } },
    ],
    planted: `module.exports = ({ scores }) => {
  const sorted = [...scores].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { count: sorted.length, median };
};`,
    mended: `module.exports = ({ scores }) => {
  if (scores.length === 0) return { count: 0, median: null };
  const sorted = [...scores].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { count: sorted.length, median };
};`,
  },
  {
    name: 'page-of',
    bug: 'asks for a page beyond the last one',
    shows: [{ kind: 'untyped-error', errorClass: 'TypeError' }],
    language: 'ts',
    input: {
      type: 'object',
      properties: {
        items: { type: 'array', items: { type: 'string' } },
        page: { type: 'integer', minimum: 1, maximum: 1000 },
        size: { type: 'integer', minimum: 1, maximum: 100 },
      },
      required: ['items', 'page', 'size'],
    },
    output: {
      type: 'object',
      properties: { items: { type: 'array', items: { type: 'string' } }, first: { type: ['string', 'null'] }, pages: { type: 'integer' } },
      required: ['items', 'first', 'pages'],
    },
    tests: [{ input: { items: ['a', 'b', 'c'], page: 2, size: 2 }, expected_output: { items: ['c'], first: 'c', pages: 2 } }],
    planted: `interface Wanted { items: string[]; page: number; size: number }

export default function main({ items, page, size }: Wanted) {
  const pages: string[][] = [];
  for (let at = 0; at < items.length; at += size) pages.push(items.slice(at, at + size));
  const current = pages[page - 1]!;
  return { items: current, first: current[0] ?? null, pages: pages.length };
}`,
    mended: `interface Wanted { items: string[]; page: number; size: number }

export default function main({ items, page, size }: Wanted) {
  const pages: string[][] = [];
  for (let at = 0; at < items.length; at += size) pages.push(items.slice(at, at + size));
  const current = pages[page - 1] ?? [];
  return { items: current, first: current[0] ?? null, pages: pages.length };
}`,
  },
];
