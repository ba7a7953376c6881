import { hasPostgres, temporaryPostgres, temporarySqlite, type TemporaryDatabase } from '#testing/temporary-database.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGraphql, type GraphqlServer } from './graphql-harness.ts';

const json = { 'content-type': 'application/json' };
const times = (count: number, text: (n: number) => string) => Array.from({ length: count }, (_, n) => text(n)).join(' ');
/** A lone half of a pair, and the character that ends texts in other languages. */
const half = '\ud800';
const nul = '\0';

/** What is refused before anything is run, by the code of the first error. */
const refusedDocuments: readonly (readonly [what: string, query: string, code: string])[] = [
  ['fragments in a circle', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }', 'GRAPHQL_INVALID'],
  ['a fragment in itself', '{ ...A } fragment A on Query { ...A }', 'GRAPHQL_INVALID'],
  [
    'a hundred fragments, each in all',
    `{ ...F0 } ${times(30, (n) => `fragment F${n} on Query { ${times(30, (m) => `...F${m}`)} }`)}`,
    'GRAPHQL_INVALID',
  ],
  ['a flood of directives', `{ __typename ${times(1_000, () => '@skip(if: false)')} }`, 'GRAPHQL_TOO_MUCH'],
  ['a flood of directives that do not exist', `{ __typename ${times(2_000, (n) => `@d${n}`)} }`, 'GRAPHQL_INVALID'],
  [
    'a flood of directives on each field',
    `{ ${times(400, () => '__typename @include(if: true) @include(if: true)')} }`,
    'GRAPHQL_TOO_MUCH',
  ],
  ['a schema asked for in itself', `{ __schema { types { ${'fields { type { '.repeat(6)} name ${'} }'.repeat(6)} } } }`, 'GRAPHQL_INVALID'],
  [
    'a schema asked for in itself, less deep',
    `{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }`,
    'GRAPHQL_INVALID',
  ],
  ['a thousand documents in one', times(1_000, (n) => `query Q${n} { __typename }`), 'GRAPHQL_INVALID'],
  ['the same field in a thousand ways', `{ ${times(300, (n) => `tasks(limit: ${n + 1}) { meta { total } }`)} }`, 'GRAPHQL_INVALID'],
  ['brackets', '{'.repeat(4_000), 'GRAPHQL_TOO_MUCH'],
  ['fields in fields', `${'{ a '.repeat(1_500)}${'}'.repeat(1_500)}`, 'GRAPHQL_TOO_MUCH'],
  ['lists in lists', `{ tasks(filters: ${'['.repeat(2_000)}${']'.repeat(2_000)}) { meta { total } } }`, 'GRAPHQL_TOO_MUCH'],
  ['a type of lists in lists', `query($a: ${'['.repeat(2_000)}Int${']'.repeat(2_000)}) { __typename }`, 'GRAPHQL_TOO_MUCH'],
  ['a number beyond all', '{ tasks(limit: 99999999999999999999) { meta { total } } }', 'GRAPHQL_INVALID'],
  ['a number no computer knows', '{ jobs(filters: { durationMsMin: 1e999 }) { meta { total } } }', 'GRAPHQL_INVALID'],
  ['half a character', '{ task(id: "\\uD800") { id } }', 'GRAPHQL_SYNTAX'],
  ['what every object has, as a filter', '{ tasks(filters: { hasOwnProperty: "x" }) { meta { total } } }', 'GRAPHQL_INVALID'],
  ['__proto__ as a filter', '{ tasks(filters: { __proto__: "x" }) { meta { total } } }', 'GRAPHQL_INVALID'],
  ['__proto__ as a type of a variable', 'query($a: __proto__) { __typename }', 'GRAPHQL_INVALID'],
  ['constructor as a directive', '{ __typename @constructor }', 'GRAPHQL_INVALID'],
  ['__proto__ as a fragment', '{ ...__proto__ }', 'GRAPHQL_INVALID'],
  ['a subscription to two things', 'subscription { jobUpdates { id } executionUpdates { id } }', 'GRAPHQL_INVALID'],
  ['nothing', '', 'GRAPHQL_REQUEST_INVALID'],
  ['remarks', '# nothing\n'.repeat(10_000), 'GRAPHQL_SYNTAX'],
];

