import type { Line, Piece } from './line.ts';

const token = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null)\b|[^"\d\-tfn]+|[^]/g;

/** A value as indented JSON in colours. What is beyond `most` lines is counted, not shown. */
export function jsonLines(value: unknown, most: number): Line[] {
  const rows = (JSON.stringify(value, null, 2) ?? 'null').split('\n');
  const shown = rows.slice(0, most).map(coloured);
  const more = rows.length - shown.length;
  return more > 0
    ? [...shown, [['dim', `… ${more.toLocaleString('en')} more line${more === 1 ? '' : 's'}; t writes a page with all of it`]]]
    : shown;
}

/** A value on one line. */
export function shortJsonLine(value: unknown): Line {
  // What nobody can see need not be coloured.
  return coloured((JSON.stringify(value) ?? 'null').slice(0, 2_000));
}

function coloured(row: string): Line {
  const pieces: Piece[] = [];
  for (const [text, string, colon, number, word] of row.matchAll(token)) {
    if (string !== undefined) {
      pieces.push([colon === undefined ? 'green' : 'cyan', string]);
      if (colon !== undefined) pieces.push([null, colon]);
    } else if (number !== undefined) pieces.push(['yellow', number]);
    else if (word === undefined) pieces.push([null, text]);
    else pieces.push(['magenta', word]);
  }
  return pieces;
}
