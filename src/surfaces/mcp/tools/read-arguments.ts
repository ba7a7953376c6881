import { inputRejected, type Problem } from '#kernel/index.ts';
import { closest, distance } from 'fastest-levenshtein';
import type { JsonSchema } from './compact-schema.ts';

/**
 * Arguments as the schema spells them: camel case becomes snake case, texts become the numbers, flags, lists and objects that the schema
 * asks for, numbers become texts, and null is as good as absent where it is not wanted.
 * @throws REQUEST_INVALID for arguments that the schema does not have, with the nearest one that it has
 */
export function readArguments(tool: string, schema: JsonSchema, said: unknown): unknown {
  const problems: Problem[] = [];
  const read = readObject(schema, said ?? {}, '', problems);
  if (problems.length > 0) throw inputRejected({ operation: tool, problems });
  return read;
}

function readObject(schema: JsonSchema, given: unknown, at: string, problems: Problem[]): unknown {
  const said = typeof given === 'string' ? jsonOr(given, '{') : given;
  const { properties } = schema;
  if (properties === undefined || typeof said !== 'object' || said === null || Array.isArray(said)) return said;
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(said)) {
    const field = fieldOf(properties, name);
    const path = at === '' ? name : `${at}.${name}`;
    if (field === undefined) problems.push({ path, message: unknownArgument(name, Object.keys(properties)) });
    else if (Object.hasOwn(read, field)) problems.push({ path, message: `says ${field} a second time` });
    else {
      const brought = readValue(properties[field]!, value, path, problems);
      if (brought !== undefined) read[field] = brought;
    }
  }
  return read;
}

function readValue(schema: JsonSchema, said: unknown, path: string, problems: Problem[]): unknown {
  const types = typesOf(schema);
  if (types.length === 0) return said;
  if (said === null && !types.includes('null')) return undefined;
  if (types.includes('array')) {
    const list = typeof said === 'string' ? jsonOr(said, '[') : said;
    const { items } = schema;
    if (!Array.isArray(list) || items === undefined) return list;
    return list.map((item, index) => readValue(items, item, `${path}.${index}`, problems));
  }
  if (types.includes('object')) return readObject(schema, said, path, problems);
  if (typeof said === 'number' && types.includes('string') && !types.includes('number')) return String(said);
  if (typeof said !== 'string' || types.includes('string')) return wordOf(schema, said);
  const text = said.trim();
  if (types.includes('boolean') && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if ((types.includes('number') || types.includes('integer')) && /^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  return said;
}

/** `PARALLEL` is `parallel` where the schema has that word, and `priorityDependency` is `priority_dependency`. */
function wordOf({ enum: words }: JsonSchema, said: unknown): unknown {
  if (words === undefined || typeof said !== 'string') return said;
  return words.find((word) => word === said || word === said.toLowerCase() || word === snakeCase(said)) ?? said;
}

function typesOf({ type, anyOf }: JsonSchema): readonly string[] {
  if (type !== undefined) return typeof type === 'string' ? [type] : type;
  return (anyOf ?? []).flatMap(typesOf);
}

function fieldOf(properties: Readonly<Record<string, JsonSchema>>, said: string): string | undefined {
  return [said, snakeCase(said)].find((name) => Object.hasOwn(properties, name));
}

function snakeCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
}

/** An argument that nobody reads is a mistake that must not pass in silence: something else would be done than was meant. */
function unknownArgument(said: string, known: readonly string[]): string {
  if (known.length === 0) return 'is no argument of this tool, which takes none';
  const word = snakeCase(said);
  const nearest = closest(word, [...known]);
  const isNear = distance(word, nearest) <= Math.max(2, word.length / 3);
  const meant = isNear ? nearest : known.find((name) => `_${name}_`.includes(`_${word}_`));
  return meant === undefined
    ? `is no argument of this tool; it takes ${known.join(', ')}`
    : `is no argument of this tool; did you mean ${meant}?`;
}

function jsonOr(text: string, opening: '{' | '['): unknown {
  if (!text.trimStart().startsWith(opening)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
