import type { Place } from '../problem.ts';

/** Line and column (from 1) of an offset in a text. */
export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

/**
 * Where the value at `path` stands in a JSON text, or the closest ancestor that exists when the value does not. The text must be
 * valid JSON; for duplicate keys the last one counts, as it does for `JSON.parse`.
 */
export function placeInJson(text: string, path: readonly PropertyKey[]): Place {
  return placeAt(text, offsetInJson(text, path));
}

/** First and after-last offset of the value at `path` in a valid JSON text; null when there is no such value. */
export function spanInJson(text: string, path: readonly PropertyKey[]): { start: number; end: number } | null {
  let start = skipBlank(text, 0);
  for (const step of path) {
    const next = childOf(text, start, step);
    if (next === undefined) return null;
    start = next;
  }
  return { start, end: endOfValue(text, start) };
}

function offsetInJson(text: string, path: readonly PropertyKey[]): number {
  let at = skipBlank(text, 0);
  for (const step of path) {
    const next = childOf(text, at, step);
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

function childOf(text: string, at: number, step: PropertyKey): number | undefined {
  return text[at] === '{' ? memberOf(text, at, String(step)) : text[at] === '[' ? itemOf(text, at, Number(step)) : undefined;
}

function memberOf(text: string, objectStart: number, key: string): number | undefined {
  let found: number | undefined;
  let at = skipBlank(text, objectStart + 1);
  while (text[at] === '"') {
    const keyEnd = endOfString(text, at);
    const value = skipBlank(text, skipBlank(text, keyEnd) + 1);
    if (JSON.parse(text.slice(at, keyEnd)) === key) found = value;
    at = skipBlank(text, endOfValue(text, value));
    if (text[at] !== ',') break;
    at = skipBlank(text, at + 1);
  }
  return found;
}

function itemOf(text: string, arrayStart: number, index: number): number | undefined {
  let at = skipBlank(text, arrayStart + 1);
  if (text[at] === ']') return undefined;
  for (let i = 0; i < index; i++) {
    at = skipBlank(text, endOfValue(text, at));
    if (text[at] !== ',') return undefined;
    at = skipBlank(text, at + 1);
  }
  return at;
}

function endOfValue(text: string, start: number): number {
  if (text[start] === '"') return endOfString(text, start);
  if (text[start] !== '{' && text[start] !== '[') {
    let at = start;
    while (at < text.length && !/[\s,\]}]/.test(text[at]!)) at++;
    return at;
  }
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at) - 1;
    else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && --depth === 0) return at + 1;
  }
  return text.length;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function skipBlank(text: string, start: number): number {
  let at = start;
  while (at < text.length && /\s/.test(text[at]!)) at++;
  return at;
}
