import { definedErrors, exitCodes, localCaller, toRatchetError, type AuditLine, type ExitName, type RatchetError } from '#kernel/index.ts';
import type { LogLevel } from '#observe/index.ts';
import type { AppParts, CliParts, Screen } from './command.ts';
import type { Asked } from './command-line.ts';
import { commandRows, findRow, type CommandRow } from './commands.ts';
import { interrupted } from './errors.ts';
import { guessGlobals, sameGlobals, wordsOf, type Globals } from './globals.ts';
import { createLive } from './live.ts';
import { shapeOf } from './project.ts';
import { readInput } from './read-input.ts';
import { errorJson, errorText, type ShownError } from './show-error.ts';
import { paintFor, type Terminal } from './terminal.ts';

/** The application, opened for one command. */
export interface OpenApp {
  readonly parts: AppParts;
  readonly logLevel: LogLevel;
  readonly audit?: (line: AuditLine) => void;
  close(): Promise<void>;
}

export interface CliRun {
  /** Without the names of Node and of the program. */
  argv: readonly string[];
  terminal: Terminal;
  version: string;
  /** @param usualLogLevel of the command, where nobody chose one */
  open(globals: Globals, configuration: NonNullable<CommandRow['configuration']>, usualLogLevel?: LogLevel): Promise<OpenApp>;
  now: () => number;
  /** Aborted, with the signal's name as its reason, when the person wants the command to end. */
  signal?: AbortSignal;
  rows?: readonly CommandRow[];
}

/** Milliseconds that a command has to end by itself after it was asked to, unless it says otherwise. */
const usualGraceMs = 2_000;

/**
 * Runs one command line from reading it to its exit code. Never rejects.
 * The result goes to `terminal.out`, and everything else to `terminal.err`.
 */
export async function runCli(run: CliRun): Promise<number> {
  const { argv, terminal, version, signal = new AbortController().signal, rows = commandRows } = run;
  let globals = guessGlobals(argv);
  let logLevel: LogLevel = 'info';
  let app: OpenApp | undefined;
  const fail = (error: ShownError): number => {
    const isDetailed = logLevel === 'debug' || logLevel === 'trace';
    const paint = paintFor(terminal.err, terminal.env, globals.isColorRefused);
    terminal.err.write(globals.format === 'json' ? `${errorJson(error)}\n` : errorText(error, paint, isDetailed));
    return exitCodes[error.exit ?? exitOf(error.code)].code;
  };
  try {
    const row = findRow(wordsOf(argv), rows);
    if (row?.early && !argv.some((arg) => arg === '-h' || arg === '--help')) {
      // What is wrong with the configuration is told when it is read again below: mistakes of the command line come first.
      app = await run.open(globals, row.configuration ?? 'tasks').catch(() => undefined);
      if (app) row.early(app.parts);
    }
    const { readCommandLine } = await import('./command-line.ts');
    const asked = await readCommandLine(argv, rows, version);
    if (asked.kind === 'text') {
      terminal.out.write(asked.text);
      return exitCodes.ok.code;
    }
    if (app && !sameGlobals(globals, asked.globals)) {
      await app.close();
      app = undefined;
    }
    globals = asked.globals;
    app ??= await run.open(globals, row?.configuration ?? 'tasks', row?.usualLogLevel?.(argv));
    logLevel = app.logLevel;
    const shown = await endWith(
      signal,
      asked.command.graceMs ?? usualGraceMs,
      perform(asked, app, { terminal, now: () => run.now(), signal, rows }),
    );
    return shown.error ? fail(shown.error) : exitCodes[shown.exit].code;
  } catch (caught) {
    return fail(toRatchetError(caught, 'run the command') satisfies RatchetError);
  } finally {
    await app?.close();
  }
}

type Surroundings = Pick<CliRun, 'terminal' | 'now'> & { signal: AbortSignal; rows: readonly CommandRow[] };

async function perform(asked: Extract<Asked, { kind: 'command' }>, app: OpenApp, { terminal, signal, rows, ...clock }: Surroundings) {
  const { command, shape, flags, words, globals } = asked;
  const screen = screenOf(terminal, globals);
  const input = await readInput(shape, { flags, words, readStdin: () => unlessAborted(signal, () => terminal.readStdin()) });
  const live = createLive(screen, app.logLevel);
  const shapes = () => Promise.all(rows.map(async (row) => shapeOf((await row.load()).operation)));
  const { keyboard = null, window = null, env } = terminal;
  const parts: CliParts = { ...app.parts, screen, keyboard, window, env, shapes };
  try {
    const answer = await command.run(input, parts, {
      caller: localCaller,
      now: () => clock.now(),
      signal,
      notify: (event) => live.show(event),
      ...(app.audit ? { audit: app.audit } : {}),
    });
    live.clear();
    return command.show(answer, screen, input);
  } finally {
    live.clear();
  }
}

/** Nobody has to type the end of an input that is not wanted any more. */
function unlessAborted<Value>(signal: AbortSignal, start: () => Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(interrupted({ signal: String(signal.reason) }));
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true });
    start().then(resolve, reject);
  });
}

/** A command that was asked to end may do so in its own way; one that does not is left behind. */
function endWith<Value>(signal: AbortSignal, graceMs: number, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const leave = () => setTimeout(() => reject(interrupted({ signal: String(signal.reason) })), graceMs).unref();
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

function screenOf(terminal: Terminal, { format, isColorRefused }: Globals): Screen {
  return {
    format,
    isOutTerminal: terminal.out.isTerminal,
    isErrTerminal: terminal.err.isTerminal,
    paintOut: paintFor(terminal.out, terminal.env, isColorRefused),
    paintErr: paintFor(terminal.err, terminal.env, isColorRefused),
    out: (text) => terminal.out.write(text),
    err: (text) => terminal.err.write(text),
  };
}

/** The exit code of an error that travelled as data: its code says its kind. */
function exitOf(code: string): ExitName {
  return definedErrors().find((kind) => kind.code === code)?.spec.exit ?? 'failed';
}
