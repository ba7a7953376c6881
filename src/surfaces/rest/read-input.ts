import { inputRejected, type Problem } from '#kernel/index.ts';
import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { fieldReader, type FieldReader } from './field-reader.ts';
import { fieldsOf, jsonSchemaOf } from './json-schema.ts';
import type { RestRoute } from './projection.ts';
import { snakeCase } from './spelling.ts';

/** The parts of a request an input is made of. */
export interface RequestParts {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | string[]>>;
  /** Undefined where there is none. */
  readonly body: unknown;
}

export interface InputReader {
  /** Whether the input has a field, as the schema spells it. */
  readonly hasField: (field: string) => boolean;
  read(parts: RequestParts): Record<string, unknown>;
}

/**
 * The codec of inputs, the one place that knows older spellings: each field may be said in camel case, in snake case or by a named alias, in the path,
 * the body or the query (the earlier wins); texts of the path and query become numbers, flags and lists as the schema has them.
 * The schema is looked at when the first request comes: a server has a reader for each of its routes, and starts within the time of a few.
 */
export function createInputReader(name: string, input: z.ZodType, { aliases }: Pick<RestRoute, 'aliases'>): InputReader {
  let known: KnownFields | null = null;

  return {
    hasField: (field) => (known ??= knownFields(input, aliases)).readers.has(field),
    read({ params, query, body }) {
      const { readers, fieldOf, takesAnything } = (known ??= knownFields(input, aliases));
      const values: Record<string, unknown> = {};
      const problems: Problem[] = [];
      const fromText = (said: string, text: string | string[]) => {
        const field = fieldOf(said);
        if (field === undefined) {
          if (said !== '__proto__' && !Object.hasOwn(values, said)) values[said] = text;
          return;
        }
        if (Object.hasOwn(values, field)) return;
        const value = readers.get(field)?.fromText(text);
        // Several values under one name are a list, which a field of one value is not.
        if (Array.isArray(text) && value === text) problems.push({ path: field, message: `is given ${text.length} times` });
        values[field] = value;
      };
      for (const param in params) fromText(param, params[param]!);
      if (body !== undefined) {
        if (typeof body !== 'object' || body === null || Array.isArray(body)) {
          problems.push({ path: '', message: 'the body has to be a JSON object' });
        } else {
          const unknown = takeBody(body as Record<string, unknown>, values, fieldOf, readers);
          if (!takesAnything) problems.push(...unknown.map((said) => ({ path: said, message: unknownField(said, [...readers.keys()]) })));
        }
      }
      for (const said in query) fromText(said, query[said]!);
      if (problems.length > 0) throw inputRejected({ operation: name, problems });
      return values;
    },
  };
}

interface KnownFields {
  /** By field, as the schema spells it. */
  readonly readers: ReadonlyMap<string, FieldReader>;
  /** The field that a spelling means. */
  readonly fieldOf: (said: string) => string | undefined;
  readonly takesAnything: boolean;
}

function knownFields(input: z.ZodType, aliases: RestRoute['aliases']): KnownFields {
  const root = jsonSchemaOf(input, 'input');
  const readers = new Map<string, FieldReader>();
  const fieldBy = new Map<string, string>();
  for (const [field, schema] of Object.entries(fieldsOf(root))) {
    readers.set(field, fieldReader(schema, root));
    fieldBy.set(snakeCase(field), field);
  }
  for (const [alias, field] of Object.entries(aliases)) fieldBy.set(snakeCase(alias), field);
  return {
    readers,
    fieldOf: (said) => (readers.has(said) ? said : (fieldBy.get(said) ?? fieldBy.get(snakeCase(said)))),
    takesAnything: root['additionalProperties'] !== undefined && root['additionalProperties'] !== false,
  };
}

/** A field that nobody reads is a mistake that must not pass in silence: the job would run with something else than was meant. */
function unknownField(said: string, known: readonly string[]): string {
  if (known.length === 0) return 'is no field of this request, which has none';
  const nearest = closest(said, [...known]);
  return distance(said.toLowerCase(), nearest.toLowerCase()) <= Math.max(2, said.length / 3)
    ? `is no field of this request; ${nearest} is`
    : `is no field of this request; there are ${known.join(', ')}`;
}

/** @returns fields that the input does not have */
function takeBody(
  body: Readonly<Record<string, unknown>>,
  values: Record<string, unknown>,
  fieldOf: (said: string) => string | undefined,
  readers: ReadonlyMap<string, FieldReader>,
): string[] {
  const unknown: string[] = [];
  for (const said of Object.keys(body)) {
    const field = fieldOf(said) ?? said;
    // The path wins; and where a field is there in two spellings, the schema's own.
    if (Object.hasOwn(values, field) || (field !== said && Object.hasOwn(body, field))) continue;
    const reader = readers.get(field);
    if (reader === undefined) unknown.push(said);
    values[field] = reader === undefined ? body[said] : reader.fromJson(body[said]);
  }
  return unknown;
}
