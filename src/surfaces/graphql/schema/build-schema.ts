import type { ListField } from '#kernel/index.ts';
import { jsonSchemaOf, listingOf, type AnyOperation, type AnyStream } from '#surfaces/rest/index.ts';
import { GraphQLObjectType, GraphQLSchema, specifiedDirectives } from 'graphql';
import type { GraphqlContext, Thing } from './context.ts';
import { edgesOf } from './edges.ts';
import { createEnums } from './enums.ts';
import { federationFields, keyedTypes } from './federation.ts';
import { createInputTypes } from './inputs.ts';
import { legacyFields, markOnceJson, olderFields } from './legacy.ts';
import { nouns } from './nouns.ts';
import { isQuery, operationField } from './operation-fields.ts';
import { createOutputTypes, type Fields, type Said } from './outputs.ts';
import { scalars } from './scalars.ts';
import { followingFields } from './following-fields.ts';

export interface SchemaParts {
  readonly operations: readonly AnyOperation[];
  readonly streams: readonly AnyStream[];
  /** Without what a router of several servers asks for. */
  readonly isPlain?: boolean;
}

/**
 * The GraphQL schema of operations and streams: nothing in it is said here that they say themselves.
 * @throws TypeError where two of them want the same name
 */
export function buildGraphqlSchema({ operations, streams, isPlain = false }: SchemaParts): GraphQLSchema {
  const shown = operations.filter(({ on }) => on.graphql !== undefined);
  const listed = new Map<string, ListField>();
  for (const operation of shown) {
    const listing = listingOf(operation.input);
    for (const [field, about] of Object.entries(listing?.fields ?? {})) listed.set(`${listing!.noun}\n${field}`, about);
  }
  const types = new Set<string>();
  const enums = createEnums(
    (name) => !types.has(name) && !outputs.made.has(name) && !inputs.made.has(name),
    (name) => types.add(name),
  );
  const inputs = createInputTypes(enums);
  const outputs = createOutputTypes({
    enums,
    named: namedSchemas([
      ...operations.map(({ output }) => jsonSchemaOf(output, 'output')),
      ...streams.map(({ data }) => jsonSchemaOf(data, 'output')),
    ]),
    listed: (listing, field) => listed.get(`${listing}\n${field}`)?.describe,
    further: (type) => ({ ...olderFields(type, outputs), ...edgesOf(type, nounType) }),
  });
  const isThere = (type: string) => nouns.some((noun) => noun.type === type && shown.some(({ name }) => name === noun.list));
  const nounType = (type: string) => (isThere(type) ? outputs.made.get(type)! : null);

  // Nouns first, and with their fields, so that words of theirs are called after them.
  const ofNouns = nouns.filter(({ type }) => isThere(type));
  for (const noun of ofNouns) {
    const root = jsonSchemaOf(shown.find(({ name }) => name === noun.list)!.output, 'output');
    outputs.of({ schema: root.properties!['items']!.items!, root }, noun.type);
  }
  for (const { type } of ofNouns) outputs.made.get(type)!.getFields();

  const query: Fields = {};
  const mutation: Fields = {};
  for (const operation of shown) {
    const name = operation.on.graphql!;
    const fields = isQuery(operation) ? query : mutation;
    if (fields[name] !== undefined) throw new TypeError(`${operation.name} wants the field ${name}, which another operation has`);
    fields[name] = operationField(operation, name, { enums, inputs, outputs });
  }
  const parts = { enums, inputs, outputs, nounType, has: (name: string) => shown.some((operation) => operation.name === name) };
  legacyFields(query, mutation, parts);
  markOnceJson(nounType);
  const subscription: Fields = followingFields(streams, parts);
  const federation = isPlain ? null : federationFields(ofNouns, outputs, () => buildGraphqlSchema({ operations, streams, isPlain: true }));
  const root = (name: string, description: string, fields: Fields) =>
    Object.keys(fields).length === 0 ? null : new GraphQLObjectType<Thing, GraphqlContext>({ name, description, fields });
  return new GraphQLSchema({
    description: 'Runs JavaScript and TypeScript tasks in a sandbox.',
    query: root('Query', 'What can be read.', { ...query, ...federation?.fields }),
    mutation: root('Mutation', 'What can be changed.', mutation),
    subscription: root('Subscription', 'What can be followed.', subscription),
    types: [scalars.Json, scalars.DateTime, ...ofNouns.map(({ type }) => outputs.made.get(type)!), ...(federation?.types ?? [])],
    directives: specifiedDirectives,
    extensions: { keyed: keyedTypes(ofNouns) },
  });
}

/** Every schema with an id, each with the document it stands in. The first to say one wins: they are made of the same. */
function namedSchemas(roots: readonly Said['root'][]): ReadonlyMap<string, Said> {
  const named = new Map<string, Said>();
  for (const root of roots)
    for (const [id, schema] of Object.entries(root.$defs ?? {})) if (!named.has(id)) named.set(id, { schema, root });
  return named;
}
