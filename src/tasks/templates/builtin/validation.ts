import { textOf } from '../text-of.ts';
import type { Json } from '#kernel/index.ts';
import { objectOf, texts, type TaskTemplate } from '../template.ts';

const code = `// Checks a record against rules and says everything that is wrong with it.
const alwaysRequired = {{required_fields}};

const checks = {
  type: (value, wanted) => (wanted === 'array' ? Array.isArray(value) : typeof value === wanted),
  minLength: (value, least) => String(value).length >= least,
  maxLength: (value, most) => String(value).length <= most,
  min: (value, least) => Number(value) >= least,
  max: (value, most) => Number(value) <= most,
  oneOf: (value, words) => words.includes(value),
};

(function ({ record, rules = {} }) {
  const errors = [];
  const isThere = (field) => Object.hasOwn(record, field) && record[field] !== null && record[field] !== '';
  const needed = new Set([...alwaysRequired, ...Object.keys(rules).filter((field) => rules[field].required === true)]);
  for (const field of needed) if (!isThere(field)) errors.push({ field, rule: 'required' });
  for (const [field, wanted] of Object.entries(rules)) {
    if (!isThere(field)) continue;
    for (const [rule, limit] of Object.entries(wanted)) {
      if (Object.hasOwn(checks, rule) && !checks[rule](record[field], limit)) errors.push({ field, rule });
    }
  }
  return { valid: errors.length === 0, errors };
});
`;

const words = (said: Json | undefined) => (Array.isArray(said) ? said.map(textOf).filter((name) => name !== 'size') : []);

export const validation: TaskTemplate = {
  name: 'validation',
  category: 'validation',
  description: 'Checks a record against rules (required, type, length, range, one of) and lists what is wrong.',
  tags: ['validation', 'data'],
  parameters: [texts('required_fields', 'Fields that every record needs')],
  code,
  inputSchema: objectOf(
    {
      record: { type: 'object' },
      rules: {
        type: 'object',
        additionalProperties: {
          type: 'object',
          properties: {
            required: { type: 'boolean' },
            type: { enum: ['string', 'number', 'boolean', 'object', 'array'] },
            minLength: { type: 'integer' },
            maxLength: { type: 'integer' },
            min: { type: 'number' },
            max: { type: 'number' },
            oneOf: { type: 'array' },
          },
        },
      },
    },
    ['record'],
  ),
  outputSchema: objectOf(
    {
      valid: { type: 'boolean' },
      errors: { type: 'array', items: objectOf({ field: { type: 'string' }, rule: { type: 'string' } }, ['field', 'rule']) },
    },
    ['valid', 'errors'],
  ),
  tests: ({ required_fields }): Json[] => [
    {
      name: 'a rule that does not hold is named',
      input: { record: { age: 17 }, rules: { age: { type: 'number', min: 18 } } },
      assertions: [
        { path: 'valid', operator: 'equals', expected: false },
        { path: 'errors', operator: 'contains', expected: { field: 'age', rule: 'min' } },
      ],
    },
    {
      name: 'what is required and not there is named',
      input: { record: {}, rules: { name: { required: true } } },
      assertions: [{ path: 'errors', operator: 'contains', expected: { field: 'name', rule: 'required' } }],
    },
    {
      name: 'a record with all that is required is valid',
      input: { record: { ...Object.fromEntries(words(required_fields).map((name) => [name, 'x'])), size: 3 }, rules: { size: { max: 3 } } },
      expected_output: { valid: true, errors: [] },
    },
    { name: 'a record is needed', input: {}, expected_error: 'INPUT_INVALID' },
  ],
  network: () => [],
};
