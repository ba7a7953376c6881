import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { launcher, repository, sharedCache, systemPath } from './checkout.ts';

export interface RatchetServerOptions {
  /** After `serve`; `--port 0` and `--format json` are given anyway. */
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** How long it may take to be ready before it is given up; 20 s unless given. */
  readonly patienceMs?: number;
}

/** A real `ratchet serve` in a process of its own. */
export interface RatchetServer {
  /** `http://127.0.0.1:port`, without a trailing slash. */
  readonly url: string;
  readonly pid: number;
  /** From the start of the process until it was ready. */
  readonly readyMs: number;
  /** Everything on standard error so far. */
  stderr(): string;
  /** Process ids of its workers now. */
  workers(): number[];
  /** kill -9; resolves when it is gone. Its workers notice by themselves. */
  kill(): Promise<void>;
  /** Asks it to end as Ctrl-C does. @returns its exit code */
  stop(): Promise<number | null>;
}

/** Nothing happens by itself: a test that wants the heartbeat says so. */
const quiet = { RATCHET_HEARTBEAT_ENABLED: 'false' };

/** Starts a server and waits until it answers. */
export async function startRatchet({ args = [], env = {}, patienceMs = 20_000 }: RatchetServerOptions = {}): Promise<RatchetServer> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [launcher, 'serve', '--port', '0', '--format', 'json', ...args], {
    cwd: repository,
    env: { PATH: systemPath, HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'], ...sharedCache, ...quiet, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const url = await firstUrl(child, ended, () => stderr, patienceMs);
  return {
    url,
    pid: child.pid!,
    readyMs: performance.now() - startedMs,
    stderr: () => stderr,
    workers: () => descendantsOf(child.pid!),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

async function firstUrl(child: ChildProcess, ended: Promise<number | null>, stderr: () => string, patienceMs: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const said = line.startsWith('{') ? (JSON.parse(line) as { url?: string }) : {};
    if (said.url) resolve(said.url);
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not ready after ${patienceMs} ms:\n${stderr()}`)), patienceMs);
  });
  const gone = ended.then((code) => {
    throw new Error(`ended with ${code} before it was ready:\n${stderr()}`);
  });
  gone.catch(() => {});
  try {
    return await Promise.race([promise, late, gone]);
  } catch (caught) {
    child.kill('SIGKILL');
    throw caught;
  } finally {
    clearTimeout(timer);
  }
}

/** Children and their children, from what Linux says of each process. */
function descendantsOf(pid: number): number[] {
  const parents = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
    } catch {
      // Gone while we looked.
    }
  }
  const found: number[] = [];
  const look = (of: number) => {
    for (const child of parents.get(of) ?? []) {
      found.push(child);
      look(child);
    }
  };
  look(pid);
  return found;
}
