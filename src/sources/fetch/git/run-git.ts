import { spawn } from 'node:child_process';
import { gitMissing } from '../../errors.ts';

export interface GitRun {
  readonly cwd?: string | undefined;
  /** The whole environment: nothing of this process's own is added. */
  readonly env: NodeJS.ProcessEnv;
  readonly input?: string | undefined;
  /** Ends the program and everything it started. The promise then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Told standard output as it comes; it is not collected then. What it throws ends the program. */
  readonly onStdout?: ((chunk: Buffer) => void) | undefined;
  readonly onStderr?: ((text: string) => void) | undefined;
}

export interface GitEnd {
  /** Null where it was ended by a signal. */
  readonly code: number | null;
  readonly stdout: Buffer;
  /** Its last 16,000 characters. */
  readonly stderr: string;
}

/** Collected output beyond this ends the program; what is larger is read as it comes. */
const mostOutputBytes = 64 * 1024 * 1024;
const mostStderrChars = 16_000;
/** Git removes its temporary files when it is asked to end; a program that does not is killed. */
const graceMs = 1_000;

/**
 * Runs git with arguments that are never read by a shell, as the head of a process group of its own, so that the helpers it starts end with it.
 * @throws GIT_MISSING where it cannot be started; the reason of the signal when that ends it
 */
export function runGit(args: readonly string[], run: GitRun): Promise<GitEnd> {
  return new Promise((resolve, reject) => {
    if (run.signal.aborted) {
      reject(run.signal.reason as Error);
      return;
    }
    const hasGroup = process.platform !== 'win32';
    const child = spawn('git', args, { cwd: run.cwd, env: run.env, detached: hasGroup, stdio: 'pipe', windowsHide: true });
    const chunks: Buffer[] = [];
    let length = 0;
    let stderr = '';
    let failure: unknown;
    let killer: NodeJS.Timeout | undefined;

    const send = (signal: NodeJS.Signals) => {
      try {
        if (hasGroup && child.pid !== undefined) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // It has ended already.
      }
    };
    const end = (why: unknown) => {
      if (failure !== undefined) return;
      failure = why;
      send('SIGTERM');
      killer = setTimeout(send, graceMs, 'SIGKILL');
    };
    const onAbort = () => end(run.signal.reason);
    run.signal.addEventListener('abort', onAbort, { once: true });
    const finish = (code: number | null) => {
      clearTimeout(killer);
      run.signal.removeEventListener('abort', onAbort);
      // A helper that outlived git would go on filling the disk.
      if (failure !== undefined) send('SIGKILL');
      if (failure === undefined) resolve({ code, stdout: Buffer.concat(chunks), stderr });
      else reject(failure);
    };

    child.once('error', (error) => {
      if (child.pid !== undefined) return end(error);
      run.signal.removeEventListener('abort', onAbort);
      reject(gitMissing({ reason: `it cannot be started (${(error as NodeJS.ErrnoException).code ?? error.message})` }, error));
    });
    child.once('close', finish);
    child.stdout.on('data', (chunk: Buffer) => {
      if (failure !== undefined) return;
      try {
        if (run.onStdout) return run.onStdout(chunk);
        length += chunk.length;
        if (length > mostOutputBytes) throw new Error(`git wrote more than ${mostOutputBytes} bytes`);
        chunks.push(chunk);
      } catch (error) {
        end(error);
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-mostStderrChars);
      run.onStderr?.(text);
    });
    // It may end without reading its input.
    child.stdin.on('error', () => {});
    child.stdin.end(run.input ?? '');
  });
}
