import { followed, type JsonSchema } from '#surfaces/rest/index.ts';
import { GraphQLInputObjectType, GraphQLList, type GraphQLInputFieldConfig, type GraphQLInputType } from 'graphql';
import { commonWords } from './common-words.ts';
import type { Enums } from './enums.ts';
import { camelCase, isIdentity, isLarge, pascalCase, singular } from './names.ts';
import type { Said } from './outputs.ts';
import { sentence } from './outputs.ts';
import { scalars } from './scalars.ts';
import { always, listOf } from './wrap.ts';

/** A field of an input: what it is called and takes, and how a value of it becomes what the operation takes. */
export interface InputField {
  /** Its key in the input of the operation. */
  readonly key: string;
  readonly config: GraphQLInputFieldConfig;
  readonly isRequired: boolean;
  /** Undefined where nothing is said: null for what cannot be null. */
  readonly read: (value: unknown) => unknown;
}

export interface InputTypes {
  /** The fields of an object, by their names here. @param name of the object, for objects inside that have none */
  fieldsOf(said: Said, name: string): ReadonlyMap<string, InputField>;
  /** An input object with some fields. */
  object(name: string, description: string, fields: ReadonlyMap<string, InputField>): GraphQLInputObjectType;
  readonly made: ReadonlyMap<string, GraphQLInputObjectType>;
}

interface Read {
  readonly type: GraphQLInputType;
  readonly mayBeNull: boolean;
  readonly read: (value: unknown) => unknown;
}

/** Words that say nothing of what they are about, where they stand alone. */
const tooGeneral = new Set(['Level', 'Format', 'Record', 'Kind', 'Type', 'Status']);
const asItIs = (value: unknown): unknown => value;

/** Turns schemas of inputs into types. */
export function createInputTypes(enums: Enums): InputTypes {
  const made = new Map<string, GraphQLInputObjectType>();
  const readers = new Map<string, Read>();

  function object(name: string, description: string, fields: ReadonlyMap<string, InputField>): GraphQLInputObjectType {
    const before = made.get(name);
    if (before !== undefined) return before;
    const type = new GraphQLInputObjectType({
      name,
      description,
      fields: Object.fromEntries([...fields].map(([field, { config }]) => [field, config])),
    });
    made.set(name, type);
    return type;
  }

  function fieldsOf(said: Said, name: string): ReadonlyMap<string, InputField> {
    const schema = followed(said.schema, said.root);
    const required = new Set(schema.required);
    const fields = new Map<string, InputField>();
    for (const [key, inner] of Object.entries(schema.properties ?? {})) {
      const { type, mayBeNull, read } = of({ schema: inner, root: said.root }, name, key);
      const isRequired = required.has(key);
      fields.set(camelCase(key), {
        key,
        isRequired,
        config: { type: isRequired ? always(type) : type, description: describedAs(key, inner) },
        read: (value) => (value === null ? (mayBeNull ? null : undefined) : read(value)),
      });
    }
    return fields;
  }

  /** An object that holds its like: one type by the id of its schema, whose fields are looked at when somebody asks for them. */
  function recursive(ref: string, root: JsonSchema): Read {
    const name = `${pascalCase(ref.replace(/^#\/\$defs\//, ''))}Input`;
    const before = readers.get(name);
    if (before !== undefined) return before;
    let fields: ReadonlyMap<string, InputField> | null = null;
    const own = () => (fields ??= fieldsOf({ schema: { $ref: ref }, root }, name));
    const type = new GraphQLInputObjectType({
      name,
      description: (followed({ $ref: ref }, root)['description'] as string | undefined) ?? `${sentence(name)}.`,
      fields: () => Object.fromEntries([...own()].map(([field, { config }]) => [field, config])),
    });
    made.set(name, type);
    const reader: Read = { type, mayBeNull: false, read: (value) => readFields(own(), value) };
    readers.set(name, reader);
    return reader;
  }

  function of({ schema: given, root }: Said, parent: string, key: string): Read {
    if (given.$ref !== undefined && holdsItself(given.$ref, root)) return recursive(given.$ref, root);
    const schema = followed(given, root);
    const choices = (schema.anyOf ?? schema.oneOf ?? []).map((choice) => followed(choice, root));
    const rest = choices.filter(({ type }) => type !== 'null');
    const mayBeNull = rest.length < choices.length || [schema.type ?? []].flat().includes('null') || isAnything(schema);
    if (schema['format'] === 'date-time' || rest.some((choice) => choice['format'] === 'date-time'))
      return { type: scalars.DateTime, mayBeNull, read: asItIs };
    if (rest.length === 1) return { ...of({ schema: rest[0]!, root }, parent, key), mayBeNull };
    if (rest.length > 1) return { type: choiceOf(rest, key), mayBeNull, read: asItIs };
    const words = schema.enum ?? (schema.const === undefined ? null : [schema.const]);
    if (words !== null) {
      const own = pascalCase(key);
      const inside = parent.replace(/Input$/, '') + own;
      const asEnum = enums.of(
        words.filter((word) => word !== null),
        tooGeneral.has(own) ? [inside] : [own, inside],
        `What ${sentence(key).toLowerCase()} may be.`,
      );
      if (asEnum !== null) return { type: asEnum, mayBeNull, read: asItIs };
    }
    const [type] = [schema.type ?? []].flat().filter((each) => each !== 'null');
    switch (type) {
      case 'string':
        return { type: isIdentity(key) ? scalars.id : scalars.text, mayBeNull, read: asItIs };
      case 'integer':
        return { type: isLarge(key) ? scalars.float : scalars.int, mayBeNull, read: asItIs };
      case 'number':
        return { type: scalars.float, mayBeNull, read: asItIs };
      case 'boolean':
        return { type: scalars.flag, mayBeNull, read: asItIs };
      case 'array': {
        const item = of({ schema: schema.items ?? {}, root }, parent, singular(key));
        const read = (value: unknown) => (Array.isArray(value) ? value.map((each) => item.read(each)) : value);
        return {
          type: isAnything(schema.items ?? {}) ? new GraphQLList(item.type) : listOf(item.type),
          mayBeNull,
          read,
        };
      }
      case 'object': {
        if (Object.keys(schema.properties ?? {}).length === 0) return { type: scalars.Json, mayBeNull, read: asItIs };
        const name = `${parent.replace(/Input$/, '')}${pascalCase(key)}Input`;
        const fields = fieldsOf({ schema, root }, name);
        return {
          type: object(name, (schema['description'] as string) ?? `${sentence(name)}.`, fields),
          mayBeNull,
          read: (value) => readFields(fields, value),
        };
      }
      default:
        return { type: scalars.Json, mayBeNull, read: asItIs };
    }
  }

  return { fieldsOf, object, made };
}

