import { spawn, type ChildProcess } from 'node:child_process';
import type { Clock } from '#kernel/index.ts';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import { endGroup, keepGroup } from './process-groups.ts';

export interface StdioOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
  readonly clock: Clock;
  /** A longer message ends the connection. */
  readonly maxMessageBytes: number;
  /** Told each line of its standard error. */
  readonly onLine: (line: string) => void;
}

/** A server that prints what is no message has until here to stop. */
const mostStrayLines = 1_000;
/** Of what nobody asked for, in this time: large messages cost the host far more than many small ones. */
const mostUnaskedBytes = 64 * 1024 ** 2;
const windowMs = 10_000;
/** Lines of standard error that are told of one process; a longer line is cut. */
const mostLines = 1_000;
const mostLineChars = 2_000;
const mostLastLines = 20;

/**
 * An MCP server as a process of ours, one JSON message per line. Beside what the SDK's own transport does: the process has only PATH and
 * the environment it is given, has a process group of its own which is ended as a whole, and cannot make us keep a line without end.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  /** How it ended; null while it has not. */
  ending: string | null = null;
  readonly #options: StdioOptions;
  #child: ChildProcess | null = null;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #strayLines = 0;
  #unaskedBytes = 0;
  #windowBegan = 0;
  /** What stands on standard error since the last line break. */
  #unfinished = '';
  #lines = 0;
  readonly #lastLines: string[] = [];
  #isClosed = false;

  constructor(options: StdioOptions) {
    this.#options = options;
  }

  /** The last lines of its standard error. */
  get lastPrinted(): string {
    return this.#lastLines.join(' | ');
  }

  /** Rejects when the command cannot be started. */
  start(): Promise<void> {
    const { command, args, env, cwd } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const child = spawn(command, [...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', ...env },
      cwd,
      detached: true,
    });
    this.#child = child;
    if (child.pid !== undefined) keepGroup(child.pid);
    child.on('spawn', () => resolve());
    child.on('error', (error) => {
      this.#end(`it cannot be started (${(error as NodeJS.ErrnoException).code ?? 'unknown cause'})`);
      reject(error);
    });
    // After `close` nothing of what it said is missing; a child of its own may keep the pipes open for ever, so `exit` is waited for too.
    child.on('exit', (code, signal) => {
      if (child.pid !== undefined) endGroup(child.pid);
      setImmediate(() => this.#end(signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`));
    });
    child.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.#print(text));
    // A dead server shows as EPIPE here; its end is reported by `exit`.
    child.stdin.on('error', () => {});
    for (const stream of [child, child.stdin, child.stdout, child.stderr] as { unref?: () => void }[]) stream.unref?.();
    return promise;
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#child?.stdin;
    if (!stdin || this.#isClosed || stdin.destroyed) throw new Error('the server is not connected');
    stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** Ends the process group, and resolves when the process is gone. */
  async close(): Promise<void> {
    const child = this.#child;
    this.#end('it was disconnected');
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.ref();
    child.stdin?.end();
    endGroup(child.pid, 'SIGTERM');
    const impatience = setTimeout(() => endGroup(child.pid!), 1_000);
    await gone;
    clearTimeout(impatience);
  }

  /** Ends it for what it did. */
  #kill(ending: string): void {
    const pid = this.#child?.pid;
    this.#end(ending);
    if (pid !== undefined) endGroup(pid);
  }

  #end(ending: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.ending = ending;
    this.#chunks = [];
    this.onclose?.();
  }

  #read(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0 && !this.#isClosed; end = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...this.#chunks, chunk.subarray(from, end)]);
      this.#chunks = [];
      this.#bytes = 0;
      from = end + 1;
      if (line.length > this.#options.maxMessageBytes) return this.#tooLong();
      this.#take(line.toString('utf8').trim());
    }
    if (this.#isClosed || from >= chunk.length) return;
    this.#chunks.push(chunk.subarray(from));
    this.#bytes += chunk.length - from;
    if (this.#bytes > this.#options.maxMessageBytes) this.#tooLong();
  }

  #isAllowed(bytes: number): boolean {
    const now = this.#options.clock.monotonic();
    if (now - this.#windowBegan > windowMs) {
      this.#windowBegan = now;
      this.#unaskedBytes = 0;
    }
    this.#unaskedBytes += bytes;
    return this.#unaskedBytes <= mostUnaskedBytes;
  }

  #print(text: string): void {
    const lines = (this.#unfinished + text).split('\n');
    this.#unfinished = lines.pop()!.slice(-mostLineChars);
    for (const line of lines) {
      const shown = line.trim().slice(0, mostLineChars);
      if (shown === '' || ++this.#lines > mostLines) continue;
      this.#lastLines.push(shown);
      if (this.#lastLines.length > mostLastLines) this.#lastLines.shift();
      this.#options.onLine(shown);
    }
  }

  #tooLong(): void {
    this.#kill(`it sent a message of more than ${this.#options.maxMessageBytes} bytes (mcp.calls.max_response_bytes)`);
  }

  #take(line: string): void {
    if (line === '') return;
    try {
      const message = JSON.parse(line) as JSONRPCMessage;
      if (typeof message !== 'object' || message === null) throw new TypeError('no message');
      if ('method' in message && !this.#isAllowed(line.length)) return this.#kill('it floods Ratchet with messages');
      this.onmessage?.(message);
    } catch {
      // Many servers print a line for people now and then.
      if (++this.#strayLines > mostStrayLines) this.#kill('it prints what is no MCP message');
    }
  }
}
