import type { Look } from '../command.ts';
import type { Paint } from '../terminal.ts';
import { cellStyle, cellText } from './cell.ts';
import type { Column } from './columns.ts';

/** What stands between columns, and around a row. */
interface Rules {
  readonly gap: string;
  readonly left: string;
  readonly right: string;
}
const plainRules: Rules = { gap: '  ', left: '', right: '' };
const framedRules: Rules = { gap: ' │ ', left: '│ ', right: ' │' };
/** A column that is cut keeps at least so much, or goes altogether. */
const leastFlexible = 12;

/**
 * Rows under titles, as wide as they need to be and never wider than the terminal; in the console with a frame around them.
 * @param width columns of the terminal; null: no limit
 */
export function tableText(
  items: readonly Readonly<Record<string, unknown>>[],
  columns: readonly Column[],
  { width, now, paint, look }: { width: number | null; now: number; paint: Paint; look?: Look | undefined },
): string {
  const rules = look === 'console' ? framedRules : plainRules;
  const named = look === 'console' ? columns.map((column) => ({ ...column, title: capitalised(column.title) })) : columns;
  const shown = named.filter(({ field }) => items.some((item) => (valueAt(item, field) ?? null) !== null));
  const texts = items.map((item) => shown.map(({ field, kind = 'text' }) => cellText(valueAt(item, field), kind, now)));
  const widths = shown.map(({ title }, at) => Math.max(widthOf(title), ...texts.map((row) => widthOf(row[at]!))));
  if (width !== null) fit(widths, shown, width - rules.left.length - rules.right.length, rules.gap.length);
  const line = (cells: readonly string[], style: (text: string, at: number) => string) =>
    `${rules.left}${cells
      .flatMap((cell, at) => (widths[at]! > 0 ? [padded(cut(cell, widths[at]!), widths[at]!, (text) => style(text, at))] : []))
      .join(rules.gap)}${rules.right}`.trimEnd();
  const titles = line(
    shown.map(({ title }) => title),
    (text) => paint('bold', text),
  );
  const rows = texts.map((row, index) =>
    line(row, (text, at) => {
      const { field, kind = 'text' } = shown[at]!;
      const style = cellStyle(valueAt(items[index]!, field), kind);
      return style === null ? text : paint(style, text);
    }),
  );
  if (look !== 'console') return `${[titles, ...rows].join('\n')}\n`;
  const rule = (left: string, middle: string, right: string) =>
    `${left}─${widths.flatMap((one) => (one > 0 ? ['─'.repeat(one)] : [])).join(`─${middle}─`)}─${right}`;
  return `${[rule('┌', '┬', '┐'), titles, rule('├', '┼', '┤'), ...rows, rule('└', '┴', '┘')].join('\n')}\n`;
}

const shortenings = new Set(['ID', 'URL', 'PID', 'CPU', 'MB']);

/** `LAST SYNC` as `Last Sync`. */
const capitalised = (title: string) =>
  title.replaceAll(/\p{L}+/gu, (word) => (shortenings.has(word) ? word : word[0]! + word.slice(1).toLowerCase()));

/** Makes flexible columns narrower, last one first, then leaves columns out, last one first. */
function fit(widths: number[], columns: readonly Column[], width: number, gap: number): void {
  const total = () => widths.filter((one) => one > 0).reduce((sum, one) => sum + one + gap, -gap);
  for (let at = columns.length - 1; at >= 0 && total() > width; at--) {
    if (columns[at]!.isFlexible) widths[at] = Math.max(Math.min(leastFlexible, widths[at]!), widths[at]! - (total() - width));
  }
  for (let at = columns.length - 1; at > 0 && total() > width; at--) widths[at] = 0;
  widths[0] = Math.min(widths[0]!, width);
}

/** Blanks stand outside of the style, so that those at the end of a line can go. */
function padded(text: string, width: number, style: (text: string) => string): string {
  return style(text) + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** The text, or as much of it as fits, with a sign that it was cut. */
function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let taken = 0;
  for (const character of text) {
    taken += widthOf(character);
    if (taken > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Characters that a terminal shows in two columns, and those it shows in none. */
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
const without = /\p{Mn}|\p{Cf}/u;

/** Columns of a terminal that a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += without.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

function valueAt(item: Readonly<Record<string, unknown>>, field: string): unknown {
  return field.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], item);
}
