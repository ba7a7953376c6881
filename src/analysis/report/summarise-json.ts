const longestString = 100;
const mostItems = 10;
const mostFields = 20;
const deepest = 6;

/** What stands in the place of a value that was cut. */
export type Cut = { readonly _truncated: true; readonly preview: unknown } & (
  | { readonly length: number }
  | { readonly total_items: number }
  | { readonly total_fields: number }
  | { readonly depth: number }
);

/**
 * A value for a reader with little room: texts of more than 100 characters, lists of more than 10 items and objects of more than 20 fields
 * become `{_truncated: true, preview, length | total_items | total_fields}`.
 * @param onCut is told where, as a dotted path
 */
export function summariseJson(value: unknown, onCut: (path: string) => void, path = '', depth = 0): unknown {
  if (typeof value === 'string') {
    if (value.length <= longestString) return value.toWellFormed();
    onCut(path);
    return { _truncated: true, preview: value.slice(0, longestString).toWellFormed(), length: value.length } satisfies Cut;
  }
  if (typeof value !== 'object' || value === null) return value;
  const at = (step: string | number) => (path === '' ? String(step) : `${path}.${step}`);
  if (Array.isArray(value)) {
    const shown = value.slice(0, depth >= deepest ? 0 : mostItems).map((item, index) => summariseJson(item, onCut, at(index), depth + 1));
    if (shown.length === value.length) return shown;
    onCut(path);
    return { _truncated: true, preview: shown, total_items: value.length } satisfies Cut;
  }
  const names = Object.keys(value);
  const shown = Object.fromEntries(
    names
      .slice(0, depth >= deepest ? 0 : mostFields)
      .map((name) => [
        name.slice(0, longestString).toWellFormed(),
        summariseJson((value as Record<string, unknown>)[name], onCut, at(name.slice(0, longestString).toWellFormed()), depth + 1),
      ]),
  );
  if (depth < deepest && names.length <= mostFields) return shown;
  if (names.length === 0) return shown;
  onCut(path);
  return { _truncated: true, preview: shown, total_fields: names.length } satisfies Cut;
}
