import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = join(import.meta.dirname, '..', '..', 'src', 'app', 'main.ts');
/** A server that has not said where it listens by then never will. */
const patienceMs = 60_000;

export interface RatchetServe {
  readonly url: string;
  readonly pid: number;
  /** From the start of the process to the line that says it is ready. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

export interface ServeOptions {
  readonly sources: string;
  readonly databaseUrl: string;
  readonly dataDir: string;
}

/** `ratchet serve` in a process of its own, with its default settings but for the length of its queue and no line in the log per request. */
export async function startServe({ sources, databaseUrl, dataDir }: ServeOptions): Promise<RatchetServe> {
  const startedMs = performance.now();
  const args = ['serve', '--port', '0', '--format', 'json', '--sources', sources, '--database-url', databaseUrl, '--data-dir', dataDir];
  const child = spawn(process.execPath, [program, ...args, '--log-level', 'warn'], {
    cwd: dataDir,
    env: { ...process.env, RATCHET_SERVER_JOB_QUEUE_MAX_QUEUE_SIZE: '5000000' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)));
  const exited = once(child, 'exit');
  const ready = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`ratchet serve was not ready after ${patienceMs} ms: ${said}`)), patienceMs);
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      clearTimeout(timer);
      resolve((JSON.parse(line) as { url: string }).url);
    });
    void exited.then(([code]) => {
      clearTimeout(timer);
      reject(new Error(`ratchet serve ended with ${code}: ${said}`));
    });
  });
  try {
    const url = await ready;
    return {
      url,
      pid: child.pid!,
      readyMs: performance.now() - startedMs,
      async stop() {
        child.kill('SIGTERM');
        await exited;
      },
    };
  } catch (caught) {
    child.kill('SIGKILL');
    throw caught;
  }
}

/** A folder for what one server keeps, and how to remove it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'ratchet-serve-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
