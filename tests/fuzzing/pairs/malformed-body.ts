import type { TaskPair } from './task-pair.ts';

const json = { type: 'object' } as const;

/** Bodies that are cut off, empty, or a page of HTML instead of data. */
export const malformedBody: readonly TaskPair[] = [
  {
    name: 'latest-version',
    bug: 'takes a match in a text for granted',
    shows: [{ kind: 'untyped-error', errorClass: 'TypeError' }],
    input: { ...json, properties: { product: { enum: ['editor', 'player'] } }, required: ['product'] },
    output: { ...json, properties: { version: { type: 'string', pattern: '^\\d+\\.\\d+$' } }, required: ['version'] },
    tests: [
      {
        input: { product: 'editor' },
        mock: {
          http: {
            url: 'https://files.example.com/editor/LATEST',
            response: { status: 200, headers: { 'content-type': 'text/plain' }, body: 'name=editor\nversion=4.12\nsize=1234\n' },
          },
        },
        expected_output: { version: '4.12' },
      },
    ],
    planted: `export default async function main({ product }) {
  const response = await fetch('https://files.example.com/' + product + '/LATEST');
  const text = await response.text();
  return { version: text.match(/version=(\\d+\\.\\d+)/)[1] };
}`,
    mended: `export default async function main({ product }) {
  const response = await fetch('https://files.example.com/' + product + '/LATEST');
  const text = await response.text();
  const found = text.match(/version=(\\d+\\.\\d+)/);
  if (!found) throw new DataError('no version of ' + product);
  return { version: found[1] };
}`,
  },
  {
    name: 'stock-list',
    bug: 'splits lines of a table that may have fewer columns, or no lines',
    shows: [{ kind: 'untyped-error', errorClass: 'TypeError' }],
    input: { ...json, properties: { warehouse: { type: 'integer', minimum: 1, maximum: 9 } }, required: ['warehouse'] },
    output: {
      ...json,
      properties: { stock: { ...json, additionalProperties: { type: 'integer', minimum: 0 } } },
      required: ['stock'],
    },
    tests: [
      {
        input: { warehouse: 2 },
        mock: {
          http: {
            url: 'https://stock.example.com/2.csv',
            response: { status: 200, headers: { 'content-type': 'text/csv' }, body: 'sku;name;count\nA1;cup;12\nB2;pan;0\n' },
          },
        },
        expected_output: { stock: { A1: 12, B2: 0 } },
      },
    ],
    planted: `(function ({ warehouse }) {
  const text = fetch('https://stock.example.com/' + warehouse + '.csv').text();
  const stock = new Map();
  for (const line of text.split('\\n').slice(1)) {
    if (line === '') continue;
    const [sku, , count] = line.split(';');
    if (/^\\d{1,9}$/.test(count.trim())) stock.set(sku, Number(count));
  }
  return { stock: Object.fromEntries(stock) };
})`,
    mended: `(function ({ warehouse }) {
  const text = fetch('https://stock.example.com/' + warehouse + '.csv').text();
  const stock = new Map();
  for (const line of text.split('\\n').slice(1)) {
    if (line === '') continue;
    const [sku, , count] = line.split(';');
    if (count === undefined) throw new DataError('a line of the table has no count');
    if (/^\\d{1,9}$/.test(count.trim())) stock.set(sku, Number(count));
  }
  return { stock: Object.fromEntries(stock) };
})`,
  },
  {
    name: 'feature-flags',
    bug: 'parses whatever text comes back',
    shows: [{ kind: 'untyped-error', errorClass: 'SyntaxError' }],
    input: {
      ...json,
      properties: { environment: { enum: ['test', 'live'] }, wanted: { type: 'array', items: { type: 'string' }, maxItems: 20 } },
      required: ['environment', 'wanted'],
    },
    output: { ...json, properties: { on: { type: 'array', items: { type: 'string' } } }, required: ['on'] },
    tests: [
      {
        input: { environment: 'live', wanted: ['dark', 'fast'] },
        mock: {
          http: { url: 'https://flags.example.com/live.json', response: { status: 200, body: { dark: true, fast: false, beta: true } } },
        },
        expected_output: { on: ['dark'] },
      },
    ],
    planted: `async function main({ environment, wanted }) {
  const response = await fetch('https://flags.example.com/' + environment + '.json');
  if (!response.ok) throw new ServiceUnavailableError('flags answered ' + response.status);
  const flags = JSON.parse(await response.text());
  if (flags === null || typeof flags !== 'object') throw new DataError('not a list of flags');
  return { on: wanted.filter((name) => Object.hasOwn(flags, name) && flags[name] === true) };
}
main;`,
    mended: `async function main({ environment, wanted }) {
  const response = await fetch('https://flags.example.com/' + environment + '.json');
  if (!response.ok) throw new ServiceUnavailableError('flags answered ' + response.status);
  let flags;
  try {
    flags = JSON.parse(await response.text());
  } catch (error) {
    throw new DataError('flags are not JSON: ' + error.message);
  }
  if (flags === null || typeof flags !== 'object') throw new DataError('not a list of flags');
  return { on: wanted.filter((name) => Object.hasOwn(flags, name) && flags[name] === true) };
}
main;`,
  },
  {
    name: 'top-stories',
    bug: 'reads fields of a body that is a text when the server sends a page',
    shows: [{ kind: 'untyped-error', errorClass: 'TypeError' }],
    language: 'ts',
    input: { ...json, properties: { most: { type: 'integer', minimum: 1, maximum: 30 } }, required: ['most'] },
    output: {
      ...json,
      properties: {
        stories: {
          type: 'array',
          maxItems: 30,
          items: { ...json, properties: { title: { type: 'string' }, by: { type: 'string' } }, required: ['title', 'by'] },
        },
      },
      required: ['stories'],
    },
    tests: [
      {
        input: { most: 1 },
        mock: {
          http: {
            url: 'https://news.example.com/top',
            response: {
              status: 200,
              body: {
                items: [
                  { title: 'Bread', by: 'ada', score: 5 },
                  { title: 'Rain', by: 'bo', score: 3 },
                ],
              },
            },
          },
        },
        expected_output: { stories: [{ title: 'Bread', by: 'ada' }] },
      },
    ],
    planted: `interface Story { title?: unknown; by?: unknown }

export default function main({ most }: { most: number }) {
  const page = (fetch as any)('https://news.example.com/top').body as { items: Story[] };
  const stories = page.items.filter((story) => story !== null && typeof story === 'object').slice(0, most);
  return { stories: stories.map(({ title, by }) => ({ title: String(title ?? ''), by: String(by ?? 'unknown') })) };
}`,
    mended: `interface Story { title?: unknown; by?: unknown }

export default function main({ most }: { most: number }) {
  const page = (fetch as any)('https://news.example.com/top').body as { items?: Story[] } | string | null;
  if (page === null || typeof page !== 'object' || !Array.isArray(page.items)) throw new DataError('not a list of stories');
  const stories = page.items.filter((story) => story !== null && typeof story === 'object').slice(0, most);
  return { stories: stories.map(({ title, by }) => ({ title: String(title ?? ''), by: String(by ?? 'unknown') })) };
}`,
  },
];
