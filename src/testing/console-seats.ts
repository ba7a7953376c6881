import { join } from 'node:path';
import { launcher } from './checkout.ts';
import { inTerminal, type TerminalRun } from './virtual-terminal.ts';

export interface ConsoleSeats {
  /** Starts a console in a terminal and waits until it asks for a line. @param flags behind `ratchet console` */
  open(flags: string, options?: { columns?: number; rows?: number; env?: NodeJS.ProcessEnv }): Promise<TerminalRun>;
  /** Ends what tests have left. */
  close(): void;
}

/** Consoles in real terminals, with histories below a folder. */
export function consoleSeats(home: string): ConsoleSeats {
  const runs: TerminalRun[] = [];
  return {
    async open(flags, { env, ...size } = {}) {
      const line = `${process.execPath} ${launcher} console --history-file ${join(home, 'history')} ${flags}`;
      const run = inTerminal(line, { ...size, env: { NO_COLOR: '1', HOME: home, RATCHET_HEARTBEAT_ENABLED: 'false', ...env } });
      runs.push(run);
      await run.until((text) => /ratchet> ?$/.test(text));
      return run;
    },
    close() {
      for (const run of runs.splice(0)) run.child.kill('SIGKILL');
    },
  };
}

export const ctrl = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) - 96);

export const has = (part: string | RegExp) => (text: string) => (typeof part === 'string' ? text.includes(part) : part.test(text));
