import { jsonDifferences } from '#kernel/index.ts';
import { spanInJson } from '#tasks/index.ts';
import { indentAt, laidOut, layoutOf } from './json-layout.ts';

type Path = readonly (string | number)[];

/**
 * A JSON text with the value at `path` replaced. Only what differs is written anew: indentation, order of fields and everything else stay
 * as their author has them. Where the value does not exist, it is added to the object it belongs to, behind `after` if that is there.
 */
export function withValue(text: string, path: Path, value: unknown, after?: string): string {
  const span = spanInJson(text, path);
  if (span === null) return withMember(text, path, value, after);
  const old: unknown = JSON.parse(text.slice(span.start, span.end));
  if (jsonDifferences(old, value, { match: 'exact', most: 1 }).length === 0) return text;
  const parts = partsInCommon(old, value);
  if (parts !== null) return parts.reduce((edited, [key, part]) => withValue(edited, [...path, key], part), text);
  const written = text.slice(span.start, span.end);
  const layout = layoutOf(text);
  const isOneLine = !written.includes('\n') && (isContainer(old) || !text.includes('\n'));
  const fresh = laidOut(inOrderOf(old, value), { layout, isOneLine, indent: indentAt(text, span.start) });
  return text.slice(0, span.start) + fresh + text.slice(span.end);
}

/** The parts of a container that can be edited one by one, fields that are new after the others; null where some are to go. */
function partsInCommon(old: unknown, value: unknown): [string | number, unknown][] | null {
  if (Array.isArray(old) && Array.isArray(value)) {
    return old.length === value.length && old.length > 0 ? value.map((item: unknown, index) => [index, item]) : null;
  }
  if (!isContainer(old) || !isContainer(value) || Array.isArray(old) || Array.isArray(value)) return null;
  const keys = Object.keys(old);
  if (keys.length === 0 || !keys.every((key) => Object.hasOwn(value, key))) return null;
  return [...keys, ...Object.keys(value).filter((key) => !Object.hasOwn(old, key))].map((key) => [key, value[key]]);
}

function withMember(text: string, path: Path, value: unknown, after: string | undefined): string {
  const holder = spanInJson(text, path.slice(0, -1));
  const key = path.at(-1);
  if (holder === null || text[holder.start] !== '{' || typeof key !== 'string') throw new TypeError('there is no object to add a field to');
  const layout = layoutOf(text);
  const base = path.slice(0, -1);
  const names = Object.keys(JSON.parse(text.slice(holder.start, holder.end)) as object);
  const before = names.includes(after ?? '') ? after : names.at(-1);
  const lastSpan = before === undefined ? null : spanInJson(text, [...base, before]);
  const isOneLine = !text.slice(holder.start, holder.end).includes('\n');
  const outer = indentAt(text, holder.start);
  const indent = isOneLine ? outer : lastSpan === null ? outer + layout.indent : indentAt(text, lastSpan.start);
  const member = `${JSON.stringify(key)}:${layout.isSpaced || !isOneLine ? ' ' : ''}${laidOut(value, { layout, isOneLine, indent })}`;
  if (lastSpan === null) {
    const inside = isOneLine ? ` ${member} ` : `${layout.newline}${indent}${member}${layout.newline}${outer}`;
    return `${text.slice(0, holder.start)}{${inside}}${text.slice(holder.end)}`;
  }
  const gap = isOneLine ? (layout.isSpaced ? ' ' : '') : `${layout.newline}${indent}`;
  return `${text.slice(0, lastSpan.end)},${gap}${member}${text.slice(lastSpan.end)}`;
}

/** A value with its fields in the order in which the old one had them, new ones after them. */
function inOrderOf(old: unknown, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown, index) => inOrderOf(Array.isArray(old) ? old[index] : undefined, item));
  if (!isContainer(value)) return value;
  const known = isContainer(old) && !Array.isArray(old) ? old : {};
  const keys = [
    ...Object.keys(known).filter((key) => Object.hasOwn(value, key)),
    ...Object.keys(value).filter((key) => !Object.hasOwn(known, key)),
  ];
  return Object.fromEntries(keys.map((key) => [key, inOrderOf(Object.hasOwn(known, key) ? known[key] : undefined, value[key])]));
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
