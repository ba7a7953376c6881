import { followed, type JsonSchema } from '#surfaces/rest/index.ts';
import { GraphQLList, GraphQLNonNull, GraphQLObjectType, type GraphQLFieldConfig, type GraphQLOutputType } from 'graphql';
import { commonWords } from './common-words.ts';
import type { GraphqlContext, Thing } from './context.ts';
import type { Enums } from './enums.ts';
import { camelCase, innerName, isIdentity, isLarge, pascalCase, singular } from './names.ts';
import { nouns, type Noun } from './nouns.ts';
import { scalars } from './scalars.ts';
import { always, listOf } from './wrap.ts';

export type Field = GraphQLFieldConfig<Thing, GraphqlContext>;
export type Fields = Record<string, Field>;

/** A schema of an answer, with the document its references point into. */
export interface Said {
  readonly schema: JsonSchema;
  readonly root: JsonSchema;
}

export interface OutputTypes {
  /** The type of an answer, as it is when it is there. @param name for an object that has none of its own */
  of(said: Said, name: string): { readonly type: GraphQLOutputType; readonly mayBeNull: boolean };
  /** Makes an object type of our own. */
  object(name: string, description: string, fields: () => Fields): GraphQLObjectType<Thing, GraphqlContext>;
  readonly made: ReadonlyMap<string, GraphQLObjectType>;
}

export interface OutputParts {
  readonly enums: Enums;
  /** Schemas with an id, of all operations. */
  readonly named: ReadonlyMap<string, Said>;
  /** What lists say of the fields of a noun, by listing and field. */
  readonly listed: (listing: string, field: string) => string | undefined;
  /** Fields a type has beside those of its schema. */
  readonly further: (type: string) => Fields;
}

const nounOf = new Map<string, Noun>(nouns.flatMap((noun) => [noun.type, ...noun.wider].map((id) => [id, noun] as const)));

