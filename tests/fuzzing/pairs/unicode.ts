import type { TaskPair } from './task-pair.ts';

const json = { type: 'object' } as const;

/** Texts that are not ASCII: characters of two code units, and some that grow. */
export const unicode: readonly TaskPair[] = [
  {
    name: 'plate-text',
    bug: 'forgets that upper case can be longer than lower case',
    shows: [{ kind: 'output-invalid' }],
    input: { ...json, properties: { text: { type: 'string', minLength: 1, maxLength: 8 } }, required: ['text'] },
    output: { ...json, properties: { plate: { type: 'string', maxLength: 8 } }, required: ['plate'] },
    tests: [{ input: { text: 'graz 1' }, expected_output: { plate: 'GRAZ 1' } }],
    planted: `(function (input) {
  return { plate: input.text.toUpperCase() };
})`,
    mended: `(function (input) {
  return { plate: Array.from(input.text.toUpperCase()).slice(0, 8).join('') };
})`,
  },
  {
    name: 'search-link',
    bug: 'cuts a text between the two halves of a character before it is put into a URL',
    shows: [{ kind: 'untyped-error', errorClass: 'URIError' }],
    input: {
      ...json,
      properties: { query: { type: 'string' }, language: { enum: ['de', 'en', 'fr'], default: 'en' } },
      required: ['query'],
    },
    output: { ...json, properties: { link: { type: 'string', format: 'uri' } }, required: ['link'] },
    tests: [{ input: { query: 'good bread', language: 'en' }, expected_output: { link: 'https://find.example.com/en?q=good%20bread' } }],
    planted: `function main({ query, language }) {
  const short = query.trim().slice(0, 50);
  return { link: 'https://find.example.com/' + (language || 'en') + '?q=' + encodeURIComponent(short) };
}
main;`,
    mended: `function main({ query, language }) {
  const short = Array.from(query.trim()).slice(0, 50).join('');
  return { link: 'https://find.example.com/' + (language || 'en') + '?q=' + encodeURIComponent(short) };
}
main;`,
  },
  {
    name: 'name-column',
    bug: 'pads to a width that the schema counts in characters and JavaScript in code units',
    shows: [{ kind: 'untyped-error', errorClass: 'RangeError' }],
    input: {
      ...json,
      properties: {
        rows: {
          type: 'array',
          maxItems: 100,
          items: {
            ...json,
            properties: { name: { type: 'string', maxLength: 20 }, points: { type: 'integer', minimum: 0, maximum: 9999 } },
            required: ['name', 'points'],
          },
        },
      },
      required: ['rows'],
    },
    output: { ...json, properties: { table: { type: 'string' } }, required: ['table'] },
    tests: [{ input: { rows: [{ name: 'Ada', points: 3 }] }, expected_output: { table: 'Ada                 |    3' } }],
    planted: `export default function main({ rows }) {
  const lines = rows.map(({ name, points }) => {
    const number = String(points);
    return name + ' '.repeat(20 - name.length) + '|' + ' '.repeat(5 - number.length) + number;
  });
  return { table: lines.join('\\n') };
}`,
    mended: `export default function main({ rows }) {
  const lines = rows.map(({ name, points }) => {
    const number = String(points);
    const width = Array.from(name).length;
    return name + ' '.repeat(20 - width) + '|' + ' '.repeat(5 - number.length) + number;
  });
  return { table: lines.join('\\n') };
}`,
  },
  {
    name: 'basic-header',
    bug: 'encodes a password as base64 without making it bytes first',
    shows: [{ kind: 'untyped-error' }],
    input: {
      ...json,
      properties: {
        user: { type: 'string', minLength: 1, maxLength: 60, pattern: '^[^:]+$' },
        password: { type: 'string', maxLength: 200 },
      },
      required: ['user', 'password'],
      additionalProperties: false,
    },
    output: {
      ...json,
      properties: { authorization: { type: 'string', pattern: '^Basic [A-Za-z0-9+/]+=*$' } },
      required: ['authorization'],
    },
    tests: [{ input: { user: 'ada', password: 'secret' }, expected_output: { authorization: 'Basic YWRhOnNlY3JldA==' } }],
    planted: `const header = (user, password) => 'Basic ' + btoa(user + ':' + password);

module.exports = async ({ user, password }) => ({ authorization: header(user, password) });`,
    mended: `const header = (user, password) => {
  const bytes = new TextEncoder().encode(user + ':' + password);
  return 'Basic ' + btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
};

module.exports = async ({ user, password }) => ({ authorization: header(user, password) });`,
  },
];
