import type { JsonSchema } from '../../src/surfaces/rest/json-schema.ts';

/** How a JSON Schema is written as a TypeScript type. */
export interface TypeStyle {
  /** The name that stands for a `$ref`. */
  readonly nameOf: (ref: string) => string;
  /** Whether it is what a caller gives: there a time may be a Date. */
  readonly isInput: boolean;
}

/** A JSON Schema as TypeScript: objects field by field with their descriptions, everything without a say as `unknown`. */
export function typeText(schema: JsonSchema, style: TypeStyle, indent = ''): string {
  const text = plainText(schema, style, indent);
  return style.isInput && schema['format'] === 'date-time' && text.includes('string') ? `${text} | Date` : text;
}

function plainText(schema: JsonSchema, style: TypeStyle, indent: string): string {
  if (schema.$ref !== undefined) return style.nameOf(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return union(schema.enum.map((value) => JSON.stringify(value)));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return union(choices.map((choice) => typeText(choice, style, indent)));
  if (schema.allOf !== undefined) return schema.allOf.map((part) => inBrackets(typeText(part, style, indent))).join(' & ');
  if (Array.isArray(schema.type)) return union(schema.type.map((type: string) => plainText({ ...schema, type }, style, indent)));
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      if (schema['prefixItems'] !== undefined) return tupleText(schema['prefixItems'] as JsonSchema[], style, indent);
      return `${style.isInput ? 'readonly ' : ''}${inBrackets(typeText(schema.items ?? {}, style, indent))}[]`;
    case 'object':
      return objectText(schema, style, indent);
    default:
      return 'unknown';
  }
}

function tupleText(items: readonly JsonSchema[], style: TypeStyle, indent: string): string {
  return `${style.isInput ? 'readonly ' : ''}[${items.map((item) => typeText(item, style, indent)).join(', ')}]`;
}

/** The fields of an object between braces; of one that holds anything, a record. */
export function objectText(schema: JsonSchema, style: TypeStyle, indent = ''): string {
  const fields = Object.entries(schema.properties ?? {});
  const more = schema['additionalProperties'];
  if (fields.length === 0) {
    if (more === false || more === undefined) return 'Record<string, never>';
    return `Record<string, ${more === true ? 'unknown' : typeText(more as JsonSchema, style, indent)}>`;
  }
  const required = new Set(schema.required ?? []);
  const inner = `${indent}  `;
  const lines = fields.map(([name, field]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    return `${comment(field['description'], inner)}${inner}${key}${required.has(name) ? '' : '?'}: ${typeText(field, style, inner)};\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

/** A doc comment on a line of its own, or nothing. */
export function comment(text: unknown, indent = ''): string {
  return typeof text === 'string' && text !== '' ? `${indent}/** ${text.replaceAll('*/', '* /')} */\n` : '';
}

export function union(texts: readonly string[]): string {
  const all = [...new Set(texts)];
  // Whatever may be anything is anything.
  return all.includes('unknown') ? 'unknown' : all.join(' | ');
}

function inBrackets(text: string): string {
  return / [|&] |^readonly /.test(text.replaceAll(/\{.*\}/gs, '')) ? `(${text})` : text;
}
