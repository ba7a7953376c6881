import {
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLUnionType,
  printSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { inputRejected } from '#kernel/index.ts';
import type { GraphqlContext, Thing } from './context.ts';
import type { Noun } from './nouns.ts';
import type { Fields, OutputTypes } from './outputs.ts';
import { scalars } from './scalars.ts';
import { always, listOf } from './wrap.ts';

const specification = 'https://specs.apollo.dev/federation/v2.7';
const mostEntities = 100;

/** Types that other servers of a federation may point at, with their keys. */
export function keyedTypes(nouns: readonly Noun[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(nouns.map(({ type, keys }) => [type, keys]));
}

/** What a router of a federation asks: the schema with its keys, and things by their keys. */
export function federationFields(
  nouns: readonly Noun[],
  outputs: OutputTypes,
  plain: () => GraphQLSchema,
): { fields: Fields; types: readonly GraphQLNamedType[] } {
  const any = new GraphQLScalarType<unknown>({
    name: '_Any',
    description: 'A thing of another server: its type as __typename, and a key.',
  });
  const service = new GraphQLObjectType<Thing, GraphqlContext>({
    name: '_Service',
    description: 'This server, as a part of a federation.',
    fields: { sdl: { type: always(scalars.text), description: 'The schema with its keys.' } },
  });
  let sdl: string | null = null;
  if (nouns.length === 0) return { fields: {}, types: [] };
  const entity = new GraphQLUnionType({
    name: '_Entity',
    description: 'A thing that has a key.',
    types: nouns.map(({ type }) => outputs.made.get(type)!),
    resolveType: (thing: Thing) => thing['__typename'] as string,
  });
  return {
    types: [any, service, entity],
    fields: {
      _service: {
        type: always(service),
        description: 'This server, for the router of a federation.',
        extensions: { isFree: true },
        resolve: () => ({ sdl: (sdl ??= federationSchema(plain())) }),
      },
      _entities: {
        type: new GraphQLNonNull(new GraphQLList(entity)),
        description: 'Things by their keys, for the router of a federation.',
        args: {
          representations: { type: always(listOf(any)), description: `At most ${mostEntities}.` },
        },
        extensions: { isList: true, usualLimit: mostEntities, sizeOf: 'representations' },
        resolve(_parent, args, { batches }) {
          const { representations } = args as { representations: readonly unknown[] };
          const refused = (message: string) => inputRejected({ operation: '_entities', problems: [{ path: 'representations', message }] });
          if (representations.length > mostEntities) throw refused(`has more than ${mostEntities}`);
          return representations.map(async (representation) => {
            const thing = (typeof representation === 'object' && representation !== null ? representation : {}) as Thing;
            const type = thing['__typename'];
            const noun = nouns.find((one) => one.type === type);
            const key = noun?.keys.find((one) => typeof thing[one] === 'string' || typeof thing[one] === 'number');
            if (noun === undefined || key === undefined) throw refused('names no type and key of this server');
            const found = await batches.one(noun.type, key, String(thing[key]));
            return found === null ? null : { ...found, __typename: noun.type };
          });
        },
      },
    },
  };
}

/** The schema as a router reads it, with the keys of its types. @param plain the schema without what only the router asks for */
export function federationSchema(plain: GraphQLSchema): string {
  const keyed = plain.extensions['keyed'] as Readonly<Record<string, readonly string[]>>;
  const sdl = printSchema(plain).replaceAll(/^type (\w+)(?= \{$)/gm, (line, type: string) =>
    [line, ...(Object.hasOwn(keyed, type) ? keyed[type]! : []).map((key) => `@key(fields: "${key}")`)].join(' '),
  );
  return `extend schema @link(url: "${specification}", import: ["@key"])\n\n${sdl}`;
}
