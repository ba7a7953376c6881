import {
  GraphQLList,
  getNamedType,
  isEnumType,
  isLeafType,
  Kind,
  parseType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type TypeNode,
} from 'graphql';

/** Names that variables are declared with in documents of earlier versions, whatever the schema called it then. */
const loose = new Set(['ID', 'ApiId', 'GraphQLApiId', 'UUID', 'Uuid', 'String', 'Int', 'Float', 'JSON', 'Json', 'DateTime', 'Boolean']);
/** Types that take more than what older names say. */
const lenient = new Set(['ID', 'JSON', 'DateTime', 'TextOrNumber', 'Float']);

/**
 * Declares variables anew that are declared by an older name of a type: `$id: String!` for an id, `$status: JobStatusGraphQL`, one value
 * where there is a list now. Only where all places that use a variable agree on what it is; everything else is left to be refused.
 */
export function redeclare(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  if (
    !document.definitions.some(
      (definition) => definition.kind === Kind.OPERATION_DEFINITION && (definition.variableDefinitions?.length ?? 0) > 0,
    )
  ) {
    return document;
  }
  const uses = new Map<string, GraphQLInputType | null>();
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      VariableDefinition: () => false,
      Variable({ name: { value: name } }) {
        const type = info.getInputType() ?? null;
        if (!uses.has(name)) uses.set(name, type);
        else if (String(getNamedType(uses.get(name) ?? undefined)) !== String(getNamedType(type ?? undefined))) uses.set(name, null);
      },
    }),
  );
  return visit(document, {
    VariableDefinition(node) {
      const wanted = uses.get(node.variable.name.value) ?? null;
      if (wanted === null) return undefined;
      const type = fitted(node.type, wanted, schema);
      return type === null ? undefined : { ...node, type };
    },
  });
}

/** The type a variable should have been declared with; null where what it has is right, or is another thing altogether. */
function fitted(declared: TypeNode, wanted: GraphQLInputType, schema: GraphQLSchema): TypeNode | null {
  const name = nameOf(declared);
  const target = getNamedType(wanted);
  if (!isLeafType(target))
    return name === `${target.name}GraphQL` || name === target.name.replace(/Input$/, '') ? renamed(declared, target.name) : null;
  const isOlderName =
    name === target.name ||
    name === `${target.name}GraphQL` ||
    (lenient.has(target.name) && loose.has(name)) ||
    (target.name === 'TextOrNumber' && isEnumType(schema.getType(name.replace(/GraphQL$/, '')))) ||
    (isEnumType(target) && name === 'String');
  if (!isOlderName) return null;
  if (
    hasList(wanted) &&
    declared.kind !== Kind.LIST_TYPE &&
    !(declared.kind === Kind.NON_NULL_TYPE && declared.type.kind === Kind.LIST_TYPE)
  ) {
    // One value is taken for a list of one.
    return parseType(`[${target.name}!]${declared.kind === Kind.NON_NULL_TYPE ? '!' : ''}`, { noLocation: true });
  }
  return name === target.name ? null : renamed(declared, target.name);
}

function hasList(type: GraphQLInputType): boolean {
  const bare = 'ofType' in type && !(type instanceof GraphQLList) ? type.ofType : type;
  return bare instanceof GraphQLList;
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}

function renamed(type: TypeNode, name: string): TypeNode {
  switch (type.kind) {
    case Kind.NAMED_TYPE:
      return { ...type, name: { ...type.name, value: name } };
    case Kind.LIST_TYPE:
      return { ...type, type: renamed(type.type, name) };
    case Kind.NON_NULL_TYPE:
      return { ...type, type: renamed(type.type, name) as Exclude<TypeNode, { kind: typeof Kind.NON_NULL_TYPE }> };
  }
}
