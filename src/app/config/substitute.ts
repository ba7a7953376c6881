import { configInvalid } from '../errors.ts';

/** Whom to blame when a variable is missing: a key, and a place such as `ratchet.yaml:7`. */
export interface Blame {
  readonly key: string;
  readonly source: string;
}

/** What was put in place of variables. */
export interface Substituted {
  /** Texts stay texts. */
  readonly value: unknown;
  /** Texts that a variable changed are read as numbers or booleans where they look like some: `port: ${PORT}` inside a list. */
  readonly interpreted: unknown;
}

/**
 * Replaces `${NAME}` and `${NAME:-fallback}` in every text inside a value by the environment's, so that secrets need not stand in the file.
 * A fallback may hold variables itself; `$${` is a plain `${`; an empty variable counts as none.
 * Done when a setting is read, so that a variable for a part nobody uses need not exist.
 * @throws CONFIG_INVALID when a variable without a fallback is not set, or a text cannot be read
 */
export function substitute(value: unknown, env: NodeJS.ProcessEnv, blame: Blame): Substituted {
  if (typeof value === 'string') {
    if (!value.includes('${')) return { value, interpreted: value };
    const text = expand(value, env, blame);
    return { value: text, interpreted: scalarOf(text) };
  }
  if (typeof value !== 'object' || value === null) return { value, interpreted: value };
  const entries = Object.entries(value).map(([key, inner]) => [key, substitute(inner, env, blame)] as const);
  const pick = (which: keyof Substituted) =>
    Array.isArray(value)
      ? entries.map(([, inner]) => inner[which])
      : Object.fromEntries(entries.map(([key, inner]) => [key, inner[which]]));
  return { value: pick('value'), interpreted: pick('interpreted') };
}

function expand(text: string, env: NodeJS.ProcessEnv, blame: Blame): string {
  // The text around may hold a secret: only the name of a variable is told.
  const refuse = (problem: string, value = 'the value given') => configInvalid({ ...blame, value, problem });
  let out = '';
  for (let at = 0; at < text.length;) {
    if (text.startsWith('$${', at)) {
      out += '${';
      at += 3;
    } else if (text.startsWith('${', at)) {
      const end = endOf(text, at + 2);
      if (end < 0) throw refuse('a `${` is not closed; write `$${` for a plain one');
      out += lookUp(text.slice(at + 2, end), env, blame, refuse);
      at = end + 1;
    } else out += text[at++];
  }
  return out;
}

function lookUp(inside: string, env: NodeJS.ProcessEnv, blame: Blame, refuse: (problem: string, value?: string) => Error): string {
  const found = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([^]*))?$/.exec(inside);
  if (!found) throw refuse('what stands between `${` and `}` is no name of a variable; write `$${` for a plain `${`');
  const [, name = '', fallback] = found;
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  if (fallback === undefined) throw refuse(`the environment variable ${name} is not set`, `\${${name}}`);
  return expand(fallback, env, blame);
}

/** Where the brace that closes this one stands, or -1. */
function endOf(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text.startsWith('${', at)) {
      depth++;
      at++;
    } else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}

function scalarOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) ? Number(text) : text;
}
