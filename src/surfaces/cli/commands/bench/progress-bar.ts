import type { Screen } from '../../command.ts';

/** A redraw costs the measurement some microseconds; ten in a second look like motion. */
const everyMs = 100;
const width = 30;

export interface ProgressBar {
  /** @param share 0 to 1 */
  show(share: number, runs: number): void;
  clear(): void;
}

/** One line that fills up, at a terminal; nothing elsewhere. */
export function createProgressBar(screen: Pick<Screen, 'err' | 'isErrTerminal' | 'paintErr'>, now: () => number): ProgressBar {
  let shownAt = -Infinity;
  let isShown = false;
  return {
    show(share, runs) {
      if (!screen.isErrTerminal || now() - shownAt < everyMs) return;
      shownAt = now();
      isShown = true;
      const full = Math.min(width, Math.round(share * width));
      const bar = `${screen.paintErr('cyan', '█'.repeat(full))}${screen.paintErr('dim', '░'.repeat(width - full))}`;
      screen.err(`\r\u001b[K${bar} ${Math.min(100, Math.floor(share * 100))}% ${runs.toLocaleString('en')} runs`);
    },
    clear() {
      if (isShown) screen.err('\r\u001b[K');
      isShown = false;
    },
  };
}
