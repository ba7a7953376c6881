import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { encodeFrame, FrameReader, fromWorker, protocolVersion, type FromWorker, type ToWorker } from '../protocol.ts';
import type { Program } from '../program.ts';
import type { Confinement } from './confinement.ts';

export interface WorkerOptions {
  readonly id: string;
  /** Folders a worker may read while it starts: the package and the native module. */
  readonly readable: readonly string[];
  /** The worker's entry file. */
  readonly entry: string;
  /** Passed to the entry file. */
  readonly args?: readonly string[];
  readonly confinement: Confinement;
  readonly rssMb: number;
  readonly isolates: number;
  /** Operating-system priority: 0 normal, 19 lowest. */
  readonly nice: number;
  readonly onMessage: (message: FromWorker, payload: Buffer) => void;
  /** The process has ended, for whatever reason; called once. */
  readonly onEnd: (how: string) => void;
  readonly onStderr: (text: string) => void;
}

const readyPatienceMs = 15_000;

/** One worker process as the host sees it: a pipe, what it knows, and a kill switch. */
export class WorkerProcess {
  readonly id: string;
  readonly ready: Promise<void>;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  isReady = false;
  /** It takes no more executions. */
  isLeaving = false;
  hasEnded = false;
  executionsStarted = 0;
  /** As `rssBytes` found it last. */
  lastRssBytes = 0;
  /** Milliseconds of the monotonic clock. */
  readonly startedMs = performance.now();
  /** Programs sent so far; the worker may have forgotten some and then asks. */
  readonly #sent = new Set<string>();
  readonly #child: ChildProcess;
  readonly #pipe: Duplex;
  readonly #options: WorkerOptions;
  #isCorked = false;
  #endReason: string | undefined;

