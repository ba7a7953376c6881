import { createLogger, logLevels, type Logger, type LogLevel } from '../logger.ts';
import { openLogFile, type LogFile } from './log-file.ts';
import type { LogTarget } from './log-targets.ts';

/** What the configuration says of the log. */
export interface LogWishes {
  readonly level: LogLevel;
  readonly format: 'text' | 'json';
  readonly targets: readonly LogTarget[];
}

export interface OpenLogger extends Logger {
  /** Takes over other wishes from the next line on; opens files anew, for programs that moved them away. */
  change(wishes: LogWishes): void;
  close(): void;
}

export interface OpenLoggerParts {
  /** Takes one line for the terminal, without its line end. */
  readonly write: (line: string) => void;
  readonly now: () => number;
}

/** A logger that writes to every target that wants a line. Files are opened with their first line. */
export function openLogger(wishes: LogWishes, parts: OpenLoggerParts): OpenLogger {
  let now = open(wishes, parts);
  return {
    get level() {
      return now.level;
    },
    isOn: (level) => logLevels.indexOf(level) >= logLevels.indexOf(now.level),
    log(level, message, fields) {
      for (const logger of now.loggers) logger.log(level, message, fields);
    },
    change(next) {
      const before = now;
      now = open(next, parts);
      for (const file of before.files) file.close();
    },
    close() {
      for (const file of now.files) file.close();
    },
  };
}

interface Opened {
  readonly level: LogLevel;
  readonly loggers: readonly Logger[];
  readonly files: readonly LogFile[];
}

function open({ level, format, targets }: LogWishes, { write, now }: OpenLoggerParts): Opened {
  const files: LogFile[] = [];
  const loggers = targets.flatMap((target): Logger[] => {
    if (target.type !== 'console' && target.type !== 'file') return [];
    const own = { level: target.level ?? level, format: formatOf(target.format) ?? format, now };
    if (target.type === 'console') return [createLogger({ ...own, write })];
    const file = openLogFile({
      path: target.path,
      maxBytes: target.max_size_bytes,
      maxFiles: target.max_files,
      maxAgeMs: target.max_age === undefined ? null : target.max_age * 1000,
      now,
      onTrouble: (problem) => write(`Warning: ${problem}`),
    });
    files.push(file);
    return [createLogger({ ...own, write: (line) => file.write(line) })];
  });
  const least = Math.min(...loggers.map((logger) => logLevels.indexOf(logger.level)), logLevels.length - 1);
  return { level: logLevels[least]!, loggers, files };
}

function formatOf(said: string | undefined): 'text' | 'json' | undefined {
  return said === undefined ? undefined : said === 'json' ? 'json' : 'text';
}
