import { readFileSync } from 'node:fs';
import { configInvalid, configUnreadable } from './errors.ts';

/** A value as it stands in a configuration file, and where. */
export interface FileValue {
  value: unknown;
  line: number;
}

/** A parsed configuration file. Keys nobody knows are kept and harm nobody. */
export interface ConfigFile {
  readonly path: string;
  /** The value at a dotted key, or undefined when the file does not say. */
  at(key: string): FileValue | undefined;
  /** Every dotted key that leads to a value, lists counted as values. */
  keys(): string[];
}

/**
 * Reads a YAML (or JSON) configuration file.
 * @throws CONFIG_UNREADABLE with file and line when it is missing or not YAML.
 */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (caught) {
    throw configUnreadable({ file: path, detail: caught instanceof Error ? caught.message : String(caught) });
  }
  const { LineCounter, isMap, isScalar, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  // Aliases are allowed a hundred expansions: enough for people, too few for a "billion laughs".
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const problem = document.errors[0];
  if (problem) {
    const at = lines.linePos(problem.pos[0]);
    throw configUnreadable({ file: `${path}:${at.line}:${at.col}`, detail: problem.message });
  }
  if (document.contents !== null && !isMap(document.contents) && !(isScalar(document.contents) && document.contents.value === null)) {
    throw configUnreadable({ file: path, detail: 'it must be a mapping of sections such as `http:`' });
  }
  let tree: unknown;
  try {
    tree = document.toJS({ maxAliasCount: 100 });
  } catch (caught) {
    throw configUnreadable({ file: path, detail: caught instanceof Error ? caught.message : String(caught) });
  }

  const lineOf = (key: string): number => {
    const node: unknown = document.getIn(key.split('.'), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? (node.range as [number] | null) : null;
    return range ? lines.linePos(range[0]).line : 1;
  };
  return {
    path,
    at(key) {
      let value = tree;
      for (const part of key.split('.')) {
        if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
        value = (value as Record<string, unknown>)[part];
      }
      return value === null || value === undefined ? undefined : { value, line: lineOf(key) };
    },
    keys: () => leaves(tree, ''),
  };
}

function leaves(value: unknown, prefix: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return prefix ? [prefix] : [];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, prefix ? `${prefix}.${key}` : key));
}

/**
 * Replaces `${NAME}` and `${NAME:-fallback}` in every text inside a value by the environment's, so that secrets need not stand in the file.
 * Done when a setting is read, so that a variable for a part nobody uses need not exist.
 */
export function substitute(value: unknown, env: NodeJS.ProcessEnv, blame: { key: string; source: string }): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (whole, name: string, fallback: string | undefined) => {
      const found = env[name] ?? fallback;
      if (found === undefined) throw configInvalid({ ...blame, value: whole, problem: `the environment variable ${name} is not set` });
      return found;
    });
  }
  if (Array.isArray(value)) return value.map((item) => substitute(item, env, blame));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, substitute(inner, env, blame)]));
  }
  return value;
}
