import type { Piece } from '#surfaces/cli/commands/dev/line.ts';
import { widthOf } from '#surfaces/cli/remote/table.ts';
import { printable } from '#surfaces/cli/terminal.ts';
import { foundLine, suggestion, type LineState } from './line-state.ts';

/** A line as it stands on the terminal, and where the cursor is, both from 0. */
export interface LineView {
  readonly rows: readonly (readonly Piece[])[];
  readonly row: number;
  readonly column: number;
}

type Style = Piece[0];

/**
 * The prompt and what is typed, on as many rows as it takes; the bracket that belongs to the one at the cursor stands out, and what the
 * history would add is dim.
 * @param prompt the style of the prompt says whether the server is there
 */
export function lineView(prompt: readonly Piece[], state: LineState, history: readonly string[], columns: number): LineView {
  const { text, cursor } = state.edited;
  if (state.search !== null) {
    const found = foundLine(state, history) ?? '';
    const failed = state.search.at === -1 ? 'failed ' : '';
    const head = `(${failed}search)\`${state.search.query}': `;
    return laid(
      [
        ['dim', head],
        [null, shown(found)],
      ],
      widthOf(head) + found.indexOf(state.search.query),
      columns,
    );
  }
  const mate = mateOf(text, cursor);
  const marks = new Set(mate === null ? [] : [mate, text[cursor] !== undefined && isBracket(text[cursor]) ? cursor : cursor - 1]);
  const pieces: Piece[] = [];
  let at = 0;
  for (const char of text) {
    pieces.push([marks.has(at) ? 'underline' : null, shown(char)]);
    at += char.length;
  }
  const before = widthOf(prompt.map(([, one]) => one).join('')) + widthOf(shown(text.slice(0, cursor)));
  return laid([...prompt, ...pieces, ['dim', shown(suggestion(state, history))]], before, columns);
}

/** A line break inside a line that was completed on several is shown as a sign. */
const shown = (text: string): string => printable(text.replaceAll('\n', '⏎').replaceAll('\t', ' '));

/** Pieces on rows of a width. @param cursor columns before it, as if there were one row */
function laid(pieces: readonly Piece[], cursor: number, columns: number): LineView {
  const rows: Piece[][] = [[]];
  let width = 0;
  let total = 0;
  let place: { row: number; column: number } | null = null;
  const here = () => ({ row: rows.length - 1, column: width });
  for (const [style, text] of pieces) {
    for (const char of text) {
      const taken = widthOf(char);
      if (width + taken > columns && width > 0) {
        rows.push([]);
        width = 0;
      }
      if (place === null && total >= cursor) place = here();
      push(rows.at(-1)!, style, char);
      width += taken;
      total += taken;
    }
  }
  // Behind a full row the cursor stands on the next: terminals keep it at the edge until something is written.
  if (width >= columns) {
    rows.push([]);
    width = 0;
  }
  place ??= here();
  return { rows, ...place };
}

function push(row: Piece[], style: Style, char: string): void {
  const last = row.at(-1);
  if (last?.[0] === style) row[row.length - 1] = [style, last[1] + char];
  else row.push([style, char]);
}

const pairs: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' };
const openers: Readonly<Record<string, string>> = { '}': '{', ']': '[', ')': '(' };
const isBracket = (char: string) => char in pairs || char in openers;

/** Where the bracket stands that belongs to the one under the cursor, or before it; null for none. */
export function mateOf(text: string, cursor: number): number | null {
  const at = [cursor, cursor - 1].find((index) => text[index] !== undefined && isBracket(text[index]));
  if (at === undefined) return null;
  const char = text[at]!;
  const step = char in pairs ? 1 : -1;
  const other = pairs[char] ?? openers[char]!;
  let depth = 0;
  for (let index = at; index >= 0 && index < text.length; index += step) {
    if (text[index] === char) depth++;
    else if (text[index] === other && --depth === 0) return index;
  }
  return null;
}
