import { consoleLineInvalid } from '../errors.ts';
import { expand, type Lookup } from './expand.ts';
import { faultText, scan, type Token } from './scan.ts';

/** A line of the console, read but not yet understood. */
export interface ReadLine {
  /** With values in the place of variables. */
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Where the result goes instead of the terminal. */
  readonly target: { readonly file: string; readonly isAppended: boolean } | null;
}

/** What a person copies along with a command. */
const copiedPrompt = /^\s*(?:ratchet>\s*)+/;

/**
 * Takes comments and `> file` off, puts values in, and splits. An empty line gives null. Where the result goes is decided before values
 * are put in: a value never writes a file.
 * @throws CONSOLE_LINE_INVALID
 */
export function readLine(line: string, lookup: Lookup): ReadLine | null {
  const bare = line.replace(copiedPrompt, '').replaceAll(/(^|\s)\\\r?\n/g, '$1 ');
  const { commentAt, redirectAt } = scan(bare);
  const said = commentAt === null ? bare : bare.slice(0, commentAt);
  const command = redirectAt === null ? said : said.slice(0, redirectAt);
  const target = redirectAt === null ? null : targetOf(said.slice(redirectAt), lookup);
  const text = expand(command, lookup).trim();
  if (text === '') {
    if (target !== null) throw consoleLineInvalid({ problem: 'Empty command', help: '' });
    return null;
  }
  return { text, tokens: split(text), target };
}

/** @throws CONSOLE_LINE_INVALID */
function split(text: string): readonly Token[] {
  const { tokens, fault } = scan(text);
  if (fault !== null) throw consoleLineInvalid({ problem: faultText[fault], help: '' });
  return tokens;
}

function targetOf(text: string, lookup: Lookup): ReadLine['target'] {
  const isAppended = text.startsWith('>>');
  const tokens = split(expand(text.slice(isAppended ? 2 : 1), lookup));
  if (tokens.length !== 1) throw consoleLineInvalid({ problem: 'Behind > stands the name of one file', help: '' });
  return { file: tokens[0]!.text, isAppended };
}

/** Whether further lines belong to this one. */
export function goesOn(text: string): boolean {
  return scan(text).goesOn;
}
