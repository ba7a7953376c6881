import {
  getNamedType,
  isObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

/** Objects inside of objects, so that a type that leads back to itself ends. */
const deepest = 4;

/**
 * Writes out what is asked of a field that was one piece of JSON in earlier versions and is an object now: `errorDetails` without a selection
 * asks for all of it. Only of fields with the extension `isOnceJson`; any other object without a selection is left to be refused.
 */
export function completeSelections(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const info = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(info, {
      Field(node): FieldNode | undefined {
        const field = info.getFieldDef();
        if (node.selectionSet !== undefined || field?.extensions['isOnceJson'] !== true) return undefined;
        const type = getNamedType(field.type);
        return isObjectType(type) ? { ...node, selectionSet: everythingOf(type, deepest) } : undefined;
      },
    }),
  );
}

/** Every field that needs no argument and costs nothing beside its parent. */
function everythingOf(type: GraphQLObjectType, depth: number): SelectionSetNode {
  const selections = Object.values(type.getFields()).flatMap((field): FieldNode[] => {
    if (field.args.length > 0 || field.extensions['cost'] !== undefined) return [];
    const inner = getNamedType(field.type);
    const name = { kind: Kind.NAME, value: field.name } as const;
    if (!isObjectType(inner)) return [{ kind: Kind.FIELD, name }];
    return depth > 1 ? [{ kind: Kind.FIELD, name, selectionSet: everythingOf(inner, depth - 1) }] : [];
  });
  return { kind: Kind.SELECTION_SET, selections };
}
