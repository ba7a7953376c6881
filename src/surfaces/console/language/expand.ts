/** Where the values of variables come from. */
export interface Lookup {
  /** A variable of the console. */
  variable(name: string): string | undefined;
  /** A variable of the environment. */
  environment(name: string): string | undefined;
  /** What `$(…)` stands for; undefined leaves it as it is. */
  command(text: string): string | undefined;
}

const name = /^[A-Za-z_][A-Za-z0-9_]*/;
const braced = /^(ENV:)?([A-Za-z_][A-Za-z0-9_]*)(?::([-+])([^]*))?$/;

/**
 * Puts values in the place of variables: `$X`, `${X}`, `${ENV:X}`, `${X:-default}`, `${X:+value}`, nested where a default or value has
 * variables itself, and `$(…)`. What nobody knows stays as it is, and so does `\$`, without its backslash. Values are not looked into again.
 */
export function expand(text: string, lookup: Lookup): string {
  let result = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '\\' && text[at + 1] === '$') {
      result += '$';
      at++;
    } else if (char !== '$') result += char;
    else {
      const found = expansionAt(text, at, lookup);
      result += found?.value ?? '$';
      at = (found?.end ?? at + 1) - 1;
    }
  }
  return result;
}

/** What stands for the piece that begins with this `$`, and where it ends; null when it is only a `$`. */
function expansionAt(text: string, at: number, lookup: Lookup): { value: string; end: number } | null {
  const opener = text[at + 1];
  if (opener === '{' || opener === '(') {
    const end = closingAt(text, at + 1);
    if (end === null) return null;
    const whole = text.slice(at, end);
    const body = text.slice(at + 2, end - 1);
    const value = opener === '{' ? bracedValue(body, lookup) : lookup.command(expand(body, lookup));
    return { value: value ?? whole, end };
  }
  const plain = name.exec(text.slice(at + 1))?.[0];
  if (plain === undefined) return null;
  return { value: lookup.variable(plain) ?? lookup.environment(plain) ?? `$${plain}`, end: at + 1 + plain.length };
}

function bracedValue(body: string, lookup: Lookup): string | undefined {
  const parts = braced.exec(body);
  if (parts === null) return undefined;
  const [, prefix, named = '', operator, other = ''] = parts;
  const isOfEnvironment = prefix !== undefined;
  // As in a shell, an empty variable of the environment counts as missing where something else is offered.
  const value = isOfEnvironment ? lookup.environment(named) || undefined : lookup.variable(named);
  if (operator === '-') return value ?? expand(other, lookup);
  if (operator === '+') return value === undefined ? '' : expand(other, lookup);
  return isOfEnvironment ? (value ?? '') : (value ?? lookup.environment(named));
}

/** Behind the bracket that closes the one at `at`; null when none does. */
function closingAt(text: string, at: number): number | null {
  const open = text[at]!;
  const close = open === '{' ? '}' : ')';
  let depth = 0;
  for (let index = at; index < text.length; index++) {
    if (text[index] === open) depth++;
    else if (text[index] === close && --depth === 0) return index + 1;
  }
  return null;
}
