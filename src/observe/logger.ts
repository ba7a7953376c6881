import { setting } from '#kernel/index.ts';
import { z } from 'zod';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export const logLevel = setting({
  key: 'logging.level',
  reload: 'live',
  type: z.enum([...logLevels, 'warning']).transform((level) => (level === 'warning' ? 'warn' : level)),
  default: 'info',
  env: ['RATCHET_LOG_LEVEL'],
  describe: 'Least important level that is logged: trace, debug, info, warn or error.',
});

export const logFormat = setting({
  key: 'logging.format',
  reload: 'live',
  type: z.enum(['text', 'json', 'pretty', 'compact']).transform((format) => (format === 'json' ? ('json' as const) : ('text' as const))),
  default: 'text',
  env: ['RATCHET_LOG_FORMAT'],
  describe: 'How log lines are written: text for people, json (one object per line) for programs.',
});

export type LogFields = Readonly<Record<string, unknown>>;

/** Writes what the platform has to say about itself. Never the result of a command, never a secret. */
export interface Logger {
  readonly level: LogLevel;
  isOn(level: LogLevel): boolean;
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

export interface LoggerOptions {
  level: LogLevel;
  format: 'text' | 'json';
  /** Takes one line, without its line end. */
  write: (line: string) => void;
  now: () => number;
  /** Colours the level in text; absent means none. */
  paint?: (level: LogLevel, text: string) => string;
}

export function createLogger({ level, format, write, now, paint = (_level, text) => text }: LoggerOptions): Logger {
  const least = logLevels.indexOf(level);
  const isOn = (wanted: LogLevel) => logLevels.indexOf(wanted) >= least;
  return {
    level,
    isOn,
    log(wanted, message, fields = {}) {
      if (!isOn(wanted)) return;
      const time = new Date(now()).toISOString();
      if (format === 'json') {
        write(JSON.stringify({ time, level: wanted, message, ...fields }));
      } else {
        const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
        write(`${time.slice(11, 23)} ${paint(wanted, wanted.padEnd(5))} ${message}${rest.join('')}`);
      }
    },
  };
}

/** The level a person meant, or null: `warning` and `WARN` are warn. */
export function readLogLevel(text: string): LogLevel | null {
  const lower = text.trim().toLowerCase();
  const meant = lower === 'warning' ? 'warn' : lower;
  return logLevels.find((level) => level === meant) ?? null;
}

/**
 * The level that a `RUST_LOG` filter sets for Ratchet: `debug`, `ratchet=trace`, `info,ratchet=debug`, `warn,hyper=error`.
 * Directives for other programs are passed over; null when none is for us.
 */
export function levelFromRustLog(filter: string): LogLevel | null {
  let general: LogLevel | null = null;
  let own: LogLevel | null = null;
  for (const directive of filter.split(',')) {
    const [target, level] = directive.split('=');
    if (level === undefined) general = readLogLevel(target ?? '') ?? (target?.trim() === 'off' ? 'error' : general);
    else if (target?.trim().startsWith('ratchet')) own = readLogLevel(level) ?? own;
  }
  return own ?? general;
}
