import { isDeepStrictEqual } from 'node:util';
import { isMap, isNode, isScalar, Lexer, parseDocument, stringify, type Document, type Node, type YAMLMap } from 'yaml';

export interface ConfigEdit {
  /** From the top of the file: `['profiles', 'staging', 'http', 'timeout']`. */
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * The text of a YAML (or JSON) file with one value changed or added, and all else as it stands: comments, order, quotes, blank lines.
 * Null where that cannot be done without changing something else, such as a value that other places of the file use too.
 */
export function editConfigText(text: string, edit: ConfigEdit): string | null {
  const before = quietly(() => treeOf(text));
  if (before === null) return null;
  const wanted = withValue(before, edit.path, edit.value);
  for (const way of [editJson, editInPlace, editDocument]) {
    const edited = quietly(() => way(text, edit));
    if (edited === null || !isDeepStrictEqual(commentsOf(edited), commentsOf(text))) continue;
    if (
      isDeepStrictEqual(
        quietly(() => treeOf(edited)),
        wanted,
      )
    )
      return edited;
  }
  return null;
}

function treeOf(text: string): unknown {
  const document = parseDocument(text.replace(/^\uFEFF/, ''), { merge: true });
  if (document.errors.length > 0) throw document.errors[0]!;
  return document.toJS({ maxAliasCount: 100 }) ?? {};
}

function commentsOf(text: string): string[] {
  const tokens = [...new Lexer().lex(text)];
  return tokens.filter((token, index) => token.startsWith('#') && tokens[index - 1] !== startOfScalar);
}

/** What the lexer puts before the text of a value. */
const startOfScalar = '\u001f';

function withValue(tree: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const level = typeof tree === 'object' && tree !== null && !Array.isArray(tree) ? (tree as Record<string, unknown>) : {};
  return { ...level, [key]: withValue(level[key], rest, value) };
}

/** A file that is JSON stays JSON. */
function editJson(text: string, { path, value }: ConfigEdit): string | null {
  if (!text.trimStart().startsWith('{')) return null;
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? '  ';
  const isOnOneLine = !text.trim().includes('\n');
  const edited = JSON.stringify(withValue(JSON.parse(text), path, value), null, isOnOneLine ? undefined : indent);
  return text.endsWith('\n') ? `${edited}\n` : edited;
}

/** Writes over the value, or puts a line below its section, and touches no other character. */
function editInPlace(text: string, { path, value }: ConfigEdit): string | null {
  const document = parseDocument(text);
  const there: unknown = document.getIn(path, true);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  if (isNode(there) && there.range) {
    const [start, end] = there.range;
    return `${text.slice(0, start)}${inline(value)}${text.slice(end)}`;
  }
  const { section, depth } = deepestSection(document, path);
  if (section === null) return `${text}${text === '' || text.endsWith('\n') ? '' : newline}${lines(path, value, '', newline)}${newline}`;
  const { key: first } = section.items[0]!;
  if (section.flow === true || !isNode(first)) return null;
  const indent = indentOf(first, text);
  if (indent === null) return null;
  const empty = section.items.find(({ key }) => isScalar(key) && key.value === path[depth]);
  const last = empty ?? section.items.at(-1)!;
  const lastNode = isNode(last.value) && last.value.range && empty === undefined ? last.value : last.key;
  if (!isNode(lastNode) || !lastNode.range) return null;
  // What belongs to the last line, such as a comment at its end, stays with it.
  const behind = text.slice(0, lastNode.range[1]).trimEnd().length;
  const lineEnd = text.indexOf('\n', behind);
  const added =
    empty === undefined ? lines(path.slice(depth), value, indent, newline) : lines(path.slice(depth + 1), value, `${indent}  `, newline);
  if (lineEnd < 0) return `${text}${newline}${added}${newline}`;
  return `${text.slice(0, lineEnd + 1)}${added}${newline}${text.slice(lineEnd + 1)}`;
}

/** The innermost section on the way that has something in it. */
function deepestSection(document: Document, path: readonly string[]): { section: YAMLMap | null; depth: number } {
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const found: unknown = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (isMap(found) && found.items.length > 0) return { section: found, depth };
  }
  return { section: null, depth: 0 };
}

/** The blanks before a key; null where something else stands before it on its line. */
function indentOf({ range }: Node, text: string): string | null {
  if (!range) return null;
  const indent = text.slice(text.lastIndexOf('\n', range[0] - 1) + 1, range[0]);
  return indent.trim() === '' ? indent : null;
}

/** One value on one line. */
function inline(value: unknown): string {
  const isList = typeof value === 'object' && value !== null;
  return isList ? JSON.stringify(value) : stringify(value, { lineWidth: 0 }).trimEnd();
}

function lines(path: readonly string[], value: unknown, indent: string, newline: string): string {
  return path
    .map((key, index) => `${indent}${'  '.repeat(index)}${inline(key)}:${index === path.length - 1 ? ` ${inline(value)}` : ''}`)
    .join(newline);
}

/** By way of the parsed document: keeps comments and order, and may write blanks and quotes anew. */
function editDocument(text: string, { path, value }: ConfigEdit): string {
  const document = parseDocument(text);
  document.setIn(path, document.createNode(value));
  return document.toString({ lineWidth: 0 });
}

function quietly<Value>(work: () => Value): Value | null {
  try {
    return work();
  } catch {
    return null;
  }
}
