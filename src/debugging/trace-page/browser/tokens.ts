/** Words of JavaScript and TypeScript that are coloured as such. */
const keywords = new Set(
  (
    'as async await break case catch class const continue debugger default delete do else enum export extends finally for from function get if ' +
    'implements import in instanceof interface let new of return satisfies set static super switch this throw try type typeof var void while with yield'
  ).split(' '),
);
const constants = new Set(['true', 'false', 'null', 'undefined', 'NaN', 'Infinity']);

export type TokenKind = 'text' | 'comment' | 'string' | 'number' | 'keyword' | 'constant' | 'name';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const patterns: readonly (readonly [kind: TokenKind | 'word' | 'regex', pattern: RegExp])[] = [
  ['text', /\s+/y],
  ['comment', /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/y],
  ['string', /"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?|`(?:[^`\\]|\\[^])*`?/y],
  ['number', /(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?|\.\d[\d_]*)n?/y],
  ['word', /[\p{L}_$#][\p{L}\p{N}_$]*/uy],
  ['regex', /\/(?![/*])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y],
];

/**
 * Code in pieces for colouring, line by line. It does not understand the language: it knows comments, texts, numbers and words, which
 * is what the eye needs, and reads anything to its end without failing.
 */
export function tokenLines(code: string): Token[][] {
  const lines: Token[][] = [[]];
  const add = (kind: TokenKind, text: string) => {
    for (const [index, part] of text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (part !== '') lines.at(-1)!.push({ kind, text: part });
    }
  };
  let at = 0;
  let canDivide = false;
  while (at < code.length) {
    let found: { kind: TokenKind; text: string } | null = null;
    let isValue = false;
    for (const [kind, pattern] of patterns) {
      if (kind === 'regex' && canDivide) continue;
      pattern.lastIndex = at;
      const text = pattern.exec(code)?.[0];
      if (text === undefined || text === '') continue;
      isValue = kind !== 'comment' && kind !== 'text';
      found = { kind: kind === 'word' ? wordKind(code, text, at + text.length) : kind === 'regex' ? 'string' : kind, text };
      break;
    }
    found ??= { kind: 'text', text: code[at]! };
    add(found.kind, found.text);
    at += found.text.length;
    // After a value a slash divides; after anything else it begins a pattern.
    if (found.kind === 'comment' || found.text.trim() === '') continue;
    canDivide = isValue ? found.kind !== 'keyword' : /[)\]}]/.test(found.text);
  }
  return lines;
}

/** Names before a colon or a bracket stand out: keys and calls. */
function wordKind(code: string, word: string, end: number): TokenKind {
  if (constants.has(word)) return 'constant';
  if (keywords.has(word)) return 'keyword';
  return /^\s{0,3}\(/.test(code.slice(end, end + 4)) ? 'name' : 'text';
}

/** The same for indented JSON, where keys differ from texts. */
export function jsonTokens(json: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /("(?:[^"\\]|\\[^])*")(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null)\b|[^"\d\-tfn]+|[^]/g;
  for (const [text, string, colon, number, word] of json.matchAll(pattern)) {
    if (string !== undefined) {
      tokens.push({ kind: colon === undefined ? 'string' : 'name', text: string });
      if (colon !== undefined) tokens.push({ kind: 'text', text: colon });
    } else tokens.push({ kind: number === undefined ? (word === undefined ? 'text' : 'constant') : 'number', text });
  }
  return tokens;
}
