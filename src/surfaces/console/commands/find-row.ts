import { closest, distance } from 'fastest-levenshtein';
import { consoleLineInvalid } from '../errors.ts';
import type { Token } from '../language/scan.ts';
import type { ConsoleRow } from './console-rows.ts';

/** The action of a category when none is named; `list` for others that have it. */
const usualActions: Readonly<Record<string, string>> = { server: 'status', db: 'status', repo: 'list', mcp: 'tools' };

export interface FoundRow {
  readonly row: ConsoleRow;
  /** What stands behind its words. */
  readonly rest: readonly Token[];
}

/**
 * The command that a line begins with: the longest whose words are there. The action may be left out: `task` is `task list`.
 * @throws CONSOLE_LINE_INVALID
 */
export function findRow(tokens: readonly Token[], rows: readonly ConsoleRow[], builtIns: readonly string[]): FoundRow {
  const words = tokens.map(({ text }) => text);
  const depth = depthOf(words, rows);
  if (depth === 0) {
    const near = nearest(words[0] ?? '', [...new Set([...rows.map((row) => row.words.split(' ')[0]!), ...builtIns])]);
    throw consoleLineInvalid({ problem: `Unknown command category: ${words[0] ?? ''}${near}`, help: '' });
  }
  const category = words.slice(0, depth).join(' ');
  const actions = actionsOf(category, rows);
  const next = words[depth];
  const isAction = next !== undefined && !next.startsWith('-') && !tokens[depth]!.isQuoted;
  const named = rows.find((row) => row.words === category);
  if (named !== undefined) {
    // `monitor lgos` means an action, where `analyze 12` means what stands behind.
    if (isAction && nearest(next, actions) !== '') throw unknownAction(category, next, actions);
    return { row: named, rest: tokens.slice(depth) };
  }
  if (next !== undefined && isAction) throw unknownAction(category, next, actions);
  const usual = usualRow(category, rows);
  if (usual !== undefined) return { row: usual, rest: tokens.slice(depth) };
  throw consoleLineInvalid({ problem: `${category} needs an action. Available commands: ${actions.join(', ')}`, help: category });
}

/** What a category means without an action, if anything. */
export function usualRow(category: string, rows: readonly ConsoleRow[]): ConsoleRow | undefined {
  return (
    rows.find(({ words }) => words === category) ?? rows.find(({ words }) => words === `${category} ${usualActions[category] ?? 'list'}`)
  );
}

/** How many words from the first on lead to commands: two of `server backup 7`. */
export function depthOf(words: readonly string[], rows: readonly ConsoleRow[]): number {
  let depth = 0;
  while (depth < words.length && leadsOn(words.slice(0, depth + 1).join(' '), rows)) depth++;
  return depth;
}

const leadsOn = (said: string, rows: readonly ConsoleRow[]) => rows.some(({ words }) => words === said || words.startsWith(`${said} `));

function unknownAction(category: string, said: string, actions: readonly string[]): Error {
  const problem = `Unknown ${category} command: '${said}'. Available commands: ${actions.join(', ')}${nearest(said, actions)}`;
  return consoleLineInvalid({ problem, help: category });
}

/** The words that may stand behind these, each once. */
export function actionsOf(category: string, rows: readonly ConsoleRow[]): string[] {
  const taken = category.split(' ').length;
  const below = rows.filter(({ words }) => words.startsWith(`${category} `));
  return [...new Set(below.map(({ words }) => words.split(' ')[taken]!))];
}

/** `. Did you mean task?`, or nothing. @param isCaseKept whether the known names have capitals, as variables do */
export function nearest(said: string, known: readonly string[], isCaseKept = false): string {
  if (known.length === 0 || said === '') return '';
  const wanted = isCaseKept ? said : said.toLowerCase();
  const near = closest(wanted, [...known]);
  return distance(wanted, near) <= (said.length < 3 ? 1 : Math.max(2, Math.floor(said.length / 3))) ? `. Did you mean ${near}?` : '';
}
