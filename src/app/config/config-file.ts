import { readFileSync } from 'node:fs';
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { configUnreadable } from '../errors.ts';

/** A value as it stands in a configuration file, and where. */
export interface FileValue {
  readonly value: unknown;
  readonly line: number;
}

/** A key that leads to a value which is no mapping (or to an empty one). */
export interface FileKey {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly line: number;
}

/** Settings by section: those of the file itself, or those of one profile in it. */
export interface FilePart {
  /** The value at a dotted key, or undefined when the part does not say. */
  at(key: string): FileValue | undefined;
  /** Line of a place inside the value at a key, or of the nearest place around it. */
  lineOf(key: string, inside: readonly PropertyKey[]): number;
  /** Every key that leads to a value, lists counted as values. */
  keys(): FileKey[];
}

/** A parsed configuration file. */
export interface ConfigFile extends FilePart {
  readonly path: string;
  /** What it was read from, to tell whether it has changed. */
  readonly text: string;
  /** The profile it asks for. */
  readonly profile: FileValue | undefined;
  /** Names of the profiles that have a section in it. */
  readonly profiles: readonly string[];
  profilePart(name: string): FilePart | null;
}

/**
 * Reads a YAML (or JSON) configuration file.
 * @throws CONFIG_UNREADABLE with file and line when it is missing or not YAML.
 */
export function readConfigFile(path: string): ConfigFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (caught) {
    throw configUnreadable({ file: path, detail: caught instanceof Error ? caught.message : String(caught) });
  }
  return parseConfigFile(path, text);
}

/** Reads the text of a configuration file. @throws CONFIG_UNREADABLE */
export function parseConfigFile(path: string, text: string): ConfigFile {
  const { document, tree, lines } = parse(path, text.replace(/^\uFEFF/, ''));
  const lineOfPath = (keys: readonly PropertyKey[]): number => {
    for (let length = keys.length; length > 0; length--) {
      const start = startOf(document, keys.slice(0, length));
      if (start !== null) return lines.linePos(start).line;
    }
    return 1;
  };
  const part = (prefix: readonly string[]): FilePart => ({
    at(key) {
      const found = valueAt(tree, [...prefix, ...key.split('.')]);
      return found === null || found === undefined ? undefined : { value: found, line: lineOfPath([...prefix, ...key.split('.')]) };
    },
    lineOf: (key, inside) => lineOfPath([...prefix, ...key.split('.'), ...inside]),
    keys: () => leaves(valueAt(tree, prefix), prefix, lineOfPath).map((leaf) => ({ ...leaf, path: leaf.path.slice(prefix.length) })),
  });
  const whole = part([]);
  const sections = valueAt(tree, ['profiles']);
  const names = isMapping(sections) ? Object.keys(sections) : [];
  return {
    path,
    text,
    ...whole,
    profile: whole.at('profile'),
    profiles: names,
    profilePart: (name) => (names.includes(name) ? part(['profiles', name]) : null),
  };
}

function parse(path: string, text: string): { document: Document; tree: unknown; lines: LineCounter } {
  const lines = new LineCounter();
  const broken = (detail: string, place = '') => configUnreadable({ file: `${path}${place}`, detail });
  try {
    const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
    const problem = document.errors[0];
    if (problem) {
      const at = lines.linePos(problem.pos[0]);
      throw broken(problem.message, `:${at.line}:${at.col}`);
    }
    const { contents } = document;
    if (contents !== null && !isMap(contents) && !(isScalar(contents) && contents.value === null))
      throw broken('it must be a mapping of sections such as `http:`');
    // A hundred expansions of aliases: enough for people, too few for a "billion laughs".
    return { document, tree: document.toJS({ maxAliasCount: 100 }), lines };
  } catch (caught) {
    if (configUnreadable.is(caught)) throw caught;
    throw broken(caught instanceof Error ? caught.message : String(caught));
  }
}

function startOf(document: Document, keys: readonly PropertyKey[]): number | null {
  const last = keys.at(-1);
  const parent: unknown = keys.length === 1 ? document.contents : document.getIn(keys.slice(0, -1), true);
  // The line of the key itself, not of the first thing below it.
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === last);
    if (pair && isNode(pair.key) && pair.key.range) return pair.key.range[0];
  }
  const node: unknown = document.getIn(keys, true);
  return isNode(node) && node.range ? node.range[0] : null;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(tree: unknown, path: readonly string[]): unknown {
  let value = tree;
  for (const part of path) {
    if (!isMapping(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}

function leaves(value: unknown, path: readonly string[], lineOf: (path: readonly string[]) => number): FileKey[] {
  if (!isMapping(value)) return value === undefined || path.length === 0 ? [] : [{ path, value, line: lineOf(path) }];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key], lineOf));
}
