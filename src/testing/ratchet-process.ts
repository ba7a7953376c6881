import { spawn, type ChildProcess } from 'node:child_process';
import { afterAll } from 'vitest';
import { launcher, repository, sharedCache, systemPath } from './checkout.ts';

const running = new Set<ChildProcess>();

// A test that fails half-way leaves its command behind, and one that lets debuggers in has no limit of time.
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

export interface RatchetRun {
  stdin?: string | Buffer | null;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** The Node that starts the launcher; the test's own when absent. */
  node?: string;
  /** Called once the process runs, to send it signals. */
  onStart?: (child: ChildProcess) => void;
  /** Called for each piece of standard error. */
  onStderr?: (text: string, child: ChildProcess) => void;
}

export interface RatchetEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs the real program as a process of its own and waits for its end; what it does not say in 25 seconds it is killed for. */
export function ratchet(args: readonly string[], run: RatchetRun = {}): Promise<RatchetEnd> {
  return new Promise((resolve, reject) => {
    const env: NodeJS.ProcessEnv = {
      PATH: systemPath,
      HOME: process.env['HOME'],
      TMPDIR: process.env['TMPDIR'],
      ...sharedCache,
      ...run.env,
    };
    const child = spawn(run.node ?? process.execPath, [launcher, ...args], {
      cwd: run.cwd ?? repository,
      env,
      timeout: 25_000,
      killSignal: 'SIGKILL',
    });
    running.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      run.onStderr?.(text, child);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal, stdout, stderr });
    });
    // It may end without reading its input.
    child.stdin.on('error', () => {});
    if (run.stdin !== null) child.stdin.end(run.stdin ?? '');
    run.onStart?.(child);
  });
}