/** A server that runs while the tests of a block do. */
function running(database: TemporaryDatabase): () => GraphqlServer {
  let server: GraphqlServer;
  beforeAll(async () => {
    server = await startGraphql({ databaseUrl: database.url });
  });
  afterAll(async () => {
    await server.stop();
    await database.remove();
  });
  return () => server;
}

describe('A server that is asked by somebody hostile', () => {
  const server = running(temporarySqlite());
  const codesOf = async (query: string, variables: Record<string, unknown> = {}) =>
    (await server().ask(query, variables)).errors?.map(({ extensions }) => extensions.code);

  it.each(refusedDocuments)('refuses %s, in a few words', async (_what, query, code) => {
    const response = await fetch(`${server().url}/graphql`, { method: 'POST', headers: json, body: JSON.stringify({ query }) });
    const text = await response.text();
    expect((JSON.parse(text) as { errors: { extensions: { code: string } }[] }).errors[0]!.extensions.code).toBe(code);
    expect(text.length).toBeLessThan(32_768);
  });

  it('answers under whatever name a field is asked for', async () => {
    const { data, errors } = await server().ask('{ constructor: __typename toString: __typename __proto__: __typename then: __typename }');
    expect(errors).toBeUndefined();
    expect(Object.entries(data!)).toEqual(['constructor', 'toString', '__proto__', 'then'].map((name) => [name, 'Query']));
    expect(await codesOf('query($__proto__: ID!) { task(id: $__proto__) { id } }', { constructor: 1 })).toEqual(['GRAPHQL_INVALID']);
  });

  it('refuses requests that a page of somebody else could send without being asked', async () => {
    const body = '{"query":"mutation { disableTask(id: \\"addition\\") { enabled } }"}';
    const form = new URLSearchParams({ query: 'mutation { disableTask(id: "addition") { enabled } }' });
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/graphql',
      '*/*',
    ]) {
      const sent = type.includes('urlencoded') ? form.toString() : body;
      const answer = await server().send({ headers: { 'content-type': type }, body: sent });
      expect([type, answer.status]).toEqual([type, 415]);
    }
    const bare = await fetch(`${server().url}/graphql`, { method: 'POST', body: new Blob([body]) });
    expect(bare.status).toBe(415);
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const path = `/graphql?query=${encodeURIComponent(form.get('query')!)}`;
      const answer = await server().send({ method, path, headers: json, ...(method === 'GET' ? {} : { body }) });
      expect([method, answer.status >= 400 || method === 'OPTIONS']).toEqual([method, true]);
    }
    expect((await server().ask('{ task(id: "addition") { enabled } }')).data).toEqual({ task: { enabled: true } });
  });

  it('refuses bodies that are too deep, and takes those that are merely odd', async () => {
    const codeOf = async (body: string) => (await server().send({ headers: json, body })).errors?.[0]?.extensions.code;
    expect(await codeOf(`{"query":"{ __typename }","variables":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`)).toBe('BODY_TOO_DEEP');
    expect(await codeOf(`{"query":"query($f: JSON) { __typename }","variables":{"f":1e999}}`)).toBe('GRAPHQL_INVALID');
    expect(await codeOf('\ufeff{"query":"{ __typename }"}')).toBe('BODY_NOT_JSON');
    expect(await codeOf('{"query":"{ __typename }","query":"{ nope }"}')).toBe('GRAPHQL_INVALID');
    expect(await codeOf(`{"query":"{ __typename }","operationName":${JSON.stringify('x'.repeat(1_000_000))}}`)).toBe('GRAPHQL_INVALID');
    for (const batch of ['[[{"query":"{ __typename }"}]]', '[null]', '[1]', '["x"]']) {
      const response = await fetch(`${server().url}/graphql`, { method: 'POST', headers: json, body: batch });
      expect(await response.json()).toMatchObject([{ errors: [{ extensions: { code: 'GRAPHQL_REQUEST_INVALID' } }] }]);
    }
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`v${n}`, n]));
    expect(await codeOf(JSON.stringify({ query: '{ __typename }', variables: many }))).toBeUndefined();
  });
});

