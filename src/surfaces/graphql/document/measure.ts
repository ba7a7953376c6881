import {
  getNamedType,
  isCompositeType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { usualLimit } from '../schema/list-fields.ts';

/** What is remarkable about the shape of a document, whatever its schema. */
export interface Shape {
  readonly depth: number;
  readonly aliases: number;
}

/**
 * Measures depth and aliases of a document, fragments as often as they are spread. Each fragment is measured once, so that a few hundred bytes
 * that stand for millions of fields cost nothing; a fragment inside itself counts as nothing, and is refused later.
 */
export function shapeOf(document: DocumentNode): Shape {
  const fragments = fragmentsOf(document);
  const known = new Map<string, Shape>();
  const spread = (name: string): Shape => {
    const before = known.get(name);
    if (before !== undefined) return before;
    known.set(name, { depth: 0, aliases: 0 });
    const fragment = fragments.get(name);
    const shape = fragment === undefined ? { depth: 0, aliases: 0 } : ofSelections(fragment.selectionSet);
    known.set(name, shape);
    return shape;
  };
  const ofSelections = ({ selections }: SelectionSetNode): Shape => {
    let depth = 0;
    let aliases = 0;
    const add = (shape: Shape) => {
      depth = Math.max(depth, shape.depth);
      aliases += shape.aliases;
    };
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) add(spread(selection.name.value));
      else if (selection.kind === Kind.INLINE_FRAGMENT) add(ofSelections(selection.selectionSet));
      else {
        // Questions about the schema nest deeper than any other and cost little; the library bounds them.
        const inner =
          selection.selectionSet === undefined || isIntrospection(selection)
            ? { depth: 0, aliases: 0 }
            : ofSelections(selection.selectionSet);
        add({ depth: inner.depth + 1, aliases: inner.aliases + (selection.alias === undefined ? 0 : 1) });
      }
    }
    return { depth, aliases: Math.min(aliases, Number.MAX_SAFE_INTEGER) };
  };
  let depth = 0;
  let aliases = 0;
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const shape = ofSelections(definition.selectionSet);
    depth = Math.max(depth, shape.depth);
    aliases += shape.aliases;
  }
  return { depth, aliases };
}

/** What a field says of its cost, in its extensions. */
interface CostNotes {
  readonly cost?: number;
  readonly isFree?: boolean;
  /** Everything inside is there as often as the limit says. */
  readonly isList?: boolean;
  readonly usualLimit?: number;
  /** The argument that is a list of what is asked for. */
  readonly sizeOf?: string;
}

/**
 * What running an operation costs at most: one for each thing, what further reading costs for fields that say so, and what stands inside a list
 * times its limit. Of a valid document.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const fragments = fragmentsOf(document);
  const known = new Map<string, number>();
  const ofSelections = ({ selections }: SelectionSetNode, parent: GraphQLCompositeType): number => {
    let cost = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const { value: name } = selection.name;
        let inside = known.get(name);
        if (inside === undefined) {
          const fragment = fragments.get(name)!;
          inside = ofSelections(fragment.selectionSet, compositeType(schema, fragment.typeCondition.name.value) ?? parent);
          known.set(name, inside);
        }
        cost += inside;
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const named = selection.typeCondition && compositeType(schema, selection.typeCondition.name.value);
        cost += ofSelections(selection.selectionSet, named ?? parent);
      } else if (!isIntrospection(selection) && isObjectType(parent)) {
        const field = parent.getFields()[selection.name.value];
        if (field !== undefined) cost += ofField(selection, field);
      }
      if (cost > Number.MAX_SAFE_INTEGER) return Number.MAX_SAFE_INTEGER;
    }
    return cost;
  };
  const ofField = (node: FieldNode, field: GraphQLField<unknown, unknown>): number => {
    const notes = field.extensions as CostNotes;
    const type = getNamedType(field.type);
    const inside = node.selectionSet === undefined || !isCompositeType(type) ? 0 : ofSelections(node.selectionSet, type);
    const own = notes.isFree ? 0 : (notes.cost ?? (isCompositeType(type) ? 1 : 0));
    return own + inside * (notes.isList ? sizeOf(node, notes, variables) : 1);
  };
  const root = schema.getRootType(operation.operation);
  return root ? ofSelections(operation.selectionSet, root) : 0;
}

function compositeType(schema: GraphQLSchema, name: string): GraphQLCompositeType | null {
  const type = schema.getType(name);
  return type !== undefined && isCompositeType(type) ? type : null;
}

function sizeOf(
  node: FieldNode,
  { usualLimit: usual = usualLimit, sizeOf: argument }: CostNotes,
  variables: Readonly<Record<string, unknown>>,
): number {
  const said = (name: string) => node.arguments?.find((each) => each.name.value === name)?.value;
  const listed = argument === undefined ? undefined : said(argument);
  if (listed !== undefined) {
    const value = listed.kind === Kind.VARIABLE ? variables[listed.name.value] : listed.kind === Kind.LIST ? listed.values : null;
    return Array.isArray(value) ? value.length : usual;
  }
  const number = (value: ReturnType<typeof said>): number | null => {
    if (value?.kind === Kind.INT) return Number(value.value);
    if (value?.kind !== Kind.VARIABLE) return null;
    const given = variables[value.name.value];
    return typeof given === 'number' ? given : null;
  };
  const direct = number(said('limit'));
  if (direct !== null) return Math.max(0, direct);
  const pagination = said('pagination');
  if (pagination?.kind === Kind.OBJECT) {
    const inside = number(pagination.fields.find(({ name }) => name.value === 'limit')?.value);
    if (inside !== null) return Math.max(0, inside);
  }
  if (pagination?.kind === Kind.VARIABLE) {
    const { limit } = (variables[pagination.name.value] ?? {}) as { limit?: unknown };
    if (typeof limit === 'number') return Math.max(0, limit);
  }
  return usual;
}

function isIntrospection({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type' || name.value === '__typename';
}

function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
}
