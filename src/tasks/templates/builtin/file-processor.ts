import { choice, objectOf, type TaskTemplate } from '../template.ts';

const code = `// Works on the text of a file that is handed in: a task has no files of its own.
const defaultOperation = {{default_operation}};

const operations = {
  lines: (lines) => ({ lines }),
  count: (lines, content) => ({
    lines: lines.length,
    words: content.split(/\\s+/).filter((word) => word !== '').length,
    characters: content.length,
  }),
  csv: (lines) => {
    const [head = '', ...rows] = lines.filter((line) => line !== '');
    const names = cells(head);
    return { rows: rows.map((row) => Object.fromEntries(cells(row).map((cell, index) => [names[index] ?? String(index), cell]))) };
  },
  json: (_lines, content) => ({ value: JSON.parse(content) }),
};

// Cells between commas; those in quotes may hold commas, and quotes written twice.
function cells(line) {
  const found = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const sign = line[at];
    if (isQuoted && sign === '"' && line[at + 1] === '"') cell += line[++at];
    else if (sign === '"') isQuoted = !isQuoted;
    else if (sign === ',' && !isQuoted) {
      found.push(cell);
      cell = '';
    } else cell += sign;
  }
  return [...found, cell];
}

(function ({ content, operation = defaultOperation, filename = null }) {
  const lines = content.split(/\\r?\\n/);
  if (lines.at(-1) === '') lines.pop();
  try {
    return { filename, operation, result: operations[operation](lines, content) };
  } catch (error) {
    throw new DataError('The content cannot be read as ' + operation + ': ' + error.message);
  }
});
`;

const words = ['lines', 'count', 'csv', 'json'];

export const fileProcessor: TaskTemplate = {
  name: 'file_processor',
  category: 'file',
  description: 'Works on the content of a text file: lines, counts, CSV to records, or JSON.',
  tags: ['file', 'text', 'csv'],
  parameters: [choice('default_operation', 'What is done when the input does not say', { usual: 'lines', choices: words })],
  code,
  inputSchema: objectOf(
    {
      content: { type: 'string', description: 'Text of the file' },
      operation: { type: 'string', enum: words },
      filename: { type: 'string', description: 'Comes back with the answer' },
    },
    ['content'],
    { additionalProperties: false },
  ),
  outputSchema: objectOf(
    { filename: { type: ['string', 'null'] }, operation: { type: 'string', enum: words }, result: { type: 'object' } },
    ['filename', 'operation', 'result'],
  ),
  tests: [
    {
      name: 'does by default what was chosen',
      input: { content: '[1, 2]' },
      assertions: [{ path: 'operation', operator: 'equals', expected: '{{default_operation}}' }],
    },
    {
      name: 'reads CSV with quotes',
      input: { content: 'name,note\r\nAda,"first, and ""best"""\r\n', operation: 'csv', filename: 'people.csv' },
      expected_output: {
        filename: 'people.csv',
        operation: 'csv',
        result: { rows: [{ name: 'Ada', note: 'first, and "best"' }] },
      },
    },
    {
      name: 'counts',
      input: { content: 'one two\nthree\n', operation: 'count' },
      expected_output: { filename: null, operation: 'count', result: { lines: 2, words: 3, characters: 14 } },
    },
    { name: 'says what cannot be read', input: { content: '{', operation: 'json' }, expected_error: 'DataError' },
  ],
  network: () => [],
};
