/** A type as it is written: `[Task!]!`. */
export interface TypeText {
  readonly text: string;
  /** The name inside of it. */
  readonly name: string;
}

export interface Argument {
  readonly name: string;
  readonly description: string;
  readonly type: TypeText;
}

export interface Field extends Argument {
  readonly args: readonly Argument[];
  readonly deprecation: string | null;
}

export interface NamedType {
  readonly name: string;
  readonly kind: string;
  readonly description: string;
  /** Of objects, and of inputs. */
  readonly fields: readonly Field[];
  readonly values: readonly { readonly name: string; readonly description: string }[];
}

export interface Schema {
  readonly types: ReadonlyMap<string, NamedType>;
  /** Names of the root types, by the word that begins an operation. */
  readonly roots: ReadonlyMap<string, string>;
}

interface AskedType {
  readonly kind: string;
  readonly name: string | null;
  /** Absent where it was not asked for: inside of the innermost name there is none. */
  readonly ofType?: AskedType | null;
}
interface AskedField {
  readonly name: string;
  readonly description: string | null;
  readonly type: AskedType;
  readonly args?: readonly AskedField[];
  readonly deprecationReason?: string | null;
}
interface Asked {
  readonly kind: string;
  readonly name: string;
  readonly description: string | null;
  readonly fields: readonly AskedField[] | null;
  readonly inputFields: readonly AskedField[] | null;
  readonly enumValues: readonly { readonly name: string; readonly description: string | null }[] | null;
}
export interface Introspection {
  readonly __schema: {
    readonly queryType: { readonly name: string };
    readonly mutationType: { readonly name: string } | null;
    readonly subscriptionType: { readonly name: string } | null;
    readonly types: readonly Asked[];
  };
}

const type = '{ kind name ofType { kind name ofType { kind name ofType { kind name } } } }';
const input = `name description type ${type}`;
export const introspection = `{ __schema { queryType { name } mutationType { name } subscriptionType { name } types { kind name description
  fields(includeDeprecated: true) { name description deprecationReason args { ${input} } type ${type} }
  inputFields { ${input} } enumValues { name description } } } }`;

export function schemaOf({ __schema: said }: Introspection): Schema {
  const roots = [
    ['query', said.queryType],
    ['mutation', said.mutationType],
    ['subscription', said.subscriptionType],
  ] as const;
  return {
    roots: new Map(roots.flatMap(([word, root]) => (root === null ? [] : [[word, root.name]]))),
    types: new Map(
      said.types
        .filter(({ name }) => !name.startsWith('__'))
        .map(({ kind, name, description, fields, inputFields, enumValues }) => [
          name,
          {
            kind,
            name,
            description: description ?? '',
            fields: (fields ?? inputFields ?? []).map(fieldOf),
            values: (enumValues ?? []).map((value) => ({ name: value.name, description: value.description ?? '' })),
          },
        ]),
    ),
  };
}

function fieldOf({ name, description, type: said, args = [], deprecationReason = null }: AskedField): Field {
  return { name, description: description ?? '', type: typeText(said), args: args.map(fieldOf), deprecation: deprecationReason };
}

function typeText({ kind, name, ofType = null }: AskedType): TypeText {
  if (ofType === null) return { text: name ?? '', name: name ?? '' };
  const inner = typeText(ofType);
  return { text: kind === 'LIST' ? `[${inner.text}]` : `${inner.text}!`, name: inner.name };
}
