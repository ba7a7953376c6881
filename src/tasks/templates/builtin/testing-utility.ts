import { number, objectOf, text, type TaskTemplate } from '../template.ts';

const code = `// Compares what a task gave with what was expected of it, and sums up. It runs no task itself: hand the results in.
const targetTask = {{target_task}};
const testTimeoutMs = {{test_timeout}};

function differences(expected, received, path) {
  if (Object.is(expected, received)) return [];
  const areObjects = [expected, received].every((value) => typeof value === 'object' && value !== null);
  if (!areObjects || Array.isArray(expected) !== Array.isArray(received)) return [{ path, expected, received: received ?? null }];
  const names = new Set([...Object.keys(expected), ...Object.keys(received)]);
  return [...names].flatMap((name) => differences(expected[name], received[name], path === '' ? name : path + '.' + name));
}

(function ({ results }) {
  const cases = results.map(({ name, expected, received, durationMs = 0 }) => {
    const found = differences(expected, received, '').map((one) => ({ ...one, expected: one.expected ?? null }));
    const isLate = durationMs > testTimeoutMs;
    return { name, passed: found.length === 0 && !isLate, isLate, differences: found };
  });
  const passed = cases.filter((one) => one.passed).length;
  return { task: targetTask, total: cases.length, passed, failed: cases.length - passed, cases };
});
`;

export const testingUtility: TaskTemplate = {
  name: 'testing_utility',
  category: 'testing',
  description: 'Compares results of a task with what was expected, field by field, and counts those that took too long.',
  tags: ['testing'],
  parameters: [
    text('target_task', 'Name of the task whose results are compared', { isRequired: true }),
    number('test_timeout', 'Milliseconds after which a result counts as late', { usual: 5_000, least: 1, most: 3_600_000 }),
  ],
  code,
  inputSchema: objectOf(
    {
      results: {
        type: 'array',
        items: objectOf({ name: { type: 'string' }, expected: {}, received: {}, durationMs: { type: 'number', minimum: 0 } }, [
          'name',
          'expected',
          'received',
        ]),
      },
    },
    ['results'],
  ),
  outputSchema: objectOf(
    {
      task: { type: 'string' },
      total: { type: 'integer' },
      passed: { type: 'integer' },
      failed: { type: 'integer' },
      cases: {
        type: 'array',
        items: objectOf(
          { name: { type: 'string' }, passed: { type: 'boolean' }, isLate: { type: 'boolean' }, differences: { type: 'array' } },
          ['name', 'passed', 'isLate', 'differences'],
        ),
      },
    },
    ['task', 'total', 'passed', 'failed', 'cases'],
  ),
  tests: [
    {
      name: 'equal results pass',
      input: { results: [{ name: 'one', expected: { a: [1, { b: 2 }] }, received: { a: [1, { b: 2 }] } }] },
      expected_output: {
        task: '{{target_task}}',
        total: 1,
        passed: 1,
        failed: 0,
        cases: [{ name: 'one', passed: true, isLate: false, differences: [] }],
      },
    },
    {
      name: 'a difference is named with its place',
      input: { results: [{ name: 'one', expected: { a: { b: 2 } }, received: { a: { b: 3 } } }] },
      assertions: [
        { path: 'failed', operator: 'equals', expected: 1 },
        { path: 'cases[0].differences[0]', operator: 'equals', expected: { path: 'a.b', expected: 2, received: 3 } },
      ],
    },
  ],
  network: () => [],
};
