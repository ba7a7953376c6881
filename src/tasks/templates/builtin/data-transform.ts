import type { Json } from '#kernel/index.ts';
import { objectOf, texts, type TaskTemplate } from '../template.ts';

const code = `// Picks, renames and sorts the fields of each item of a list.
const kept = {{keep_fields}};

(function ({ items, rename = {}, sortBy }) {
  const transformed = items.map((item) => {
    const fields = Object.entries(item).filter(([name]) => kept.length === 0 || kept.includes(name));
    return Object.fromEntries(fields.map(([name, value]) => [Object.hasOwn(rename, name) ? rename[name] : name, value]));
  });
  if (sortBy !== undefined) {
    const key = (item) => item[sortBy];
    transformed.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  }
  return { items: transformed, count: transformed.length };
});
`;

/** A field that is kept, whatever else is. */
const nameOf = (kept: Json | undefined) => (Array.isArray(kept) && typeof kept[0] === 'string' ? kept[0] : 'position');
const field = (kept: Json | undefined, value: number) => ({ [nameOf(kept)]: value });

export const dataTransform: TaskTemplate = {
  name: 'data_transform',
  category: 'transformation',
  description: 'Picks, renames and sorts the fields of the items of a list.',
  tags: ['data', 'transformation'],
  parameters: [texts('keep_fields', 'Fields that are kept; all unless given')],
  code,
  inputSchema: objectOf(
    {
      items: { type: 'array', items: { type: 'object' } },
      rename: { type: 'object', additionalProperties: { type: 'string' }, description: 'New name by old name' },
      sortBy: { type: 'string', description: 'Field, by its new name' },
    },
    ['items'],
  ),
  outputSchema: objectOf({ items: { type: 'array', items: { type: 'object' } }, count: { type: 'integer' } }, ['items', 'count']),
  tests: ({ keep_fields }): Json[] => [
    { name: 'an empty list stays one', input: { items: [] }, expected_output: { items: [], count: 0 } },
    {
      name: 'fields are renamed and items sorted',
      input: { items: [field(keep_fields, 2), field(keep_fields, 1)], rename: { [nameOf(keep_fields)]: 'rank' }, sortBy: 'rank' },
      expected_output: { items: [{ rank: 1 }, { rank: 2 }], count: 2 },
    },
    {
      name: 'every item is there afterwards',
      input: { items: [{ a: 2 }, { a: 1 }, {}] },
      assertions: [{ path: 'count', operator: 'equals', expected: 3 }],
    },
    { name: 'what is no list is refused', input: { items: 'none' }, expected_error: 'INPUT_INVALID' },
  ],
  network: () => [],
};
