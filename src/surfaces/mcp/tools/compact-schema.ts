import { z } from 'zod';
import type { ObjectSchema } from '../offer.ts';

/** As much of JSON Schema as our own schemas use. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly default?: unknown;
  readonly description?: string;
}

/** The JSON Schema of an object with everything that is known of it. */
export function fullSchema(schema: z.ZodObject, io: 'input' | 'output'): ObjectSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest as ObjectSchema;
}

/**
 * Arguments as a model has to know them: names, types, words, what is required, and defaults that are not simply off, 0 or empty.
 * Bounds and patterns are left out: who breaks one is told which, and every word here is paid for by every client in every conversation.
 */
export function compactArguments(schema: JsonSchema): ObjectSchema {
  return { ...shortened(schema), type: 'object' };
}

/**
 * Answers as a model has to know them before it calls: the names of their fields, but for those that say again what was asked, and for
 * points in time. What stands in them it sees when it has called, and the reference has all of it. Nothing is required, because an answer may
 * be an error.
 */
export function compactAnswer(answer: JsonSchema, asked: JsonSchema): ObjectSchema {
  const names = Object.keys(answer.properties ?? {}).filter(
    (name) => !Object.hasOwn(asked.properties ?? {}, name) && !/_(?:at|timestamp)$|^(?:sorting|filters)$/.test(name),
  );
  return { type: 'object', properties: Object.fromEntries(names.map((name) => [name, {}])) };
}

function shortened(schema: JsonSchema): JsonSchema {
  const { type, properties, required, items, description } = schema;
  const isOff = schema.default === undefined || typeof schema.default === 'object' || isNothing(schema.default);
  return {
    ...(schema.enum ? { enum: schema.enum } : type === undefined ? {} : { type: plain(type) }),
    ...(description === undefined ? {} : { description }),
    ...(isOff ? {} : { default: schema.default }),
    ...(properties && Object.keys(properties).length > 0
      ? { properties: Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, shortened(field)])) }
      : {}),
    ...(required && required.length > 0 ? { required } : {}),
    ...(items && Object.keys(shortened(items)).length > 0 ? { items: shortened(items) } : {}),
  };
}

/** Null stands for what is left out: nobody has to be told. */
function plain(type: string | readonly string[]): string | readonly string[] {
  if (typeof type === 'string') return type;
  const [first, ...others] = type.filter((one) => one !== 'null');
  return others.length === 0 ? first! : [first!, ...others];
}

/** What a reader takes for granted. */
function isNothing(value: unknown): boolean {
  return value === false || value === 0 || value === '';
}
