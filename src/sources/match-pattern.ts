/**
 * Whether a path with forward slashes fits a pattern: `*` stands for anything within one name, `**` for any folders, none included, `?` for one
 * character, `[a-z]` and `[!a-z]` for one of a set, `{a,b}` for either.
 *
 * Patterns also come from callers and out of repositories. So this takes a time that grows with the lengths of both multiplied, whatever they
 * hold; the matcher of Node goes through all that braces expand to, and takes years for some patterns of forty characters.
 */
export function matchesPattern(path: string, pattern: string): boolean {
  const parts = path.split('/');
  return alternativesOf(pattern).some((one) => matchesParts(parts, one.split('/')));
}

/** More than that many, and braces mean themselves. */
const mostAlternatives = 100;

function alternativesOf(pattern: string): string[] {
  const done: string[] = [];
  const open = [pattern];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    // The innermost first.
    const found = /\{([^{},]*(?:,[^{},]*)+)\}/.exec(one);
    if (found === null) done.push(one);
    else for (const word of found[1]!.split(',')) open.push(one.slice(0, found.index) + word + one.slice(found.index + found[0].length));
    if (done.length + open.length > mostAlternatives) return [pattern];
  }
  return done;
}

function matchesParts(parts: readonly string[], wanted: readonly string[]): boolean {
  /** Whether the pattern so far fits the first so many parts. */
  let fits = parts.map(() => false);
  fits = [true, ...fits];
  for (const want of wanted) {
    if (want === '**') {
      const first = fits.indexOf(true);
      fits = fits.map((_fit, index) => first !== -1 && index >= first);
    } else {
      const tokens = tokensOf(want);
      fits = fits.map((_fit, index) => index > 0 && fits[index - 1]! && matchesName(parts[index - 1]!, tokens));
    }
  }
  return fits[parts.length]!;
}

/** Any run of characters, or a test of one. */
type Token = '*' | ((character: string) => boolean);

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (const [found, not, set] of pattern.matchAll(/\[([!^]?)([^\]]+)\]|\*+|./gsu)) {
    if (found.startsWith('*')) tokens.push('*');
    else if (set !== undefined) tokens.push(setOf(set, not !== ''));
    else tokens.push(found === '?' ? () => true : (character) => character === found);
  }
  return tokens;
}

function setOf(set: string, isNot: boolean): (character: string) => boolean {
  const ranges = [...set.matchAll(/(.)-(.)|./gsu)].map(([found, from, to]) => [from ?? found, to ?? found] as const);
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== isNot;
}

/** One look back, to the last `*`, is enough: what an earlier one takes more, the last may take less. */
function matchesName(name: string, tokens: readonly Token[]): boolean {
  const characters = Array.from(name);
  let at = 0;
  let token = 0;
  let star = -1;
  let starAt = 0;
  while (at < characters.length) {
    const now = tokens[token];
    if (now === '*') {
      star = token++;
      starAt = at;
    } else if (now !== undefined && now(characters[at]!)) {
      at++;
      token++;
    } else if (star === -1) return false;
    else {
      token = star + 1;
      at = ++starAt;
    }
  }
  while (tokens[token] === '*') token++;
  return token === tokens.length;
}
