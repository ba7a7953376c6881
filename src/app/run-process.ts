import { readFileSync } from 'node:fs';
import { exitCodes, systemClock, toRatchetError } from '#kernel/index.ts';
import { runCli, type Terminal } from '#surfaces/cli/index.ts';
import { resultUnwritable } from './errors.ts';
import { openApp } from './start.ts';

/**
 * Milliseconds within which a second signal counts as the first one again. Ctrl-C reaches every process of the terminal's group, so
 * behind the launcher one key press arrives here twice: from the terminal and forwarded.
 */
const echoMs = 200;

/** Runs one command line as this process: its streams, its signals, its exit code. */
export async function runProcess(argv: readonly string[]): Promise<void> {
  const stopping = new AbortController();
  listenForSignals(stopping);
  watchLauncher(stopping);
  tolerateClosedPipes();
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, crash);

  const terminal = processTerminal(stopping.signal);
  // Idle workers do not keep the process alive, so that a library user's process can end; a command has to wait for their end.
  setInterval(() => {}, 2 ** 30);
  const code = await runCli({
    argv,
    terminal,
    version: packageVersion(),
    open: (globals) => openApp(globals, terminal),
    now: () => systemClock.now(),
    signal: stopping.signal,
  });
  await flushed(process.stdout);
  await flushed(process.stderr);
  process.exit(code);
}

function listenForSignals(stopping: AbortController): void {
  let firstAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      const now = systemClock.monotonic();
      firstAt ??= now;
      if (!stopping.signal.aborted) stopping.abort(signal);
      // Asked twice: no more patience. The workers see their pipe close and end themselves.
      else if (now - firstAt > echoMs) process.exit(exitCodes.interrupted.code);
    });
  }
}

/** Ends the command when the launcher was killed in a way it could not pass on. */
function watchLauncher(stopping: AbortController): void {
  const launcher = Number(process.env['RATCHET_LAUNCHER_PID']);
  delete process.env['RATCHET_LAUNCHER_PID'];
  if (!launcher || process.ppid !== launcher) return;
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

function processTerminal(signal: AbortSignal): Terminal {
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
    async readStdin() {
      const chunks: Buffer[] = [];
      signal.addEventListener('abort', () => process.stdin.destroy(), { once: true });
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
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

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
