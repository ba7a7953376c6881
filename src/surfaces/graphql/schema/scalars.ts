import {
  GraphQLBoolean,
  GraphQLError,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLScalarType,
  GraphQLString,
  Kind,
  type ConstValueNode,
} from 'graphql';

/** Any JSON value. As an argument it may be written as GraphQL, or come in a variable. */
export const Json = new GraphQLScalarType<unknown>({
  name: 'JSON',
  description: 'Any JSON value.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  coerceInputValue: (value) => value,
  coerceInputLiteral: jsonOf,
  coerceOutputValue: (value) => value,
});

/** A point in time. Answers have RFC 3339 in UTC; arguments may also be milliseconds since 1970. */
export const DateTime = new GraphQLScalarType<unknown>({
  name: 'DateTime',
  description: 'A point in time: RFC 3339 in UTC; as an argument also milliseconds since 1970.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  coerceInputValue: textOrNumber,
  coerceInputLiteral: (node) => textOrNumber(jsonOf(node)),
  coerceOutputValue: (value) => value,
});

/** What may be said as a word or as a number: a priority, a duration. */
export const TextOrNumber = new GraphQLScalarType<unknown>({
  name: 'TextOrNumber',
  description: 'A word or a number, as the field says. A word may be written with quotes or without: HIGH, "30s", 500.',
  coerceInputValue: textOrNumber,
  coerceInputLiteral: (node) => textOrNumber(jsonOf(node)),
  coerceOutputValue: (value) => value,
});

export const scalars = {
  Json,
  DateTime,
  TextOrNumber,
  id: GraphQLID,
  text: GraphQLString,
  int: GraphQLInt,
  float: GraphQLFloat,
  flag: GraphQLBoolean,
};

function textOrNumber(value: unknown): string | number {
  if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw new GraphQLError('is neither a text nor a number');
}

/** A literal as a value. */
function jsonOf(node: ConstValueNode): unknown {
  switch (node.kind) {
    case Kind.NULL:
      return null;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.STRING:
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return node.value;
    case Kind.LIST:
      return node.values.map(jsonOf);
    case Kind.OBJECT: {
      const made: Record<string, unknown> = {};
      for (const { name, value } of node.fields) {
        if (name.value === '__proto__') throw new GraphQLError('the key __proto__ is refused', { nodes: node });
        made[name.value] = jsonOf(value);
      }
      return made;
    }
  }
}
