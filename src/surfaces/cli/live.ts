import { logLevels, readLogLevel, type LogLevel } from '#observe/index.ts';
import type { CallEvent } from '#kernel/index.ts';
import type { Screen } from './command.ts';
import { printable, type Paint } from './terminal.ts';

export interface Live {
  show(event: CallEvent): void;
  /** Takes the progress line off the screen; call before anything else is printed. */
  clear(): void;
}

const styles: Readonly<Record<LogLevel, Parameters<Paint>[0]>> = { trace: 'dim', debug: 'dim', info: 'cyan', warn: 'yellow', error: 'red' };

/** Shows on standard error what a task says while it runs: its log lines from a level up, and its progress (at a terminal as one line that moves). */
export function createLive(screen: Pick<Screen, 'err' | 'isErrTerminal' | 'paintErr'>, least: LogLevel): Live {
  let isLineShown = false;
  const clear = () => {
    if (isLineShown) screen.err('\r\u001b[K');
    isLineShown = false;
  };
  return {
    clear,
    show(event) {
      if (event.type === 'notice') {
        clear();
        screen.err(`${printable(event.message)}\n`);
      } else if (event.type === 'log') {
        const level = readLogLevel(event.level) ?? 'info';
        if (logLevels.indexOf(level) < logLevels.indexOf(least)) return;
        clear();
        screen.err(`${screen.paintErr(styles[level], level.padEnd(5))} ${printable(event.message)}\n`);
      } else if (event.type === 'progress') {
        clear();
        const text = progressText(event.update);
        if (screen.isErrTerminal) {
          // One line only: a longer one would wrap, and could then not be taken away again.
          screen.err(screen.paintErr('dim', text.slice(0, 78)));
          isLineShown = true;
        } else {
          screen.err(`${text}\n`);
        }
      }
    },
  };
}

/** `progress 40% fetching` from what a task reports: a number, `{progress, message}`, or anything else as JSON. */
export function progressText(update: unknown): string {
  if (typeof update === 'object' && update !== null && !Array.isArray(update)) {
    const { progress, percent, message, step } = update as Record<string, unknown>;
    const share = typeof progress === 'number' ? (progress <= 1 ? progress * 100 : progress) : percent;
    const parts = [typeof share === 'number' ? `${Math.round(share)}%` : '', step, message].filter(
      (part) => typeof part === 'string' && part !== '',
    );
    if (parts.length > 0) return `progress ${printable(parts.join(' ')).replaceAll(/[\n\t]/g, ' ')}`;
  }
  return `progress ${printable(JSON.stringify(update) ?? '')}`;
}
