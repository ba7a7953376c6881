import { followed, typesOf, wordsOf, type JsonSchema } from './json-schema.ts';

/** Brings what arrived for one field into the form its schema expects; what cannot be is left for the schema to complain about. */
export interface FieldReader {
  /** Of a query or a path, where everything is text; a list where the name came several times. */
  fromText(said: string | readonly string[]): unknown;
  /** Of a JSON body. */
  fromJson(said: unknown): unknown;
}

/** Looks at the JSON Schema of a field once, so that requests need not. */
export function fieldReader(schema: JsonSchema, root: JsonSchema): FieldReader {
  const types = typesOf(schema, root);
  const words = wordsOf(schema, root);
  const spelled = new Map((words ?? []).map((word) => [word.toUpperCase(), word]));
  /** The word as the schema spells it: `low`, `Low` and `LOW` are one. */
  const word = (said: unknown) => (typeof said === 'string' ? (spelled.get(said.toUpperCase()) ?? said) : said);
  const scalar = (text: string): unknown => {
    if (types.has('string') || types.size === 0) return word(text);
    if (types.has('boolean') && flags.has(text.toLowerCase())) return flags.get(text.toLowerCase());
    if ((types.has('number') || types.has('integer')) && numeral.test(text)) return Number(text);
    if (types.has('null') && text === 'null') return null;
    if (types.has('object') && text.startsWith('{')) return jsonOr(text);
    return text;
  };
  const own = followed(schema, root);
  if (types.has('array')) {
    const items = arrayItems(own, root);
    const item = fieldReader(items ?? {}, root);
    return {
      fromText(said) {
        if (typeof said === 'string' && said.startsWith('[')) return jsonOr(said);
        const texts = typeof said === 'string' ? said.split(',').filter((text) => text !== '') : said;
        return texts.map((text) => item.fromText(text));
      },
      fromJson: (said) => (Array.isArray(said) ? said.map((each) => item.fromJson(each)) : said),
    };
  }
  return {
    fromText: (said) => (typeof said === 'string' ? scalar(said) : said),
    fromJson: spelled.size > 0 ? word : (said) => said,
  };
}

const numeral = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;
const flags: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['no', false],
]);

/** Reads a flag of a query; undefined where it is none. */
export function readFlag(text: string): boolean | undefined {
  return flags.get(text.toLowerCase());
}

/** Reads a number of a query; undefined where it is none. */
export function readNumber(text: string): number | undefined {
  return numeral.test(text) ? Number(text) : undefined;
}

function arrayItems(schema: JsonSchema, root: JsonSchema): JsonSchema | undefined {
  if (schema.items) return schema.items;
  for (const branch of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
    const found = arrayItems(followed(branch, root), root);
    if (found) return found;
  }
  return undefined;
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
