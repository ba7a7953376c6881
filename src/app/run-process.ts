import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';
import { exitCodes, isProcessAlive, systemClock, toRatchetError } from '#kernel/index.ts';
import { createKeyboard, runCli, type Terminal } from '#surfaces/cli/index.ts';
import { resultUnwritable } from './errors.ts';
import { packageVersion } from './package-version.ts';
import { openApp } from './start.ts';

/**
 * Milliseconds within which a second signal counts as the first one again. Ctrl-C reaches every process of the terminal's group, so
 * behind the launcher one key press arrives here twice: from the terminal and forwarded.
 */
const echoMs = 200;

/** Runs one command line as this process: its streams, its signals, its exit code. */
export async function runProcess(argv: readonly string[]): Promise<void> {
  const stopping = new AbortController();
  const asked = listenForSignals(stopping);
  watchLauncher(stopping);
  tolerateClosedPipes();
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, crash);

  const terminal = processTerminal(stopping.signal, asked);
  // Idle workers do not keep the process alive, so that a library user's process can end; a command has to wait for their end.
  setInterval(() => {}, 2 ** 30);
  const code = await runCli({
    argv,
    terminal,
    version: packageVersion(),
    open: (globals, configuration, usualLogLevel) => openApp(globals, terminal, configuration, usualLogLevel),
    now: () => systemClock.now(),
    signal: stopping.signal,
  });
  await flushed(process.stdout);
  await flushed(process.stderr);
  process.exit(code);
}

/** Those who want to be told of SIGHUP instead of being ended by it. */
type Asked = Set<() => void>;

function listenForSignals(stopping: AbortController): Asked {
  const asked: Asked = new Set();
  const hadTerminal = hasTerminal();
  let firstAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // SIGHUP also says that the terminal has gone, and with it whoever started this.
      if (signal === 'SIGHUP' && asked.size > 0 && (!hadTerminal || hasTerminal())) {
        for (const tell of asked) tell();
        return;
      }
      const now = systemClock.monotonic();
      firstAt ??= now;
      if (!stopping.signal.aborted) stopping.abort(signal);
      // Asked twice: no more patience. The workers see their pipe close and end themselves.
      else if (now - firstAt > echoMs) process.exit(exitCodes.interrupted.code);
    });
  }
  return asked;
}

/** Whether there is a terminal that controls this process, and it has not been hung up. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}

/** Ends the command when the launcher was killed in a way it could not pass on. */
function watchLauncher(stopping: AbortController): void {
  const launcher = Number(process.env['RATCHET_LAUNCHER_PID']);
  delete process.env['RATCHET_LAUNCHER_PID'];
  if (!launcher) return;
  if (process.ppid !== launcher) {
    // Killed while this process was starting; a name that came from elsewhere belongs to somebody who is alive.
    if (!isProcessAlive(launcher)) stopping.abort('the launcher ended');
    return;
  }
  setInterval(() => {
    if (process.ppid !== launcher && !stopping.signal.aborted) stopping.abort('the launcher ended');
  }, 500).unref();
}

/** `ratchet ... | head -1`: whoever reads may leave early; that is no failure of ours. */
function tolerateClosedPipes(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') crash(resultUnwritable({ reason: error.code ?? error.message }));
  });
  // Nobody is left to tell.
  process.stderr.on('error', () => {});
}

function processTerminal(signal: AbortSignal, asked: Asked): Terminal {
  const outputOf = (stream: NodeJS.WriteStream) => ({
    isTerminal: stream.isTTY,
    write: (text: string) => {
      if (!stream.destroyed) stream.write(text);
    },
  });
  return {
    out: outputOf(process.stdout),
    err: outputOf(process.stderr),
    env: process.env,
    // Standard input is opened when it is first mentioned, so it is only mentioned where it is a terminal.
    keyboard: isatty(0) ? createKeyboard(process.stdin, () => process.kill(process.pid, 'SIGINT')) : null,
    onReloadAsked(listener) {
      asked.add(listener);
      return () => asked.delete(listener);
    },
    window: process.stdout.isTTY ? windowOf(process.stdout) : null,
    async readStdin() {
      const chunks: Buffer[] = [];
      signal.addEventListener('abort', () => process.stdin.destroy(), { once: true });
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}

function windowOf(stream: NodeJS.WriteStream): NonNullable<Terminal['window']> {
  return {
    // A terminal that does not say how large it is (a serial line) is taken for the size they always had.
    size: () => ({ columns: stream.columns || 80, rows: stream.rows || 24 }),
    onResize(listener) {
      stream.on('resize', listener);
      return () => stream.off('resize', listener);
    },
  };
}

/** Waits until what was written has left the process; a reader that has gone counts as served. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) return resolve();
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}

function crash(caught: unknown): void {
  const error = toRatchetError(caught, 'run the command');
  const { cause } = error;
  const because =
    cause === undefined ? '' : `Caused by: ${cause instanceof Error ? (cause.stack ?? cause.message) : JSON.stringify(cause)}\n`;
  process.stderr.write(`Error: ${error.message}\n${because}Hint: ${error.hint}\nSee docs/errors/${error.code}.md (${error.code})\n`, () =>
    process.exit(exitCodes[error.exit].code),
  );
}
