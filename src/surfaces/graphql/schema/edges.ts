import { mostListed, inputRejected } from '#kernel/index.ts';
import { type GraphQLObjectType } from 'graphql';
import type { Thing } from './context.ts';
import { links, type Link } from './nouns.ts';
import type { Field, Fields } from './outputs.ts';
import { scalars } from './scalars.ts';
import { always, listOf } from './wrap.ts';

const usualEdges = 10;

/** The fields of a type that lead to other things. @param typeOf the type of a noun; null where the schema has none */
export function edgesOf(type: string, typeOf: (noun: string) => GraphQLObjectType | null): Fields {
  const fields: Fields = {};
  for (const link of links) {
    const to = link.on === type ? typeOf(link.to) : null;
    if (to !== null) fields[link.field] = link.many === undefined ? toOne(link, to) : toMany(link, link.many, to);
  }
  return fields;
}

function toOne({ to, from, describe }: Link, type: GraphQLObjectType): Field {
  return {
    type,
    description: describe,
    resolve(parent, _args, { batches }) {
      const id = at(parent, from);
      return id === null ? null : batches.one(to, 'id', id);
    },
  };
}

function toMany({ to, from, describe }: Link, where: string, type: GraphQLObjectType): Field {
  return {
    type: always(listOf(type)),
    description: `${describe.replace(/\.$/, '')}; ask for a list with a filter to see more than ${mostListed}.`,
    args: { limit: { type: scalars.int, description: `At most so many, up to ${mostListed}. Unless said: ${usualEdges}.` } },
    extensions: { isList: true, usualLimit: usualEdges },
    resolve(parent, args, { batches }) {
      const limit = (args as { limit?: number | null }).limit ?? usualEdges;
      if (limit < 1 || limit > mostListed) {
        const message = `has to be between 1 and ${mostListed}`;
        throw inputRejected({ operation: `the edge to ${to}`, problems: [{ path: 'limit', message }] });
      }
      const id = at(parent, from);
      return id === null ? [] : batches.many(to, where, id, limit);
    },
  };
}

/** What stands at a dotted path, as a key. */
function at(thing: Thing, path: string): string | null {
  let found: unknown = thing;
  for (const step of path.split('.')) found = (found as Thing | null)?.[step] ?? null;
  return typeof found === 'string' || typeof found === 'number' ? `${found}` : null;
}
