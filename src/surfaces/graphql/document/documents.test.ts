import { buildSchema, Kind, parse, print, type DocumentNode, type OperationDefinitionNode, type TypeNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { verifies } from '../../../../tests/requirements/verifies.ts';
import { createDocuments } from './documents.ts';
import { shapeOf } from './measure.ts';

const schema = buildSchema(`
  scalar JSON
  scalar DateTime
  enum Colour { RED GREEN }
  type Thing { id: ID! name: String things(limit: Int): [Thing!]! }
  type ThingList { items: [Thing!]! total: Int! }
  input Page { limit: Int }
  type Detail { code: String! frames: [Frame!]! thing(id: ID!): Thing }
  type Frame { line: Int! }
  type Query { once: Detail object: Detail things(limit: Int, pagination: Page, colour: Colour, colours: [Colour!], since: DateTime, filter: JSON): ThingList! thing(id: ID!): Thing named(name: String!): Thing }
`);
Object.assign(schema.getQueryType()!.getFields()['things']!.extensions, { isList: true });
Object.assign(schema.getQueryType()!.getFields()['once']!.extensions, { isOnceJson: true });
const limits = { depth: 6, cost: 1_000, aliases: 5, tokens: 500 };
const documents = createDocuments(schema, limits, true);

function outcome(text: string, variables: Record<string, unknown> = {}): string {
  const prepared = documents.prepare(text);
  const code = (error: unknown) =>
    (error as { code?: string; originalError?: { code: string } }).code ??
    (error as { originalError?: { code: string } }).originalError?.code ??
    'GRAPHQL_INVALID';
  if ('errors' in prepared) return code(prepared.errors[0]);
  try {
    documents.operationOf(prepared.document, null, variables);
    return 'ok';
  } catch (caught) {
    return `${code(caught)} ${(caught as Error).message}`;
  }
}

describe('A document', () => {
  it('is refused when it nests too deep, by itself or through fragments', () => {
    verifies('graphql.limits');
    const nested = (depth: number) => `{ thing(id: 1) ${'{ things '.repeat(depth)} { id } ${'}'.repeat(depth)} }`;
    expect(outcome(nested(3))).toBe('ok');
    expect(outcome(nested(6))).toMatch(/^GRAPHQL_TOO_MUCH/);
    expect(
      outcome(
        '{ thing(id: 1) { ...A } } fragment A on Thing { things { things { ...B } } } fragment B on Thing { things { things { things { id } } } }',
      ),
    ).toBe('GRAPHQL_TOO_MUCH');
  });

  it('is refused when brackets stand in brackets without end, before it is read', () => {
    expect(outcome(`{ things(filter: ${'['.repeat(90)}${']'.repeat(90)}) { total } }`)).toBe('ok');
    expect(outcome(`{ things(filter: ${'['.repeat(200)}${']'.repeat(200)}) { total } }`)).toBe('GRAPHQL_TOO_MUCH');
    const brackets = '['.repeat(400);
    expect(outcome(`# ${brackets}\n{ named(name: "\\"${brackets}") { id } }`)).toBe('ok');
    expect(outcome(`{ named(name: """\n${brackets}\n\\"""${brackets}""") { id } }`)).toBe('ok');
  });

  it('is refused when it costs too much, by what its lists may hold', () => {
    expect(outcome('{ things(limit: 100) { items { id things { id } } } }')).toBe('ok');
    expect(outcome('{ things(limit: 600) { items { things { id } } } }')).toMatch(/^GRAPHQL_TOO_MUCH.*cost/);
    expect(outcome('query($n: Int) { things(limit: $n) { items { id } } }', { n: 5_000 })).toMatch(/^GRAPHQL_TOO_MUCH/);
    expect(outcome('query($n: Int) { things(limit: $n) { items { id } } }', { n: 50 })).toBe('ok');
    expect(outcome('query($p: Page) { things(pagination: $p) { items { id } } }', { p: { limit: 5_000 } })).toMatch(/^GRAPHQL_TOO_MUCH/);
    expect(outcome('query($n: Int) { things(pagination: { limit: $n }) { items { id } } }', { n: 5_000 })).toMatch(/^GRAPHQL_TOO_MUCH/);
  });

  it('is refused when it calls too many fields something else, or is too long', () => {
    expect(outcome(`{ ${Array.from({ length: 6 }, (_, n) => `a${n}: thing(id: ${n}) { id }`).join(' ')} }`)).toBe('GRAPHQL_TOO_MUCH');
    expect(outcome(`{ ${'__typename '.repeat(600)} }`)).toBe('GRAPHQL_TOO_MUCH');
  });

  it('that stands for millions of fields is measured in no time', () => {
    const fragments = Array.from(
      { length: 60 },
      (_, n) => `fragment F${n} on Thing { ${n === 59 ? 'a: id' : `...F${n + 1} ...F${n + 1}`} }`,
    );
    const started = performance.now();
    const shape = shapeOf(parse(`{ thing(id: 1) { ...F0 } } ${fragments.join(' ')}`));
    expect(performance.now() - started).toBeLessThan(200);
    expect(shape.aliases).toBeGreaterThan(1e15);
  });

  it('with fragments that contain themselves is refused by the rules', () => {
    expect(outcome('{ thing(id: 1) { ...A } } fragment A on Thing { things { ...A } }')).toBe('GRAPHQL_INVALID');
  });

  it('has to say which of several operations is meant', () => {
    expect(outcome('query A { __typename } query B { __typename }')).toMatch(/^GRAPHQL_INVALID.*A, B/);
  });

  it('may not ask for the schema where that is switched off, and is given no suggestions either', () => {
    const closed = createDocuments(schema, limits, false);
    const [error] = (closed.prepare('{ __schema { types { name } } }') as { errors: readonly Error[] }).errors;
    expect(error!.message).toMatch(/introspection/i);
    const [typo] = (closed.prepare('{ thin(id: 1) { id } }') as { errors: readonly Error[] }).errors;
    expect(typo!.message).not.toMatch(/thing/);
  });
});

describe('Variables declared by older names of types', () => {
  const declared = (text: string) => {
    const prepared = documents.prepare(text) as { document: DocumentNode };
    const operation = prepared.document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION) as OperationDefinitionNode;
    return operation.variableDefinitions!.map(({ type }) => printed(type));
  };
  const printed = (type: TypeNode): string =>
    type.kind === Kind.NON_NULL_TYPE
      ? `${printed(type.type)}!`
      : type.kind === Kind.LIST_TYPE
        ? `[${printed(type.type)}]`
        : type.name.value;

  it.each([
    ['query($id: String!) { thing(id: $id) { id } }', 'ID!'],
    ['query($id: GraphQLApiId!) { thing(id: $id) { id } }', 'ID!'],
    ['query($id: Int!) { thing(id: $id) { id } }', 'ID!'],
    ['query($c: ColourGraphQL) { things(colour: $c) { total } }', 'Colour'],
    ['query($c: String) { things(colour: $c) { total } }', 'Colour'],
    ['query($c: Colour) { things(colours: $c) { total } }', '[Colour!]'],
    ['query($t: String) { things(since: $t) { total } }', 'DateTime'],
    ['query($f: String) { things(filter: $f) { total } }', 'JSON'],
  ])('are declared anew: %s', (text, type) => {
    expect(declared(text)).toEqual([type]);
  });

  it.each([
    'query($id: Colour!) { thing(id: $id) { id } }',
    'query($n: ID!) { named(name: $n) { id } }',
    'query($n: String!) { thing(id: $n) { id } named(name: $n) { id } }',
  ])('are left to the rules where they are something else: %s', (text) => {
    expect(outcome(text)).toBe('GRAPHQL_INVALID');
  });

  it('may ask for the whole of what was one piece of JSON', () => {
    const prepared = documents.prepare('{ once }');
    expect('document' in prepared && print(prepared.document).replaceAll(/\s+/g, ' ')).toBe('{ once { code frames { line } } }');
    expect(outcome('{ object }')).toBe('GRAPHQL_INVALID');
    expect(outcome('{ once { code } }')).toBe('ok');
  });
});
