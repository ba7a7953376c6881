import { anyButLineEnd, anyChar, digits, inAnyCase, setOf, spaces, without, wordChars, type CharSet } from './char-set.ts';

/** What a regular expression is made of. Places that take no character, such as ^ and \b, are `empty`. */
export type RegexTree =
  | { readonly kind: 'empty' }
  | { readonly kind: 'chars'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexTree[] }
  | { readonly kind: 'choice'; readonly parts: readonly RegexTree[] }
  | { readonly kind: 'repeat'; readonly inner: RegexTree; readonly least: number; readonly most: number };

export interface RegexFlags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
}

/** Something that patterns may not have, in words for whoever wrote it. */
export class RegexRefused extends Error {
  override readonly name = 'RegexRefused';
}

const empty: RegexTree = { kind: 'empty' };
const classes: Readonly<Record<string, CharSet>> = {
  d: digits,
  D: without(digits),
  w: wordChars,
  W: without(wordChars),
  s: spaces,
  S: without(spaces),
};
const controls: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, 0: 0 };
const deepest = 50;

/**
 * Reads a regular expression that the engine has accepted already, so that its form need not be checked again.
 * @throws RegexRefused for references back and looks around, which no search in linear time can have
 */
export function regexTree(source: string, flags: RegexFlags): RegexTree {
  let at = 0;
  const charOf = (set: CharSet): RegexTree => ({ kind: 'chars', set: flags.ignoreCase ? inAnyCase(set) : set });
  const single = (unit: number): CharSet => [[unit, unit]];

  function choice(depth: number): RegexTree {
    if (depth > deepest) throw new RegexRefused(`has groups ${deepest} deep`);
    const parts = [sequence(depth)];
    while (source[at] === '|') {
      at++;
      parts.push(sequence(depth));
    }
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts };
  }

  function sequence(depth: number): RegexTree {
    const parts: RegexTree[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(repeated(atom(depth)));
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  function repeated(inner: RegexTree): RegexTree {
    const found = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/.exec(source.slice(at, at + 30));
    if (found === null) return inner;
    at += found[0].length;
    const [, sign, least, comma, most] = found;
    if (sign !== undefined)
      return { kind: 'repeat', inner, least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Number.POSITIVE_INFINITY };
    const end = comma === undefined ? Number(least) : most === '' || most === undefined ? Number.POSITIVE_INFINITY : Number(most);
    return { kind: 'repeat', inner, least: Number(least), most: end };
  }

  function atom(depth: number): RegexTree {
    const char = source[at++]!;
    if (char === '(') return group(depth);
    if (char === '[') return charOf(charClass());
    if (char === '.') return { kind: 'chars', set: flags.dotAll ? anyChar : anyButLineEnd };
    if (char === '^' || char === '$') return empty;
    return char === '\\' ? escaped() : charOf(single(char.charCodeAt(0)));
  }

  function group(depth: number): RegexTree {
    const opening = /^\?(?:[:=!]|<[=!]|<[^>]*>|[a-z-]*:)/.exec(source.slice(at, at + 200))?.[0] ?? '';
    if (/^\?<?[=!]/.test(opening)) throw new RegexRefused('looks around with (?=, (?!, (?<= or (?<!');
    at += opening.length;
    const inner = choice(depth + 1);
    at++;
    return inner;
  }

  function escaped(): RegexTree {
    const char = source[at++]!;
    if (/[1-9k]/.test(char)) throw new RegexRefused(`refers back to a group with \\${char}`);
    if (char === 'b' || char === 'B') return empty;
    if (char === 'p' || char === 'P') {
      at = source.indexOf('}', at) + 1;
      return charOf(anyChar);
    }
    return charOf(classes[char] ?? single(unitOf(char)));
  }

  /** The unit that an escape of one character stands for. */
  function unitOf(char: string): number {
    const control = controls[char];
    if (control !== undefined) return control;
    const hex = char === 'x' ? /^[\da-f]{2}/i : char === 'u' ? /^(?:\{[\da-f]+\}|[\da-f]{4})/i : null;
    const found = hex?.exec(source.slice(at, at + 12))?.[0];
    if (found !== undefined) {
      at += found.length;
      return Math.min(0xff_ff, Number.parseInt(found.replaceAll(/[{}]/g, ''), 16));
    }
    if (char === 'c') return source.charCodeAt(at++) % 32;
    return char.charCodeAt(0);
  }

  function charClass(): CharSet {
    const isNot = source[at] === '^';
    if (isNot) at++;
    const ranges: [number, number][] = [];
    while (at < source.length && source[at] !== ']') {
      const from = member();
      if (typeof from !== 'number') {
        ranges.push(...from.map(([first, end]): [number, number] => [first, end]));
        continue;
      }
      if (source[at] === '-' && source[at + 1] !== ']' && at + 1 < source.length) {
        at++;
        const to = member();
        if (typeof to === 'number') ranges.push([from, to]);
        else ranges.push([from, from], [45, 45], ...to.map(([first, end]): [number, number] => [first, end]));
      } else ranges.push([from, from]);
    }
    at++;
    const set = setOf(ranges);
    return isNot ? without(flags.ignoreCase ? inAnyCase(set) : set) : set;
  }

  function member(): number | CharSet {
    const char = source[at++]!;
    if (char !== '\\') return char.charCodeAt(0);
    const escape = source[at++]!;
    if (escape === 'b') return 8;
    if (escape === 'p' || escape === 'P') {
      at = source.indexOf('}', at) + 1;
      return anyChar;
    }
    return classes[escape] ?? unitOf(escape);
  }

  return choice(0);
}
