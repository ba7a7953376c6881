/** A piece of a line between blanks. */
export interface Token {
  /** Without the quotes around it. */
  readonly text: string;
  /** Whether a part of it stood in quotes. */
  readonly isQuoted: boolean;
  /** Where it stands in the line; `end` is behind it. */
  readonly start: number;
  readonly end: number;
}

export interface Scanned {
  readonly tokens: readonly Token[];
  /** What was not closed, or closed without having been opened. */
  readonly fault: 'quote' | 'braces' | 'brackets' | null;
  /** Whether another line may complete it: a bracket stands open, or a backslash ends it. */
  readonly goesOn: boolean;
  /** Where a comment begins, or null. */
  readonly commentAt: number | null;
  /** Where `>` or `>>` stands outside of everything, or null. */
  readonly redirectAt: number | null;
}

const closers: Readonly<Record<string, string>> = { '{': '}', '[': ']' };
const faultOf = (bracket: string) => ('{}'.includes(bracket) ? 'braces' : 'brackets');
const blank = /\s/;

/**
 * Splits a line at blanks that stand neither in quotes nor between `{}` or `[]`. Quotes are taken away; in double quotes `\"` and `\\` stand
 * for the second character. Between brackets only JSON strings count, so an apostrophe there is a character like any other.
 */
export function scan(text: string): Scanned {
  const tokens: Token[] = [];
  const open: string[] = [];
  let token: { text: string; isQuoted: boolean; start: number } | null = null;
  let quote: { mark: string; start: number } | null = null;
  let isInString = false;
  let fault: Scanned['fault'] = null;
  let commentAt: number | null = null;
  let redirectAt: number | null = null;
  const finish = (end: number) => {
    if (token !== null) tokens.push({ ...token, end });
    token = null;
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote === null && open.length === 0) {
      if (blank.test(char)) {
        finish(at);
        continue;
      }
      if (char === '#' && token === null) {
        commentAt = at;
        break;
      }
      if (char === '>' && token === null) redirectAt ??= at;
    }
    token ??= { text: '', isQuoted: false, start: at };
    if (quote !== null) {
      if (char === '\\' && quote.mark === '"' && /["\\]/.test(text[at + 1] ?? '')) token.text += text[++at]!;
      else if (char === quote.mark) quote = null;
      else token.text += char;
    } else if (open.length === 0 && (char === '"' || char === "'")) {
      quote = { mark: char, start: at };
      token.isQuoted = true;
    } else {
      token.text += char;
      if (isInString) {
        if (char === '\\') token.text += text[++at] ?? '';
        else isInString = char !== '"';
      } else if (char === '"' && open.length > 0) isInString = true;
      else if (closers[char] !== undefined) open.push(char);
      else if (char === '}' || char === ']') {
        const opened = open.pop();
        if (opened === undefined || closers[opened] !== char) fault ??= faultOf(char);
      }
    }
  }
  finish(text.length);
  const isOpen = open.length > 0 || (quote !== null && scan(text.slice(quote.start + 1)).goesOn);
  const goesOn = fault === null && (isOpen || (quote === null && commentAt === null && /(?:^|\s)\\$/.test(text)));
  if (fault === null && quote !== null) fault = 'quote';
  if (fault === null && open.length > 0) fault = faultOf(open.at(-1)!);
  return { tokens, fault, goesOn, commentAt, redirectAt };
}

/** What is said of a line that cannot be split. */
export const faultText = {
  quote: 'Unclosed quote in command',
  braces: 'Unmatched braces in command',
  brackets: 'Unmatched brackets in command',
} as const;