/** Turns schemas of answers into types. An object with an id is one type wherever it stands; another is named for where it stands. */
export function createOutputTypes(parts: OutputParts): OutputTypes {
  const made = new Map<string, GraphQLObjectType<Thing, GraphqlContext>>();

  function object(name: string, description: string, fields: () => Fields): GraphQLObjectType<Thing, GraphqlContext> {
    const before = made.get(name);
    if (before !== undefined) return before;
    const type = new GraphQLObjectType<Thing, GraphqlContext>({
      name,
      description,
      fields: () => ({ ...fields(), ...parts.further(name) }),
    });
    made.set(name, type);
    return type;
  }

  function named(id: string): GraphQLObjectType | null {
    const noun = nounOf.get(id);
    if (noun !== undefined) return object(noun.type, noun.describe, () => nounFields(noun));
    const said = parts.named.get(id);
    if (said === undefined || said.schema.properties === undefined) return null;
    const description = said.schema['description'] as string | undefined;
    return object(pascalCase(id), description ?? `${sentence(id)}.`, () => fieldsOf([said], pascalCase(id), null));
  }

  function nounFields(noun: Noun): Fields {
    const base = parts.named.get(noun.type);
    if (base === undefined) throw new TypeError(`no schema has the id ${noun.type}`);
    const fields = fieldsOf([base], noun.type, noun);
    const shown = new Set<string>();
    for (const id of noun.wider) {
      const said = parts.named.get(id);
      if (said === undefined) continue;
      const isShown = id === `${noun.type}InFull`;
      for (const [name, field] of Object.entries(fieldsOf([said], noun.type, noun))) {
        if (fields[name] !== undefined) continue;
        if (isShown) shown.add(name);
        fields[name] = further(noun, name, field, shown.has(name));
      }
    }
    return fields;
  }

  /** A field that not every answer carries: read then, where it can be; else it is null. */
  function further(noun: Noun, name: string, field: Field, canBeRead: boolean): Field {
    const { type, resolve } = field;
    const key = keyOf(field) ?? name;
    return {
      ...field,
      type: type instanceof GraphQLNonNull ? (type.ofType as GraphQLOutputType) : type,
      description: canBeRead ? field.description : `${field.description ?? ''} Only in the answer to the change that made it; else null.`,
      extensions: { ...field.extensions, cost: canBeRead ? 1 : 0 },
      async resolve(parent, args, context, info) {
        const from = Object.hasOwn(parent, key) || !canBeRead ? parent : await context.batches.whole(noun.type, String(parent['id']));
        return resolve ? resolve(from, args, context, info) : (from[key] ?? null);
      },
    };
  }

  function fieldsOf(branches: readonly Said[], parent: string, noun: Noun | null): Fields {
    const fields: Fields = {};
    for (const { schema, root } of branches) {
      const required = new Set(schema.required);
      for (const [key, inner] of Object.entries(schema.properties ?? {})) {
        const name = camelCase(key);
        if (fields[name] !== undefined) continue;
        const { type, mayBeNull } = of({ schema: inner, root }, innerName(parent, key), key);
        const isAlways = required.has(key) && !mayBeNull && branches.length === 1;
        fields[name] = {
          type: isAlways ? always(type) : type,
          description: describedAs(key, inner, root, noun),
          extensions: { key },
          ...(key === name ? {} : { resolve: (from) => from[key] }),
        };
      }
    }
    return fields;
  }

  function describedAs(key: string, schema: JsonSchema, root: JsonSchema, noun: Noun | null): string | undefined {
    const own = schema['description'] ?? followed(schema, root)['description'];
    if (typeof own === 'string') return own;
    const listed = noun === null ? undefined : parts.listed(noun.listing, key);
    return listed === undefined ? commonWords[key] : `${listed}.`;
  }

  function of(said: Said, name: string, key = ''): { type: GraphQLOutputType; mayBeNull: boolean } {
    const { schema } = said;
    if (schema.$ref !== undefined) {
      const own = named(schema.$ref.replace(/^#\/\$defs\//, ''));
      if (own !== null) return { type: own, mayBeNull: false };
    }
    const { branches, mayBeNull } = branchesOf(said);
    return { type: one(branches, name, key), mayBeNull: mayBeNull || branches.length === 0 };
  }

  function one(branches: readonly Said[], name: string, key: string): GraphQLOutputType {
    const [first] = branches;
    if (first === undefined) return scalars.Json;
    if (branches.length === 1 && first.schema.$ref !== undefined) {
      const own = named(first.schema.$ref.replace(/^#\/\$defs\//, ''));
      if (own !== null) return own;
    }
    const schemas = branches.map((branch) => ({ schema: followed(branch.schema, branch.root), root: branch.root }));
    const words = schemas.flatMap(({ schema }) => schema.enum ?? (schema.const === undefined ? [] : [schema.const]));
    if (words.length > 0) {
      const asEnum = parts.enums.of(words, [name, `${name}Word`], `What ${sentence(name)} may be.`);
      if (asEnum !== null) return asEnum;
    }
    const types = new Set(schemas.flatMap(({ schema }) => schema.type ?? []));
    if (types.size !== 1) return types.size === 2 && types.has('integer') && types.has('number') ? scalars.float : scalars.Json;
    const { schema, root } = schemas[0]!;
    switch ([...types][0]) {
      case 'string':
        if (schema['format'] === 'date-time') return scalars.DateTime;
        return isIdentity(key) ? scalars.id : scalars.text;
      case 'integer':
        return isLarge(key) ? scalars.float : scalars.int;
      case 'number':
        return scalars.float;
      case 'boolean':
        return scalars.flag;
      case 'array': {
        const item = of({ schema: schema.items ?? {}, root }, singular(name), singular(key));
        return item.mayBeNull ? (new GraphQLList(item.type) as GraphQLOutputType) : listOf(item.type);
      }
      case 'object':
        if (schemas.some((each) => Object.keys(each.schema.properties ?? {}).length === 0)) return scalars.Json;
        return object(name, typeof schema['description'] === 'string' ? schema['description'] : `${sentence(name)}.`, () =>
          fieldsOf(schemas, name, null),
        );
      default:
        return scalars.Json;
    }
  }

  return { of, object, made };
}

/** What a value may be beside null. */
function branchesOf({ schema, root }: Said): { branches: readonly Said[]; mayBeNull: boolean } {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) {
    const inner = choices.map((choice) => branchesOf({ schema: choice, root }));
    return { branches: inner.flatMap(({ branches }) => branches), mayBeNull: inner.some(({ mayBeNull }) => mayBeNull) };
  }
  const types = [schema.type ?? []].flat();
  if (types.includes('null')) {
    const rest = types.filter((type) => type !== 'null');
    return {
      branches: rest.length === 0 ? [] : [{ schema: { ...schema, type: rest.length === 1 ? rest[0]! : rest }, root }],
      mayBeNull: true,
    };
  }
  const isAnything = types.length === 0 && schema.$ref === undefined && schema.enum === undefined && schema.const === undefined;
  return { branches: isAnything ? [] : [{ schema, root }], mayBeNull: isAnything };
}

function keyOf(field: Field): string | undefined {
  return (field.extensions as { key?: string } | undefined)?.key;
}

/** `TaskPushConflict` as words. */
export function sentence(name: string): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