/** Whether a schema leads back to itself. */
function holdsItself(ref: string, root: JsonSchema): boolean {
  const seen = new Set<string>();
  const leads = (schema: unknown): boolean => {
    if (typeof schema !== 'object' || schema === null) return false;
    const inner = (schema as JsonSchema).$ref;
    if (inner === ref) return true;
    if (inner !== undefined) {
      if (seen.has(inner)) return false;
      seen.add(inner);
      return leads(followed({ $ref: inner }, root));
    }
    return Object.values(schema).some(leads);
  };
  return ref !== '#' && leads(followed({ $ref: ref }, root));
}

/** The input of an operation, of what was said in the fields. */
export function readFields(fields: ReadonlyMap<string, InputField>, said: unknown): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, value] of Object.entries((said ?? {}) as Record<string, unknown>)) {
    const field = fields.get(name);
    const read = field?.read(value);
    if (field !== undefined && read !== undefined) input[field.key] = read;
  }
  return input;
}

function choiceOf(choices: readonly JsonSchema[], key: string): GraphQLInputType {
  const types = new Set(choices.flatMap(({ type }) => type ?? []));
  if (isIdentity(key)) return scalars.id;
  if ([...types].every((type) => type === 'string' || type === 'integer' || type === 'number')) return scalars.TextOrNumber;
  if ([...types].every((type) => type === 'string' || type === 'array')) return listOf(scalars.text);
  return scalars.Json;
}

function isAnything(schema: JsonSchema): boolean {
  return schema.type === undefined && !schema.anyOf && !schema.oneOf && !schema.enum && schema.const === undefined && !schema.$ref;
}

function describedAs(key: string, schema: JsonSchema): string {
  const own = schema['description'] ?? commonWords[key];
  const byDefault = schema['default'];
  const isPlain = typeof byDefault === 'string' || typeof byDefault === 'number' || typeof byDefault === 'boolean';
  return [typeof own === 'string' ? own : undefined, isPlain ? `Unless said: ${String(byDefault)}.` : undefined]
    .filter(Boolean)
    .join('. ')
    .replaceAll('..', '.');
}
