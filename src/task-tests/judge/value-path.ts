/**
 * A place in a value, as people write it: `a.b[0].c`, `$.a["b c"]`, `/a/b/0` (JSON Pointer). Empty, `$` and `.` are the value itself.
 * Null when it cannot be read.
 */
export function readPath(text: string): (string | number)[] | null {
  if (text.startsWith('/'))
    return text
      .slice(1)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const steps: (string | number)[] = [];
  let rest = text.trim().replace(/^\$(?=$|[.[])/, '');
  if (rest === '.') return steps;
  if (rest !== '' && !/^[.[]/.test(rest)) rest = `.${rest}`;
  while (rest !== '') {
    const found = /^\.(?<name>[^.[\]]+)|^\[(?:(?<index>-?\d+)|(?<quoted>"(?:[^"\\]|\\.)*")|'(?<single>[^']*)')\]/.exec(rest);
    if (!found) return null;
    const { name, index, quoted, single } = found.groups!;
    const key = quotedText(quoted) ?? single ?? name;
    if (key === undefined && index === undefined) return null;
    steps.push(key ?? Number(index));
    rest = rest.slice(found[0].length);
  }
  return steps;
}

function quotedText(quoted: string | undefined): string | undefined {
  if (quoted === undefined) return undefined;
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}

/** What stands at a place; `missing` says how far the path leads and what is there instead. */
export type Found = { readonly value: unknown } | { readonly missing: string };

/** Walks along a path. `length` of a list or text is its length; a negative index counts from the end; own fields only. */
export function valueAt(value: unknown, steps: readonly (string | number)[], root: string): Found {
  let at = value;
  let place = root;
  for (const step of steps) {
    const next = child(at, step);
    if (next === undefined) return { missing: `${place} ${contents(at)}` };
    at = next.value;
    place = typeof step === 'number' ? `${place}[${step}]` : `${place}.${step}`;
  }
  return { value: at };
}

function child(value: unknown, step: string | number): { value: unknown } | undefined {
  if (Array.isArray(value)) {
    if (step === 'length') return { value: value.length };
    const index = typeof step === 'number' ? step : /^\d+$/.test(step) ? Number(step) : Number.NaN;
    const place = index < 0 ? value.length + index : index;
    return place >= 0 && place < value.length ? { value: value[place] as unknown } : undefined;
  }
  if (typeof value === 'string') return step === 'length' ? { value: value.length } : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, step) ? { value: (value as Record<string, unknown>)[step] } : undefined;
}

function contents(value: unknown): string {
  if (Array.isArray(value)) return value.length === 1 ? 'has 1 item' : `has ${value.length} items`;
  if (typeof value !== 'object' || value === null) return `is ${JSON.stringify(value).slice(0, 80)}`;
  const keys = Object.keys(value);
  if (keys.length === 0) return 'has no fields';
  return `has ${keys.slice(0, 8).join(', ')}${keys.length > 8 ? ` and ${keys.length - 8} more` : ''}`;
}