function takesTexts(database: TemporaryDatabase): void {
  const server = running(database);

  it.each([
    ['half a character', half],
    ['a NUL', nul],
    ['a character that turns the line around', '\u202eaddition'],
    ['a very long text', 'x'.repeat(100_000)],
    ['what a database might run', "'; DROP TABLE tasks; --"],
    ['a pattern', '%'.repeat(900)],
  ])('takes %s wherever a text may stand, and says what is wrong with it or that there is no such thing', async (_what, text) => {
    const asked: readonly (readonly [string, Record<string, unknown>])[] = [
      ['query($t: ID!) { task(id: $t) { id } }', { t: text }],
      ['query($t: ID!) { job(id: $t) { id } }', { t: text }],
      ['query($t: ID!) { execution(id: $t) { id } }', { t: text }],
      ['query($t: ID!) { schedule(id: $t) { id } }', { t: text }],
      ['query($t: ID!) { worker(id: $t) { id } }', { t: text }],
      ['query($t: ID!) { repository(id: $t) { id } }', { t: text }],
      ['query($t: String) { tasks(filters: { nameContains: $t, version: $t, uuidIn: [$t] }) { items { id } } }', { t: text }],
      ['query($t: String) { jobs(filters: { taskId: $t, errorMessageContains: $t }) { items { id } } }', { t: text }],
      ['query($t: String) { executions(filters: { idIn: [$t], errorMessageEndsWith: $t }) { items { id } } }', { t: text }],
      ['query($t: String) { schedules(filters: { nameStartsWith: $t, cronExpressionExact: $t }) { items { id } } }', { t: text }],
      ['query($t: String) { tasks(after: $t) { items { id } } }', { t: text }],
      ['query($t: String!) { tasks(sort: { field: $t }) { items { id } } }', { t: text }],
      [
        'mutation($t: String) { createJob(input: { taskId: "addition", uniqueKey: $t, scheduledFor: "2099-01-01T00:00:00Z" }) { id } }',
        { t: text },
      ],
      [
        'mutation($t: String) { createJob(input: { taskId: "addition", version: $t, scheduledFor: "2099-01-01T00:00:00Z" }) { id } }',
        { t: text },
      ],
      [
        'mutation($t: JSON) { createJob(input: { taskId: "addition", input: $t, scheduledFor: "2099-01-01T00:00:00Z" }) { id input } }',
        { t: { [text]: text } },
      ],
      [
        'mutation($t: JSON) { createJob(input: { taskId: "addition", metadata: $t, scheduledFor: "2099-01-01T00:00:00Z" }) { id metadata } }',
        { t: { a: text } },
      ],
      ['mutation($t: String!) { createTask(input: { name: $t, sourceCode: "function main() {}" }) { id } }', { t: text }],
      [
        'mutation($t: String!) { createTask(input: { name: "described", description: $t, sourceCode: "function main() { return {}; }" }) { id } }',
        { t: text },
      ],
      ['mutation { deleteTask(id: "described") }', {}],
      [
        'mutation($t: String!) { createSchedule(input: { taskId: "addition", name: $t, cronExpression: "0 0 1 1 *" }) { id } }',
        { t: text },
      ],
      ['mutation($t: String!) { createSchedule(input: { taskId: "addition", name: "s", cronExpression: $t }) { id } }', { t: text }],
      ['mutation($t: String!) { pauseJobs(input: { taskId: "addition", reason: $t }) { reason } }', { t: text }],
      ['mutation { resumeJobs(input: { taskId: "addition" }) { wasPaused } }', {}],
      ['mutation($t: JSON!) { executeTaskDirect(taskId: "dummy-task", input: { a: $t }) { success } }', { t: text }],
    ];
    const wrong: string[] = [];
    for (const [query, variables] of asked) {
      const { status, errors } = await server().ask(query, variables);
      const codes = errors?.map(({ extensions }) => extensions.code) ?? [];
      if (status >= 500 || codes.some((code) => /INTERNAL|STORAGE|UNAVAILABLE/.test(code)))
        wrong.push(`${query}: ${status} ${codes.join(' ')}`);
    }
    expect(wrong).toEqual([]);
  });
}

describe('Texts that are made to confuse, on SQLite', () => {
  takesTexts(temporarySqlite());
});
describe.skipIf(!(await hasPostgres()))('Texts that are made to confuse, on PostgreSQL', () => {
  takesTexts(temporaryPostgres());
});
