import type { z } from 'zod';
import { followed, jsonSchemaOf, type JsonSchema } from './json-schema.ts';

/** One schema of an operation, with what it shares put among the components. */
export interface ComponentRoot {
  /** As it was made, with its `$defs`: to look into. */
  readonly inlined: JsonSchema;
  /** A field's schema, to put into the document. */
  fieldOf(name: string): JsonSchema | undefined;
  /** The whole object without the given fields, to put into the document. */
  without(names: readonly string[]): JsonSchema;
}

export interface Components {
  add(schema: z.ZodType, io: 'input' | 'output'): ComponentRoot;
  /** The schema to put into the document: a reference where it has a name. */
  ref(schema: z.ZodType, io: 'input' | 'output'): JsonSchema;
  schemas(): Record<string, JsonSchema>;
}

const prefix = '#/components/schemas/';

/** Collects the schemas with a name (`.meta({ id })`) of a document. The accepted form of one that differs from the answered is `<Name>Input`. */
export function createComponents(): Components {
  const schemas: Record<string, JsonSchema> = { Error: errorSchema, PageMeta: pageMetaSchema };
  const texts = new Map<string, string>();
  const parts = new Map<string, string>();

  /** A free name for a definition; the same one for the same definition. */
  const nameFor = (wanted: string, definition: JsonSchema, io: 'input' | 'output'): { name: string; isNew: boolean } => {
    // Recursive parts without a name are numbered anew in each schema, so they are told apart by what they say.
    const isUnnamed = wanted.startsWith('__');
    const text = JSON.stringify(definition)
      .replaceAll(`"#/$defs/${wanted}"`, '"itself"')
      .replaceAll(/"#\/\$defs\/__\w+"/g, '"another"');
    const names = isUnnamed
      ? [parts.get(text) ?? `Part${parts.size + 1}`]
      : [wanted, io === 'input' ? `${wanted}Input` : `${wanted}Output`];
    for (const name of names) {
      if (texts.get(name) === text) return { name, isNew: false };
      if (Object.hasOwn(schemas, name)) continue;
      if (isUnnamed) parts.set(text, name);
      texts.set(name, text);
      return { name, isNew: true };
    }
    throw new TypeError(`three different schemas have the id ${wanted}: give each a name of its own`);
  };

  const hoist = (root: JsonSchema, io: 'input' | 'output'): ((schema: JsonSchema) => JsonSchema) => {
    const names = new Map<string, string>();
    const rewrite = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(rewrite);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .filter(([key]) => key !== '$defs' && key !== '$schema')
          .map(([key, inner]) => {
            if (key !== '$ref' || typeof inner !== 'string') return [key, rewrite(inner)];
            const name = names.get(inner.replace(/^#\/\$defs\//, ''));
            return [key, name === undefined ? inner : prefix + name];
          }),
      );
    };
    const fresh: [string, JsonSchema][] = [];
    for (const [id, definition] of Object.entries(root.$defs ?? {})) {
      const { name, isNew } = nameFor(id, definition, io);
      names.set(id, name);
      if (!isNew) continue;
      // Holds the name until all of them are known.
      schemas[name] = {};
      fresh.push([name, definition]);
    }
    for (const [name, definition] of fresh) schemas[name] = rewrite(definition) as JsonSchema;
    return (schema) => rewrite(schema) as JsonSchema;
  };

  return {
    add(schema, io) {
      const inlined = jsonSchemaOf(schema, io);
      const rewrite = hoist(inlined, io);
      const own = followed(inlined, inlined);
      return {
        inlined,
        fieldOf(name) {
          const found = fieldIn(inlined, name, inlined);
          return found === undefined ? undefined : rewrite(found);
        },
        without(names) {
          const drop = (object: JsonSchema): JsonSchema => ({
            ...object,
            ...(object.properties
              ? { properties: Object.fromEntries(Object.entries(object.properties).filter(([name]) => !names.includes(name))) }
              : {}),
            ...(object.required ? { required: object.required.filter((name) => !names.includes(name)) } : {}),
          });
          return rewrite(drop(own));
        },
      };
    },
    ref(schema, io) {
      const inlined = jsonSchemaOf(schema, io);
      return hoist(inlined, io)(inlined);
    },
    schemas: () => Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function fieldIn(schema: JsonSchema, name: string, root: JsonSchema): JsonSchema | undefined {
  const own = followed(schema, root);
  const found = own.properties?.[name];
  if (found) return found;
  for (const branch of [...(own.anyOf ?? []), ...(own.oneOf ?? []), ...(own.allOf ?? [])]) {
    const inner = fieldIn(branch, name, root);
    if (inner) return inner;
  }
  return undefined;
}

const errorSchema: JsonSchema = {
  type: 'object',
  description: 'The one body of every error.',
  required: ['error'],
  additionalProperties: false,
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'hint', 'status', 'requestId', 'timestamp', 'path', 'link'],
      additionalProperties: false,
      properties: {
        code: { type: 'string', pattern: '^[A-Z][A-Z0-9_]*$', description: 'Never changes its meaning: match on this.' },
        message: { type: 'string', description: 'What happened.' },
        hint: { type: 'string', description: 'What to do next.' },
        status: { type: 'integer', minimum: 400, maximum: 599 },
        details: {
          type: 'object',
          description: 'The values behind the message; for REQUEST_INVALID the list `problems` with the path of each field.',
        },
        requestId: { type: 'string', description: 'Names the request in the log of the server.' },
        timestamp: { type: 'string', format: 'date-time' },
        path: { type: 'string' },
        link: { type: 'string', description: 'Page that explains the code.' },
      },
    },
  },
};

const pageMetaSchema: JsonSchema = {
  type: 'object',
  required: ['pagination', 'timestamp'],
  additionalProperties: false,
  properties: {
    pagination: {
      type: 'object',
      required: ['page', 'limit', 'total', 'totalPages', 'hasNext', 'hasPrevious', 'offset', 'next', 'isTotalExact'],
      additionalProperties: false,
      properties: {
        page: { type: ['integer', 'null'], description: 'Counted from 1; null where the page was asked for by cursor.' },
        limit: { type: 'integer' },
        total: { type: 'integer' },
        totalPages: { type: 'integer' },
        hasNext: { type: 'boolean' },
        hasPrevious: { type: 'boolean' },
        offset: { type: ['integer', 'null'] },
        next: { type: ['string', 'null'], description: 'Asks for the next page as `after`; null at the end.' },
        isTotalExact: { type: 'boolean', description: 'False where counting stopped early: there are at least `total`.' },
      },
    },
    timestamp: { type: 'string', format: 'date-time' },
  },
};
