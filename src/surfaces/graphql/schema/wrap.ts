import { GraphQLList, GraphQLNonNull, type GraphQLInputType, type GraphQLOutputType, type GraphQLScalarType } from 'graphql';

type Wrappable = GraphQLInputType | GraphQLOutputType;
// The library's types tell inputs from outputs only before they are wrapped; what is wrapped stays what it was.
type Wrapped<Type extends Wrappable> = Type extends GraphQLInputType
  ? Type extends GraphQLOutputType
    ? Type
    : GraphQLInputType
  : GraphQLOutputType;

/** The type, never null. */
export function always<Type extends Wrappable>(type: Type): Wrapped<Type> {
  return (type instanceof GraphQLNonNull ? type : new GraphQLNonNull(type as GraphQLScalarType)) as unknown as Wrapped<Type>;
}

/** Lists of the type, without null among them. */
export function listOf<Type extends Wrappable>(type: Type): Wrapped<Type> {
  return new GraphQLList(always(type)) as unknown as Wrapped<Type>;
}
