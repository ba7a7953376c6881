import { widthOf } from '#surfaces/cli/remote/table.ts';

export interface PagerParts {
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly write: (text: string) => void;
  /** The next key. @returns null when the person wants out */
  readonly key: (signal: AbortSignal) => Promise<string | null>;
  /** Calls back when the terminal has another size, until the returned function is called. */
  readonly onResize: (listener: () => void) => () => void;
}

// oxlint-disable-next-line no-control-regex -- Escape is what this is about
const styles = /\u001b\[[\d;]*m/g;

/** q, Escape, and what leaves elsewhere too: Ctrl-D. */
const leaving: readonly string[] = ['q', 'Q', '\u001b', '\u0004'];

/** How many rows of a terminal a line takes. */
export const rowsOf = (line: string, columns: number): number => Math.max(1, Math.ceil(widthOf(line.replaceAll(styles, '')) / columns));

/** Shows a text that is longer than the terminal page by page: blank goes on by a page, Enter by a line, q leaves. */
export async function page(text: string, { size, write, key, onResize }: PagerParts, signal: AbortSignal): Promise<void> {
  const lines = text.replace(/\n$/, '').split('\n');
  let at = 0;
  let room = size().rows - 1;
  while (at < lines.length) {
    let isFirst = true;
    for (let left = room; at < lines.length; at++) {
      left -= rowsOf(lines[at]!, size().columns);
      if (left < 0 && !isFirst) break;
      isFirst = false;
      write(`${lines[at]}\n`);
    }
    if (at >= lines.length) return;
    const wanted = `-- ${lines.length - at} more lines: blank goes on, q leaves --`;
    // Never wider than the terminal: only what stands in one row can be taken away as one.
    let hint = '';
    const show = () => {
      hint = wanted.slice(0, Math.max(1, size().columns - 1));
      write(`\u001b[7m${hint}\u001b[0m`);
    };
    const hide = () => {
      const above = rowsOf(hint, size().columns) - 1;
      write(`${above > 0 ? `\u001b[${above}A` : ''}\r\u001b[J`);
    };
    show();
    const stop = onResize(() => {
      hide();
      show();
    });
    const pressed = await key(signal).finally(stop);
    hide();
    if (pressed === null || leaving.includes(pressed)) return;
    room = pressed === '\r' || pressed === 'j' ? 1 : size().rows - 1;
  }
}

/** Whether a text takes more rows than a terminal has. */
export function isLong(text: string, { columns, rows }: { columns: number; rows: number }): boolean {
  let taken = 0;
  for (const line of text.split('\n')) {
    taken += rowsOf(line, columns);
    if (taken > rows) return true;
  }
  return false;
}
