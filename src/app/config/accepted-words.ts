import type { Setting } from '#kernel/index.ts';
import { z } from 'zod';

interface Schema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  items?: Schema;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

type Quote = (text: string) => string;

/** Which values a setting takes, in words for people. @param quote how values that are meant word for word are marked */
export function acceptedWords(one: Setting, quote: Quote = (text) => text): string {
  return words(z.toJSONSchema(one.type, { io: 'input', unrepresentable: 'any' }) as Schema, quote);
}

function words(schema: Schema, quote: Quote): string {
  if (schema.anyOf) return schema.anyOf.map((one) => words(one, quote)).join(' or ');
  if (schema.enum) return schema.enum.map((value) => quote(String(value))).join(', ');
  if (schema.const !== undefined) return quote(JSON.stringify(schema.const));
  switch (schema.type) {
    case 'boolean':
      return `${quote('true')}, ${quote('false')}`;
    case 'null':
      return 'nothing';
    case 'array':
      return `list of ${schema.items?.type === 'string' ? 'texts' : 'values'}`;
    case 'integer':
    case 'number':
      return [schema.type === 'integer' ? 'whole number' : 'number', range(schema)].filter(Boolean).join(' ');
    case 'object':
      return 'mapping';
    case 'string':
      return schema.format === 'uri' ? 'URL' : 'text';
    default:
      return schema.type ?? 'any value';
  }
}

function range({ minimum, maximum, exclusiveMinimum }: Schema): string {
  // Zod writes the largest safe integer where nobody set an end.
  const from =
    exclusiveMinimum !== undefined
      ? `above ${exclusiveMinimum}`
      : minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER
        ? `from ${minimum}`
        : '';
  const to = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `to ${maximum}` : '';
  return [from, to].filter(Boolean).join(' ');
}
