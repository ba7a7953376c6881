import type { Completion } from './complete.ts';

/**
 * Names of fields where JSON that is being typed wants one: behind `{` or `,` of its outermost object. In double quotes of the line the
 * quotes of JSON carry a backslash.
 * @param from where the word begins in the line @param word from its first quote or bracket to the cursor
 */
export function jsonFieldOptions(from: number, word: string, fields: readonly string[]): Completion | null {
  const outer = word.startsWith('"') ? '\\"' : '"';
  const json = word.replace(/^['"]/, '');
  const started = /[{,]\s*((?:\\?")?([A-Za-z_$][\w$-]*)?)$/.exec(json);
  if (started === null || depthOf(json) !== 1) return null;
  const typed = started[1]!;
  const named = new Set([...json.matchAll(/"([^"\\]+)\\?"\s*:/g)].map(([, name]) => name));
  const stem = started[2] ?? '';
  const options = fields.filter((name) => name.startsWith(stem) && !named.has(name)).map((name) => `${outer}${name}${outer}:`);
  return options.length === 0 ? null : { from: from + word.length - typed.length, options };
}

function depthOf(json: string): number {
  const bare = json.replaceAll(/"(?:[^"\\]|\\.)*"/g, '');
  return Array.from(bare).reduce((depth, char) => depth + ('{['.includes(char) ? 1 : '}]'.includes(char) ? -1 : 0), 0);
}
