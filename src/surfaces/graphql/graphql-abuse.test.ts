import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { temporarySqlite } from '#testing/temporary-database.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGraphql, type GraphqlServer } from './graphql-harness.ts';

const database = temporarySqlite();
const folder = mkdtempSync(join(tmpdir(), 'graphql-documents-'));
const stored = 'query Names { tasks(limit: 1) { items { name } } }\n';
let server: GraphqlServer;
let closed: GraphqlServer;

beforeAll(async () => {
  writeFileSync(join(folder, 'names.graphql'), stored);
  const other = temporarySqlite();
  [server, closed] = await Promise.all([
    startGraphql({ databaseUrl: database.url, env: { RATCHET_SERVER_BODY_LIMIT_BYTES: '200000' } }),
    startGraphql({
      databaseUrl: other.url,
      env: {
        RATCHET_GRAPHQL_DOCUMENTS: folder,
        RATCHET_GRAPHQL_ONLY_PERSISTED: 'true',
        RATCHET_GRAPHQL_INTROSPECTION: 'false',
        RATCHET_GRAPHQL_PLAYGROUND: 'false',
      },
    }),
  ]);
});
afterAll(async () => {
  await Promise.all([server.stop(), closed.stop()]);
  await database.remove();
  rmSync(folder, { recursive: true, force: true });
});

const json = { 'content-type': 'application/json' };
const codeOf = async (query: string, variables: Record<string, unknown> = {}) =>
  (await server.ask(query, variables)).errors?.[0]?.extensions.code;

