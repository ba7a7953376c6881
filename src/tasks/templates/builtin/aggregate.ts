import { textOf } from '../text-of.ts';
import type { Json } from '#kernel/index.ts';
import { objectOf, text, type TaskTemplate } from '../template.ts';

const code = `// Groups the items of a list and sums up a number of each group.
const groupField = {{group_by}};
const valueField = {{value_field}};

(function ({ items }) {
  const groups = new Map();
  for (const item of items) {
    const key = String(item[groupField] ?? '');
    const value = Number(item[valueField] ?? 0);
    if (Number.isNaN(value)) throw new DataError(valueField + ' of an item is no number: ' + JSON.stringify(item[valueField]));
    const group = groups.get(key) ?? { group: key, count: 0, sum: 0, least: value, most: value };
    group.count += 1;
    group.sum += value;
    group.least = Math.min(group.least, value);
    group.most = Math.max(group.most, value);
    groups.set(key, group);
  }
  const found = [...groups.values()].map((group) => ({ ...group, average: group.sum / group.count }));
  return { groups: found.sort((a, b) => b.sum - a.sum), total: items.length };
});
`;

const item = (groupBy: Json | undefined, group: string, valueField: Json | undefined, value: number): Json => ({
  [textOf(groupBy)]: group,
  [textOf(valueField)]: value,
});

export const aggregate: TaskTemplate = {
  name: 'aggregate',
  category: 'transformation',
  description: 'Groups the items of a list by a field, with count, sum, least, most and average of another.',
  tags: ['data', 'statistics'],
  parameters: [
    text('group_by', 'Field by which items are grouped', { usual: 'category' }),
    text('value_field', 'Field that is summed up', { usual: 'value' }),
  ],
  code,
  inputSchema: objectOf({ items: { type: 'array', items: { type: 'object' } } }, ['items']),
  outputSchema: objectOf(
    {
      groups: {
        type: 'array',
        items: objectOf({ group: { type: 'string' }, count: { type: 'integer' }, sum: { type: 'number' }, average: { type: 'number' } }, [
          'group',
          'count',
          'sum',
          'average',
        ]),
      },
      total: { type: 'integer' },
    },
    ['groups', 'total'],
  ),
  tests: ({ group_by, value_field }): Json[] => [
    {
      name: 'sums up each group',
      input: { items: [item(group_by, 'a', value_field, 1), item(group_by, 'b', value_field, 5), item(group_by, 'a', value_field, 3)] },
      assertions:
        group_by === value_field
          ? []
          : [
              { path: 'groups[0].group', operator: 'equals', expected: 'b' },
              { path: 'groups[1].sum', operator: 'equals', expected: 4 },
              { path: 'groups[1].average', operator: 'equals', expected: 2 },
            ],
      ...(group_by === value_field ? { may_throw: 'typed' } : {}),
    },
    { name: 'of nothing there are no groups', input: { items: [] }, expected_output: { groups: [], total: 0 } },
    {
      name: 'items without the fields are one group',
      input: { items: [{}, {}] },
      assertions: [
        { path: 'total', operator: 'equals', expected: 2 },
        { path: 'groups[0].count', operator: 'equals', expected: 2 },
        { path: 'groups[0].sum', operator: 'equals', expected: 0 },
      ],
    },
  ],
  network: () => [],
};
