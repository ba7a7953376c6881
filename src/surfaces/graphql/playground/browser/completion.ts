import type { Field, NamedType, Schema } from './schema.ts';
import { tokensOf, type Token } from './tokens.ts';

export interface Suggestion {
  readonly text: string;
  /** What is shown beside it. */
  readonly about: string;
}

export interface Completion {
  /** Where the word begins that a suggestion takes the place of. */
  readonly from: number;
  readonly suggestions: readonly Suggestion[];
}

/** Where the cursor is: inside of which brackets, of which type. */
type Place =
  | { readonly in: 'fields'; readonly type: NamedType | undefined; field: Field | undefined }
  | {
      readonly in: 'arguments';
      readonly of: readonly { readonly name: string; readonly type: { readonly name: string } }[];
      argument: string | null;
    }
  | { readonly in: 'declarations' }
  | { readonly in: 'list' };

const most = 50;

/** What may stand at a place of a document that is being written; nothing inside of texts and remarks. */
export function completionAt(text: string, at: number, schema: Schema): Completion {
  const before = tokensOf(text.slice(0, at));
  const last = before.at(-1);
  const touches = last !== undefined && last.at + last.text.length === at;
  if (touches && (last.kind === 'text' || last.kind === 'remark') && !/^".*"$/s.test(last.text)) return { from: at, suggestions: [] };
  const isInWord = touches && (last.kind === 'word' || last.kind === 'variable');
  const word = isInWord ? last.text : '';
  const read = (isInWord ? before.slice(0, -1) : before).filter(({ kind }) => kind !== 'remark');
  const wanted = word.toLowerCase();
  const all = possible(read, text, schema).filter((one) => one.text.toLowerCase().includes(wanted) && one.text !== word);
  const begins = (one: Suggestion) => (one.text.toLowerCase().startsWith(wanted) ? 0 : 1);
  return { from: at - word.length, suggestions: all.toSorted((a, b) => begins(a) - begins(b)).slice(0, most) };
}

function possible(tokens: readonly Token[], text: string, schema: Schema): Suggestion[] {
  const places: Place[] = [];
  let root = 'query';
  let onType: string | null = null;
  for (const [index, token] of tokens.entries()) {
    const place = places.at(-1);
    const previous = tokens[index - 1]?.text;
    if (token.text === '{') places.push(opened(place, onType, root, schema));
    else if (token.text === '(') places.push(inBrackets(place));
    else if (token.text === '[') places.push({ in: 'list' });
    else if (/^[)}\]]$/.test(token.text)) places.pop();
    else if (token.kind === 'word' && previous === 'on') onType = token.text;
    else if (token.kind === 'word' && place === undefined && schema.roots.has(token.text)) root = token.text;
    else if (token.kind === 'word' && place?.in === 'fields') place.field = place.type?.fields.find(({ name }) => name === token.text);
    else if (token.kind === 'word' && place?.in === 'arguments' && tokens[index + 1]?.text === ':') place.argument = token.text;
    else if (place?.in === 'arguments' && token.text !== ':') place.argument = null;
    if (token.text === '{') onType = null;
  }
  const place = places.at(-1);
  const previous = tokens.at(-1)?.text;
  if (previous === 'on') return compositeNames(schema);
  if (place === undefined) return ['query', 'mutation', 'subscription', 'fragment'].map((word) => ({ text: word, about: '' }));
  if (place.in === 'declarations') return previous === ':' || previous === '[' ? inputNames(schema) : [];
  if (place.in === 'fields') {
    if (previous === '...') return [{ text: 'on', about: 'a type' }, ...fragmentsOf(text)];
    return [...(place.type?.fields ?? []).map(shown), { text: '__typename', about: 'String!' }];
  }
  const inside = place.in === 'list' ? places.findLast((one) => one.in === 'arguments') : place;
  if (inside?.in !== 'arguments') return [];
  const type = inside.of.find(({ name }) => name === inside.argument)?.type.name;
  if (type === undefined) return place.in === 'list' ? [] : inside.of.map((one) => shown(one as Field));
  return [...valuesOf(schema.types.get(type)), ...variablesOf(text)];
}

function opened(place: Place | undefined, onType: string | null, root: string, schema: Schema): Place {
  if (onType !== null) return { in: 'fields', type: schema.types.get(onType), field: undefined };
  if (place === undefined) return { in: 'fields', type: schema.types.get(schema.roots.get(root) ?? ''), field: undefined };
  // An object within a list is of the type of the list.
  if (place.in === 'arguments') {
    const type = place.of.find(({ name }) => name === place.argument)?.type.name ?? '';
    return { in: 'arguments', of: schema.types.get(type)?.fields ?? [], argument: null };
  }
  if (place.in === 'fields') return { in: 'fields', type: schema.types.get(place.field?.type.name ?? ''), field: undefined };
  return { in: 'arguments', of: [], argument: null };
}

function inBrackets(place: Place | undefined): Place {
  return place?.in === 'fields' ? { in: 'arguments', of: place.field?.args ?? [], argument: null } : { in: 'declarations' };
}

const shown = ({ name, type }: Pick<Field, 'name' | 'type'>): Suggestion => ({ text: name, about: type.text });

function valuesOf(type: NamedType | undefined): Suggestion[] {
  if (type?.name === 'Boolean') return ['true', 'false'].map((text) => ({ text, about: 'Boolean' }));
  return (type?.values ?? []).map(({ name }) => ({ text: name, about: type?.name ?? '' }));
}

function compositeNames({ types }: Schema): Suggestion[] {
  return [...types.values()].filter(({ kind }) => /^(?:OBJECT|INTERFACE|UNION)$/.test(kind)).map(({ name }) => ({ text: name, about: '' }));
}

function inputNames({ types }: Schema): Suggestion[] {
  return [...types.values()]
    .filter(({ kind }) => /^(?:SCALAR|ENUM|INPUT_OBJECT)$/.test(kind))
    .map(({ name, kind }) => ({ text: name, about: kind }));
}

const variablesOf = (text: string): Suggestion[] =>
  [...new Set([...text.matchAll(/(\$\w+)\s*:/g)].map((found) => found[1]!))].map((name) => ({ text: name, about: 'variable' }));

const fragmentsOf = (text: string): Suggestion[] =>
  [...text.matchAll(/\bfragment\s+(\w+)\s+on\s+(\w+)/g)].map((found) => ({ text: found[1]!, about: found[2]! }));
