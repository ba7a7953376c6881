import type { Paint } from '../../terminal.ts';
import { printable } from '../../terminal.ts';

type Style = Parameters<Paint>[0];

/** A text in one style; null for none. */
export type Piece = readonly [style: Style | null, text: string];

/** A line of the screen before it is painted: cut to a width only while its length can still be told. */
export type Line = readonly Piece[];

/** Wide in every terminal: ideographs, syllables, full forms, and most pictures. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
/** Drawn onto the character before them. */
const joined = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** Columns a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const char of text) width += joined.test(char) ? 0 : wide.test(char) ? 2 : 1;
  return width;
}

/** As much of a text as fits into some columns. */
export function cutText(text: string, columns: number): string {
  let width = 0;
  let end = 0;
  for (const char of text) {
    width += widthOf(char);
    if (width > columns) break;
    end += char.length;
  }
  return text.slice(0, end);
}

/** The line in at most some columns, with a sign where it goes on. Control characters and line breaks of tasks become harmless. */
export function cutLine(line: Line, columns: number): Line {
  const safe = line.map(([style, text]): Piece => [style, oneRow(text)]);
  if (safe.reduce((sum, [, text]) => sum + widthOf(text), 0) <= columns) return safe;
  const cut: Piece[] = [];
  let left = Math.max(0, columns - 1);
  for (const [style, text] of safe) {
    const part = cutText(text, left);
    cut.push([style, part]);
    left -= widthOf(part);
    if (part.length < text.length) break;
  }
  return [...cut, ['dim', '…']];
}

/** A text on as many lines as it needs, broken between words where there are any. */
export function wrapped(text: string, columns: number, style: Style | null = null): Line[] {
  const lines: Line[] = [];
  for (const paragraph of printable(text).replaceAll('\t', '  ').split('\n')) {
    let rest = paragraph;
    do {
      let part = cutText(rest, Math.max(1, columns));
      if (part.length < rest.length) {
        const blank = part.lastIndexOf(' ');
        if (blank > part.length / 2) part = part.slice(0, blank);
        if (part === '') part = rest.slice(0, 1);
      }
      lines.push([[style, part]]);
      rest = rest.slice(part.length).trimStart();
    } while (rest !== '');
  }
  return lines;
}

export function painted(line: Line, paint: Paint): string {
  return line.map(([style, text]) => (style === null || text === '' ? text : paint(style, text))).join('');
}

function oneRow(text: string): string {
  return printable(text).replaceAll(/[\n\t]/g, ' ');
}
