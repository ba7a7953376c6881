import type { Json } from '#kernel/index.ts';

/** A value of a parameter as text: texts as they are, the rest as JSON, nothing as no text. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
}
