import { formatted, inspect } from './inspect.ts';
import { readClock } from './clock.ts';
import { cut, dateNow } from './intrinsics.ts';
import { type Run, liveRun, logsOf, send } from './run.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

let made: { console: object } | null = null;

export function consoleGlobals(): { console: object } {
  made ??= { console: makeConsole() };
  return made;
}

function makeConsole(): object {
  let owner: Run | null = null;
  let indent = '';
  const counts = new Map<string, number>();
  const starts = new Map<string, number>();

  /** The execution under way. In a realm that is used again, groups and counters of the execution before are forgotten. */
  function current(): Run | null {
    const run = liveRun();
    if (run !== null && run !== owner) {
      owner = run;
      indent = '';
      counts.clear();
      starts.clear();
    }
    return run;
  }

  /** Sends one line, within the caps; what does not fit is counted. */
  function write(level: Level, text: string): void {
    const run = current();
    if (run === null) return;
    const { logLines, logChars } = run.options.limits;
    const logs = logsOf(run);
    const room = logChars - logs.chars;
    if (logs.lines >= logLines || room <= 0) {
      logs.dropped += 1;
      return;
    }
    const whole = indent === '' ? text : indent + text.replaceAll('\n', `\n${indent}`);
    const kept = cut(whole, room);
    logs.lines += 1;
    logs.chars += kept.length;
    send('log', level, kept, dateNow());
  }

  const writer =
    (level: Level) =>
    (...args: unknown[]): void =>
      write(level, formatted(args));
  const log = writer('info');

  function group(...args: unknown[]): void {
    if (args.length > 0) log(...args);
    current();
    if (indent.length < 100) indent += '  ';
  }

  function timeLog(label: unknown = 'default', ...args: unknown[]): void {
    const start = starts.get(String(label));
    if (start !== undefined) write('info', `${String(label)}: ${readClock() - start} ms${args.length === 0 ? '' : ` ${formatted(args)}`}`);
  }

  return {
    log,
    info: log,
    debug: writer('debug'),
    warn: writer('warn'),
    error: writer('error'),
    trace(...args: unknown[]): void {
      const stack = String(new Error().stack).split('\n').slice(2).join('\n');
      write('debug', `Trace: ${formatted(args)}\n${stack}`);
    },
    assert(claim: unknown, ...args: unknown[]): void {
      if (!claim) write('error', args.length === 0 ? 'Assertion failed' : `Assertion failed: ${formatted(args)}`);
    },
    dir(value: unknown): void {
      write('info', inspect(value));
    },
    table(rows: unknown): void {
      write('info', inspect(rows));
    },
    count(label: unknown = 'default'): void {
      current();
      const name = String(label);
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      write('info', `${name}: ${count}`);
    },
    countReset(label: unknown = 'default'): void {
      counts.delete(String(label));
    },
    group,
    groupCollapsed: group,
    groupEnd(): void {
      indent = indent.slice(2);
    },
    time(label: unknown = 'default'): void {
      current();
      starts.set(String(label), readClock());
    },
    timeLog,
    timeEnd(label: unknown = 'default'): void {
      timeLog(label);
      starts.delete(String(label));
    },
  };
}
