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
 * The command that a line begins with. The action may be left out: `task` is `task list`.
 * @throws CONSOLE_LINE_INVALID
 */
export function findRow(tokens: readonly Token[], rows: readonly ConsoleRow[], builtIns: readonly string[]): FoundRow {
  const category = tokens[0]?.text ?? '';
  const actions = actionsOf(category, rows);
  if (actions === null) {
    const near = nearest(category, [...new Set([...rows.map(({ words }) => words.split(' ')[0]!), ...builtIns])]);
    throw consoleLineInvalid({ problem: `Unknown command category: ${category}${near}`, help: '' });
  }
  const [, second] = tokens;
  const found = (words: string, taken: number) => {
    const row = rows.find((one) => one.words === words);
    return row === undefined ? null : { row, rest: tokens.slice(taken) };
  };
  const isFlag = second !== undefined && second.text.startsWith('-');
  if (second !== undefined && !isFlag) {
    const named = found(`${category} ${second.text}`, 2);
    if (named !== null) return named;
    const alone = found(category, 1);
    if (alone !== null) return alone;
    throw unknownAction(category, second.text, actions);
  }
  const usual = found(category, 1) ?? found(`${category} ${usualActions[category] ?? 'list'}`, 1);
  if (usual !== null) return usual;
  throw consoleLineInvalid({ problem: `${category} needs an action. Available commands: ${actions.join(', ')}`, help: category });
}

function unknownAction(category: string, said: string, actions: readonly string[]): Error {
  const problem = `Unknown ${category} command: '${said}'. Available commands: ${actions.join(', ')}${nearest(said, actions)}`;
  return consoleLineInvalid({ problem, help: category });
}

/** Actions of a category; null where there is no such category. */
export function actionsOf(category: string, rows: readonly ConsoleRow[]): string[] | null {
  const own = rows.filter(({ words }) => words.split(' ')[0] === category);
  return own.length === 0 ? null : own.flatMap(({ words }) => words.split(' ').slice(1));
}

/** `. Did you mean task?`, or nothing. */
export function nearest(said: string, known: readonly string[]): string {
  if (known.length === 0 || said === '') return '';
  const near = closest(said.toLowerCase(), [...known]);
  return distance(said.toLowerCase(), near) <= (said.length < 3 ? 1 : Math.max(2, Math.floor(said.length / 3)))
    ? `. Did you mean ${near}?`
    : '';
}
