import { z } from 'zod';

/** A JSON Schema (2020-12) as far as we look into it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

/** Notes of ours on schemas that are no JSON Schema. */
const ownNotes = ['listing', 'placeholder', 'id', '$id'];

/**
 * The JSON Schema of a schema, tidied: no bounds that only say "a safe integer", no patterns that a format says better, none of our own notes.
 * Schemas with an id stand in `$defs`.
 */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const known = made[io].get(schema);
  if (known !== undefined) return known;
  const fresh = make(schema, io);
  made[io].set(schema, fresh);
  return fresh;
}

/** Routes, readers and the document ask for the same ones, and each takes milliseconds. */
const made = { input: new WeakMap<z.ZodType, JsonSchema>(), output: new WeakMap<z.ZodType, JsonSchema>() };

function make(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ jsonSchema }) {
      const loose = jsonSchema as Record<string, unknown>;
      if (loose['minimum'] === Number.MIN_SAFE_INTEGER) delete loose['minimum'];
      if (loose['maximum'] === Number.MAX_SAFE_INTEGER) delete loose['maximum'];
      if (loose['format'] !== undefined && typeof loose['pattern'] === 'string') delete loose['pattern'];
      for (const note of ownNotes) delete loose[note];
    },
  }) as JsonSchema;
}

/** A schema with `#/$defs/...` followed. */
export function followed(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let at = schema;
  for (let steps = 0; at.$ref !== undefined && steps < 20; steps++) {
    const next = at.$ref === '#' ? root : root.$defs?.[at.$ref.replace(/^#\/\$defs\//, '')];
    if (next === undefined) return {};
    at = next;
  }
  return at;
}

/** The fields of an object, or of every branch where it is a choice of objects. */
export function fieldsOf(schema: JsonSchema, root: JsonSchema = schema): Readonly<Record<string, JsonSchema>> {
  const own = followed(schema, root);
  const branches = [...(own.anyOf ?? []), ...(own.oneOf ?? []), ...(own.allOf ?? [])];
  return Object.assign({}, ...branches.map((branch) => fieldsOf(branch, root)), own.properties ?? {}) as Record<string, JsonSchema>;
}

/** Every type a value may have; empty where anything goes. */
export function typesOf(schema: JsonSchema, root: JsonSchema): ReadonlySet<string> {
  const own = followed(schema, root);
  const types = new Set<string>([own.type ?? []].flat());
  for (const value of own.enum ?? (own.const === undefined ? [] : [own.const])) types.add(value === null ? 'null' : typeof value);
  for (const branch of [...(own.anyOf ?? []), ...(own.oneOf ?? []), ...(own.allOf ?? [])])
    for (const type of typesOf(branch, root)) types.add(type);
  return types;
}

/** The texts a value may be, where it can be nothing else that is a text. */
export function wordsOf(schema: JsonSchema, root: JsonSchema): readonly string[] | null {
  const own = followed(schema, root);
  if (own.enum !== undefined) return own.enum.filter((value) => typeof value === 'string');
  if (typeof own.const === 'string') return [own.const];
  const branches = [...(own.anyOf ?? []), ...(own.oneOf ?? [])];
  if (branches.length === 0) return [own.type ?? []].flat().includes('string') || own.type === undefined ? null : [];
  const words: string[] = [];
  for (const branch of branches) {
    const inner = wordsOf(branch, root);
    if (inner === null) return null;
    words.push(...inner);
  }
  return words;
}
