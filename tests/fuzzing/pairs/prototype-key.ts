import type { TaskPair } from './task-pair.ts';

const json = { type: 'object' } as const;

/** Objects used as dictionaries, with keys that every object has already. */
export const prototypeKey: readonly TaskPair[] = [
  {
    name: 'word-count',
    bug: 'counts words in an object that already knows the word constructor',
    shows: [{ kind: 'output-invalid' }],
    input: { ...json, properties: { text: { type: 'string' } }, required: ['text'] },
    output: {
      ...json,
      properties: { words: { ...json, additionalProperties: { type: 'integer', minimum: 1 } } },
      required: ['words'],
    },
    tests: [{ input: { text: 'to be or not to be' }, expected_output: { words: { to: 2, be: 2, or: 1, not: 1 } } }],
    planted: `(function ({ text }) {
  const words = {};
  for (const word of text.toLowerCase().split(/\\s+/)) {
    if (word !== '') words[word] = (words[word] || 0) + 1;
  }
  return { words };
})`,
    mended: `(function ({ text }) {
  const words = new Map();
  for (const word of text.toLowerCase().split(/\\s+/)) {
    if (word !== '') words.set(word, (words.get(word) || 0) + 1);
  }
  return { words: Object.fromEntries(words) };
})`,
  },
  {
    name: 'group-products',
    bug: 'groups by a name that an object inherits a value for',
    shows: [{ kind: 'untyped-error', errorClass: 'TypeError' }],
    input: {
      ...json,
      properties: {
        products: {
          type: 'array',
          items: {
            ...json,
            properties: { name: { type: 'string' }, category: { type: 'string' } },
            required: ['name', 'category'],
          },
        },
      },
      required: ['products'],
    },
    output: {
      ...json,
      properties: { groups: { ...json, additionalProperties: { type: 'array', items: { type: 'string' }, minItems: 1 } } },
      required: ['groups'],
    },
    tests: [
      {
        input: {
          products: [
            { name: 'cup', category: 'kitchen' },
            { name: 'pan', category: 'kitchen' },
          ],
        },
        expected_output: { groups: { kitchen: ['cup', 'pan'] } },
      },
    ],
    planted: `export default ({ products }) => {
  const groups = {};
  for (const { name, category } of products) {
    groups[category] ??= [];
    groups[category].push(name);
  }
  return { groups };
};`,
    mended: `export default ({ products }) => {
  const groups = Object.groupBy(products, ({ category }) => category);
  return { groups: Object.fromEntries(Object.entries(groups).map(([category, list]) => [category, list.map(({ name }) => name)])) };
};`,
  },
  {
    name: 'cart-line',
    bug: 'looks a price up in an object and takes what it inherits for a price',
    shows: [{ kind: 'output-not-json' }],
    input: {
      ...json,
      properties: { sku: { type: 'string', minLength: 1, maxLength: 20 }, quantity: { type: 'integer', minimum: 1, maximum: 100 } },
      required: ['sku', 'quantity'],
    },
    output: { ...json, properties: { sku: { type: 'string' }, total: { type: 'number', minimum: 0 } }, required: ['sku', 'total'] },
    tests: [
      { input: { sku: 'cup', quantity: 2 }, expected_output: { sku: 'cup', total: 9 } },
      { input: { sku: 'fork', quantity: 2 }, expected_error: 'no product fork' },
    ],
    planted: `const prices = { cup: 4.5, pan: 20, spoon: 1 };

function main({ sku, quantity }) {
  const price = prices[sku];
  if (price === undefined) throw new ValidationError('no product ' + sku);
  return { sku, total: price * quantity };
}
main;`,
    mended: `const prices = { cup: 4.5, pan: 20, spoon: 1 };

function main({ sku, quantity }) {
  if (!Object.hasOwn(prices, sku)) throw new ValidationError('no product ' + sku);
  return { sku, total: prices[sku] * quantity };
}
main;`,
  },
  {
    name: 'pick-fields',
    bug: 'asks with "in" whether a field is there, which is true for what is inherited',
    shows: [{ kind: 'untyped-error', errorClass: 'TypeError' }],
    language: 'ts',
    input: {
      ...json,
      properties: {
        fields: { type: 'array', items: { type: 'string', minLength: 1 }, uniqueItems: true, maxItems: 10 },
        values: { ...json, additionalProperties: { type: 'string' } },
      },
      required: ['fields', 'values'],
    },
    output: { ...json, properties: { line: { type: 'string' } }, required: ['line'] },
    tests: [
      { input: { fields: ['city', 'zip'], values: { city: ' Graz ', street: 'Main' } }, expected_output: { line: 'city=Graz;zip=' } },
    ],
    planted: `interface Form { fields: string[]; values: Record<string, string> }

export default function main({ fields, values }: Form) {
  const parts = fields.map((field) => field + '=' + (field in values ? values[field]!.trim() : ''));
  return { line: parts.join(';') };
}`,
    mended: `interface Form { fields: string[]; values: Record<string, string> }

export default function main({ fields, values }: Form) {
  const parts = fields.map((field) => field + '=' + (Object.hasOwn(values, field) ? values[field]!.trim() : ''));
  return { line: parts.join(';') };
}`,
  },
];
