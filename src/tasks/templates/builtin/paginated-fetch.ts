import { textOf } from '../text-of.ts';
import type { Json } from '#kernel/index.ts';
import { hostLine, number, objectOf, text, url, type TaskTemplate } from '../template.ts';

const code = `// Reads a list from an API page by page until there is no more, or enough.
const endpoint = {{endpoint}};
const itemsField = {{items_field}};
const nextField = {{next_field}};
const mostPages = {{max_pages}};

(async function ({ query = {}, limit = 1000 }) {
  const items = [];
  let target = new URL(endpoint);
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, String(value));
  let pages = 0;
  let isComplete = false;
  while (pages < mostPages && items.length < limit && !isComplete) {
    const response = await fetch(target.href, { headers: { Accept: 'application/json' } });
    const page = response.body;
    const found = itemsField === '' ? page : page[itemsField];
    if (!Array.isArray(found)) throw new DataError('Page ' + (pages + 1) + ' holds no list');
    items.push(...found);
    pages += 1;
    const next = page[nextField];
    if (typeof next === 'string' && next !== '') target = new URL(next, target);
    else isComplete = true;
  }
  return { items: items.slice(0, limit), pages, isComplete };
});
`;

function pageOf(itemsField: Json | undefined, items: readonly number[], nextField: Json | undefined, next: string): Json {
  if (itemsField === '') return [...items];
  return { [textOf(itemsField)]: [...items], ...(nextField === null ? {} : { [textOf(nextField)]: next }) };
}

export const paginatedFetch: TaskTemplate = {
  name: 'paginated_fetch',
  category: 'api',
  description: 'Reads a list from an API page by page, following the address of the next page.',
  tags: ['api', 'http', 'pagination'],
  parameters: [
    url('endpoint', 'Address of the first page', { isRequired: true }),
    text('items_field', 'Field of a page that holds its items; empty: the page is the list', { usual: 'items' }),
    text('next_field', 'Field of a page with the address of the next', { usual: 'next' }),
    number('max_pages', 'No more pages are read', { usual: 100, least: 1, most: 10_000 }),
  ],
  code,
  inputSchema: objectOf(
    {
      query: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
      limit: { type: 'integer', minimum: 1 },
    },
    [],
  ),
  outputSchema: objectOf({ items: { type: 'array' }, pages: { type: 'integer' }, isComplete: { type: 'boolean' } }, [
    'items',
    'pages',
    'isComplete',
  ]),
  tests: ({ endpoint, items_field, next_field, max_pages }): Json[] => [
    {
      name: 'follows the pages to the last',
      input: { query: { size: 2 } },
      mock: {
        http: [
          { url: textOf(endpoint), query: { size: '2' }, response: { body: pageOf(items_field, [1, 2], next_field, '?page=2') } },
          { url: textOf(endpoint), query: { page: '2' }, response: { body: pageOf(items_field, [3], null, '') } },
        ],
      },
      expected_output:
        items_field === '' || max_pages === 1
          ? { items: [1, 2], pages: 1, isComplete: items_field === '' }
          : { items: [1, 2, 3], pages: 2, isComplete: true },
    },
    {
      name: 'tells of a server that fails',
      input: {},
      mock: { http: { method: 'GET', response: { status: 503, body: {} } } },
      expected_error: 'ServiceUnavailableError',
    },
    {
      name: 'refuses a limit below one',
      input: { limit: 0 },
      expected_error: 'INPUT_INVALID',
    },
  ],
  network: ({ endpoint }) => hostLine(endpoint),
};