  constructor(options: WorkerOptions) {
    this.id = options.id;
    this.#options = options;
    const flags = [
      '--no-node-snapshot',
      // A tenth of what a fresh context costs goes into rehashing V8's snapshot under a seed of its own. With the built-in seed a task can
      // provoke hash collisions, but only in its own isolate, where its processor time is limited.
      '--no-rehash-snapshot',
      '--v8-pool-size=1',
      '--permission',
      '--allow-addons',
      ...options.readable.map((path) => `--allow-fs-read=${path}`),
      '--disable-warning=SecurityWarning',
      '--disable-warning=ExperimentalWarning',
    ];
    const [program, ...args] = options.confinement.wrap(process.execPath, options.readable);
    this.#child = spawn(program!, [...args, ...flags, options.entry, ...(options.args ?? [])], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      // bubblewrap is looked up on PATH and then clears the environment itself; without it the worker starts with none at all, save
      // the time zone: a task sees the same local time on every machine, or a recording could not be replayed on another.
      env: options.confinement.kind === 'none' ? { TZ: 'UTC' } : { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
      cwd: '/',
      // A process group of its own: Ctrl-C at the terminal is for the host, which then tells its executions.
      detached: true,
    });
    this.#pipe = this.#child.stdio[3] as Duplex;
    const { promise: ended, resolve: markEnded } = Promise.withResolvers<void>();
    this.ended = ended;
    this.ready = this.#listen(markEnded);
    this.ready.catch(() => {});
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(message: ToWorker, payload?: Uint8Array): void {
    if (this.hasEnded || this.#endReason !== undefined) return;
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#pipe.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        this.#pipe.uncork();
      });
    }
    const [head, body] = encodeFrame(message, payload);
    this.#pipe.write(head);
    if (body.byteLength > 0) this.#pipe.write(body);
  }

  /** Sends a program unless it was sent before; `again` sends it in any case. */
  sendProgram(program: Program, again = false): void {
    if (this.#sent.has(program.id) && !again) return;
    this.#sent.add(program.id);
    const parts = [program.script, program.inputCheck, program.outputCheck].map((text) => (text === null ? null : Buffer.from(text)));
    const [scriptBytes, inputCheckBytes, outputCheckBytes] = parts.map((part) => part?.length ?? -1) as [number, number, number];
    const { id, filename, lineOffset } = program;
    this.send(
      { type: 'program', program: id, filename, lineOffset, scriptBytes, inputCheckBytes, outputCheckBytes },
      Buffer.concat(parts.filter((part) => part !== null)),
    );
  }

  /** Resident size in bytes as the operating system counts it; 0 where that cannot be read. */
  rssBytes(): number {
    const pid = this.#innermostPid();
    try {
      this.lastRssBytes = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
      return this.lastRssBytes;
    } catch {
      return 0;
    }
  }

  /** Processor time in milliseconds as the operating system counts it, all threads; 0 where that cannot be read. */
  cpuMs(): number {
    try {
      // After the name, which may hold anything, come the fields from the third on; user and system time are the 14th and 15th, in ticks of 10 ms.
      const stat = readFileSync(`/proc/${this.#innermostPid()}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) * 10;
    } catch {
      return 0;
    }
  }

  kill(reason: string): void {
    this.#endReason ??= reason;
    try {
      // The group, because bubblewrap killed while it starts would leave its child waiting for it for ever.
      if (this.pid !== undefined) process.kill(-this.pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
    // What has left the group but is not yet bound to its parent's life ends when it finds the pipe closed.
    if (!this.#pipe.destroyed) this.#pipe.end();
  }

  /** Keeps the host's event loop alive, or lets it end while this worker idles. */
  ref(isNeeded: boolean): void {
    const { stdout, stderr } = this.#child;
    for (const handle of [this.#child, this.#pipe, stdout, stderr] as (null | { ref?(): void; unref?(): void })[]) {
      if (isNeeded) handle?.ref?.();
      else handle?.unref?.();
    }
  }

  #innermostPid(): number {
    let pid = this.#child.pid ?? 0;
    if (this.#options.confinement.kind === 'none') return pid;
    try {
      for (;;) {
        const child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
        if (!child) return pid;
        pid = child;
      }
    } catch {
      return pid;
    }
  }

  #listen(markEnded: () => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const patience = setTimeout(() => this.kill(`not ready after ${readyPatienceMs} ms`), readyPatienceMs);
    const reader = new FrameReader(fromWorker);
    this.#pipe.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk, (message, payload) => {
          if (message.type === 'ready') {
            if (message.version !== protocolVersion) return this.kill(`speaks protocol ${message.version}, not ${protocolVersion}`);
            clearTimeout(patience);
            this.isReady = true;
            resolve();
          } else if (!this.hasEnded) {
            this.#options.onMessage(message, payload);
          }
        });
      } catch (error) {
        this.kill(`sent a corrupt frame: ${(error as Error).message}`);
      }
    });
    // A dead worker shows as ECONNRESET or EPIPE here; its end is reported by the exit event.
    this.#pipe.on('error', () => {});
    let stderr = '';
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-2_000);
      this.#options.onStderr(chunk.toString());
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#options.onStderr(chunk.toString()));
    for (const stream of [this.#child.stdout, this.#child.stderr] as { unref?(): void }[]) stream.unref?.();
    const end = (how: string) => {
      if (this.hasEnded) return;
      this.hasEnded = true;
      clearTimeout(patience);
      this.#pipe.destroy();
      const reason = this.#endReason ?? (this.isReady ? how : `${how}${stderr ? `: ${stderr.trim().split('\n').at(-1)}` : ''}`);
      reject(new Error(reason));
      markEnded();
      this.#options.onEnd(reason);
    };
    this.#child.on('error', (error) => end(`cannot be started: ${error.message}`));
    // `close` comes after the pipe is drained, so nothing the worker said last is lost.
    this.#child.on('close', (code, signal) => end(signal ? `ended by ${signal}` : `ended with code ${code}`));
    const { rssMb, isolates, nice } = this.#options;
    this.send({ type: 'hello', version: protocolVersion, workerId: this.id, rssMb, isolates, nice });
    return promise;
  }
}