describe('A server that is asked for too much', () => {
  it('refuses documents that are deep, wide, costly or long, and goes on', async () => {
    const cycle = (depth: number): string =>
      depth === 0 ? '{ id }' : `{ job { task { jobs(limit: 1) { execution ${cycle(depth - 1)} } } } }`;
    expect(await codeOf(`{ executions(limit: 1) { items ${cycle(6)} } }`)).toBe('GRAPHQL_TOO_MUCH');
    expect(await codeOf('{ tasks(limit: 100) { items { jobs(limit: 100) { executions(limit: 100) { id } } } } }')).toBe('GRAPHQL_TOO_MUCH');
    expect(await codeOf(`{ ${Array.from({ length: 60 }, (_, n) => `a${n}: taskStats { totalTasks }`).join(' ')} }`)).toBe(
      'GRAPHQL_TOO_MUCH',
    );
    expect(await codeOf(`{ ${'taskStats { totalTasks } '.repeat(3_000)} }`)).toBe('GRAPHQL_TOO_MUCH');
    expect(await codeOf('query($n: Int) { jobs(limit: $n) { items { task { id } } } }', { n: 100_000 })).toBe('GRAPHQL_TOO_MUCH');
    expect(await codeOf('{ jobs(limit: -1) { meta { total } } }')).toBe('REQUEST_INVALID');
    const fragments = Array.from(
      { length: 25 },
      (_, n) => `fragment F${n} on Query { ${n === 24 ? 'x: __typename' : `...F${n + 1} ...F${n + 1}`} }`,
    );
    expect(await codeOf(`{ ...F0 } ${fragments.join(' ')}`)).toBe('GRAPHQL_TOO_MUCH');
    const many = await server.send({
      headers: json,
      body: JSON.stringify(Array.from({ length: 11 }, () => ({ query: '{ __typename }' }))),
    });
    expect(many.errors?.[0]?.extensions.code).toBe('GRAPHQL_TOO_MUCH');
    expect((await server.ask('{ tasks { meta { limit } } }')).data).toEqual({ tasks: { meta: { limit: 50 } } });
  });

  it('reads documents of the largest size it takes in a moment', async () => {
    const fields = Array.from({ length: 1_200 }, () => 'name version').join(' ');
    const started = performance.now();
    await server.ask(`{ tasks(limit: 1) { items { ${fields} } } }`);
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('allows what tools ask of a schema', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    const answer = await server.ask(getIntrospectionQuery());
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toHaveProperty('__schema');
  });

  it('refuses bodies that are too large', async () => {
    const large = await server.send({
      headers: json,
      body: JSON.stringify({ query: '{ __typename }', variables: { a: 'x'.repeat(200_000) } }),
    });
    expect([large.status, large.errors?.[0]?.extensions.code]).toEqual([413, 'BODY_TOO_LARGE']);
  });
});

describe('A server that is sent what is made to confuse it', () => {
  it.each([
    [
      '__proto__ in variables',
      '{"query": "query($f: JSON) { __typename }", "variables": {"f": {"__proto__": {"isAdmin": true}}}}',
      'BODY_POISONED',
    ],
    ['constructor.prototype in variables', '{"query": "{ __typename }", "variables": {"constructor": {"prototype": {}}}}', 'BODY_POISONED'],
    [
      '__proto__ in a literal',
      JSON.stringify({ query: 'mutation { executeTaskDirect(taskId: "addition", input: { __proto__: { num1: 1 } }) { success } }' }),
      'GRAPHQL_INVALID',
    ],
    ['__proto__ as operation', '{"query": "query A { __typename }", "operationName": "__proto__"}', 'GRAPHQL_INVALID'],
    ['a field of every object', JSON.stringify({ query: '{ constructor toString hasOwnProperty }' }), 'GRAPHQL_INVALID'],
    ['a word of every object', JSON.stringify({ query: '{ jobs(status: constructor) { meta { total } } }' }), 'GRAPHQL_INVALID'],
  ])('refuses %s', async (_what, body, code) => {
    expect((await server.send({ headers: json, body })).errors?.[0]?.extensions.code).toBe(code);
  });

  it('answers bytes that are no text', async () => {
    const body = Buffer.concat([Buffer.from('{"query": "{ task(id: \\"'), Buffer.from([0xff, 0xfe, 0xc0]), Buffer.from('\\") { id } }"}')]);
    const answer = await server.send({ headers: json, body });
    expect(answer.errors).toHaveLength(1);
    expect(['TASK_NOT_FOUND', 'BODY_NOT_JSON', 'REQUEST_INVALID']).toContain(answer.errors![0]!.extensions.code);
  });

  it('says nothing of itself in an answer, whatever is asked', async () => {
    const answers = await Promise.all(
      [
        '{ task(id: "/etc/passwd") { id } }',
        '{ jobs(after: "no cursor") { meta { total } } }',
        '{ job(id: "99999999999999999999999") { id } }',
      ].map((query) => server.ask(query)),
    );
    for (const { errors } of answers) {
      expect(errors).toHaveLength(1);
      expect(JSON.stringify(errors)).not.toMatch(/node_modules|at \w+ \(|SELECT |INTERNAL_ERROR/);
    }
  });
});

describe('A server that runs only documents it has stored', () => {
  const sha256Hash = createHash('sha256').update(stored.trimEnd()).digest('hex');
  const by = (body: object) => closed.send({ headers: json, body: JSON.stringify(body) });

  it('runs them by their hash or in full', async () => {
    expect((await by({ extensions: { persistedQuery: { version: 1, sha256Hash } } })).data).toEqual({
      tasks: { items: [{ name: 'addition' }] },
    });
    expect((await by({ query: stored })).data).toEqual({ tasks: { items: [{ name: 'addition' }] } });
  });

  it('runs no other, and learns none', async () => {
    const query = '{ __typename }';
    const hash = createHash('sha256').update(query).digest('hex');
    const other = await by({ query, extensions: { persistedQuery: { version: 1, sha256Hash: hash } } });
    expect([other.status, other.errors?.[0]?.extensions.code]).toEqual([403, 'PERSISTED_QUERIES_ONLY']);
    expect((await by({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } })).errors?.[0]?.extensions.code).toBe(
      'PERSISTED_QUERY_NOT_FOUND',
    );
  });

  it('has no page where that is switched off', async () => {
    expect((await closed.send({ method: 'GET', path: '/playground' })).status).toBe(404);
  });
});
