import type { Window } from '../../terminal.ts';

/** Only what a terminal that does not know them passes over: the second screen, no cursor, pasted texts marked. */
const enter = '\u001b[?1049h\u001b[?25l\u001b[?2004h';
const leave = '\u001b[?2004l\u001b[?25h\u001b[?1049l';
/** Between these a terminal shows nothing half-drawn. */
const begin = '\u001b[?2026h';
const end = '\u001b[?2026l';

export interface Frame {
  /** Shows these lines from the top, each no wider than the window; writes only what has changed. */
  draw(lines: readonly string[]): void;
  /** The next drawing is written whole: the window has another size, or something else has written to it. */
  forget(): void;
  /** Gives the terminal back as it was. */
  close(): void;
}

/** The whole of a terminal, drawn in place. */
export function openFrame(window: Pick<Window, 'size'>, write: (text: string) => void): Frame {
  let shown: readonly string[] | null = null;
  let isOpen = true;
  write(enter);
  return {
    draw(lines) {
      if (!isOpen) return;
      const visible = lines.slice(0, window.size().rows);
      const before = shown;
      const changes = visible.flatMap((line, row) =>
        before !== null && before[row] === line ? [] : [`\u001b[${row + 1};1H${line}\u001b[0m\u001b[K`],
      );
      const rest = before === null || before.length > visible.length ? [`\u001b[${visible.length + 1};1H\u001b[J`] : [];
      // Clearing first would flicker: lines are written over, and only what is left below is cleared.
      if (changes.length + rest.length > 0)
        write(`${begin}${[...changes, ...(visible.length < window.size().rows ? rest : [])].join('')}${end}`);
      shown = visible;
    },
    forget: () => (shown = null),
    close() {
      if (!isOpen) return;
      isOpen = false;
      write(leave);
    },
  };
}
