import { isMcp } from './mcp/mcp-address.ts';
import type { UrlRule } from './mock.ts';

/**
 * How well a URL fits a rule: 4 equal; 3 whole parts of it are what the rule says, or it fits a pattern; 2 the rule is some piece of it,
 * as `/users/1` is of `/users/10`; 1 the rule goes on where it ends; 0 not at all.
 */
export type UrlFit = 0 | 1 | 2 | 3 | 4;

/** @param href in canonical form, without a fragment */
export function fitUrl(rule: UrlRule, href: string): UrlFit {
  if (rule.kind === 'exact') return rule.text === href ? 4 : 0;
  if (isMcp({ url: href })) return 0;
  if (rule.kind === 'pattern') return formsOf(href, rule.text).some((form) => fitsPattern(rule.text, form)) ? 3 : 0;
  const wanted = spellings(rule.text);
  const given = spellings(href);
  const any = (test: (one: string, other: string) => boolean) => wanted.some((one) => given.some((other) => test(one, other)));
  if (any((one, other) => one === other)) return 4;
  if (any(isWholePart)) return 3;
  if (any((one, other) => other.includes(one))) return 2;
  return any((one, other) => goesOn(one, other)) ? 1 : 0;
}

function isWholePart(part: string, url: string): boolean {
  const isWord = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}_-]/u.test(char);
  for (let at = url.indexOf(part); at >= 0; at = url.indexOf(part, at + 1)) {
    const end = at + part.length;
    if (!(isWord(url[at - 1]) && isWord(part[0])) && !(isWord(part.at(-1)) && isWord(url[end]))) return true;
  }
  return false;
}

/** The rule has more path or query than the URL: `/users?page=1` for `/users`. Not `/users` for `/user`, which is a slip to be found. */
function goesOn(rule: string, url: string): boolean {
  const at = rule.indexOf(url);
  return at >= 0 && (/[/?&#]/.test(rule[at + url.length] ?? '') || /[/?&]$/.test(url));
}

/** A URL as written, as the parser writes it, and with its escapes undone: `?q=New York` means `?q=New%20York`. */
function spellings(text: string): string[] {
  const parsed = /^https?:/i.test(text) ? URL.parse(text) : null;
  if (parsed !== null) parsed.hash = '';
  const forms = [text, ...(parsed === null ? [] : [parsed.href])];
  return [...new Set([...forms, ...forms.map(unescaped)])];
}

function unescaped(text: string): string {
  const [path = '', ...query] = text.split('?');
  try {
    // In a query, a plus is how forms write a blank.
    return decodeURIComponent([path, ...query.map((part) => part.replaceAll('+', ' '))].join('?'));
  } catch {
    return text;
  }
}

/** The parts of a URL a pattern may stand for: a pattern that begins with a slash is about the path, one without a scheme about the rest. */
function formsOf(href: string, pattern: string): string[] {
  const url = new URL(href);
  const whole = pattern.includes('?') ? href : href.slice(0, href.length - url.search.length);
  const forms = pattern.startsWith('/') ? [whole.slice(url.origin.length)] : [whole, whole.slice(url.protocol.length + 2)];
  return [...new Set([...forms, ...forms.map(unescaped)])];
}

/**
 * `*` any text without a slash, `**` any text, everything else itself. In time proportional to the product of both lengths: a pattern
 * comes from a file that somebody may have been sent, so it must not be able to take for ever.
 */
export function fitsPattern(pattern: string, text: string): boolean {
  const tokens = pattern.match(/\*\*+|\*|[^*]/g) ?? [];
  // reachable[i]: the tokens so far can stand for the first i characters.
  let reachable = Array.from({ length: text.length + 1 }, (_, index) => index === 0);
  for (const token of tokens) {
    const next = reachable.map(() => false);
    for (let at = 0; at <= text.length; at++) {
      if (!token.startsWith('*')) {
        if (at > 0) next[at] = reachable[at - 1]! && text[at - 1] === token;
      } else {
        next[at] = reachable[at]! || (at > 0 && next[at - 1]! && (token !== '*' || text[at - 1] !== '/'));
      }
    }
    reachable = next;
  }
  return reachable[text.length]!;
}
