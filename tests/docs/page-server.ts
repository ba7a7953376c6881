import { spawn } from 'node:child_process';

/** How a command of a page is started. */
export interface PageShell {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A server that a page has started, until it is stopped. */
export interface PageServer {
  readonly url: string;
  /** As Ctrl-C would. @returns what it has printed to standard error since it was ready */
  stop(): Promise<string>;
  /** At once, when nobody looks any more. */
  kill(): Promise<void>;
}

const patienceMs = 30_000;

/** Starts the server that a `sh serve` block shows, and waits until it says where it answers. It takes a free port. */
export function startPageServer(command: string, { folder, env }: PageShell): Promise<PageServer> {
  // A group of its own: a terminal sends Ctrl-C to the launcher and to the server.
  const child = spawn('bash', ['-euo', 'pipefail', '-c', command], {
    cwd: folder,
    // Without a heartbeat: what a page shows must not depend on the minute.
    env: { RATCHET_HEARTBEAT_ENABLED: 'false', ...env, RATCHET_SERVER_PORT: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const signal = (name: NodeJS.Signals) => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, name);
  };
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let stderr = '';
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      signal('SIGKILL');
      reject(new Error(`${command}was not ready after ${patienceMs / 1_000} s:\n${stderr}`));
    }, patienceMs);
    const ready = () => {
      const url = /^ {2}API +(\S+)\/api\/v1$/m.exec(stderr)?.[1];
      // The advice is the last thing it says.
      const end = url === undefined ? -1 : stderr.search(/^Try: .*\n/m);
      if (url === undefined || end === -1) return;
      clearTimeout(late);
      child.stderr.off('data', ready);
      const from = stderr.indexOf('\n', end) + 1;
      const stop = async () => {
        signal('SIGINT');
        const killer = setTimeout(() => signal('SIGKILL'), patienceMs);
        await gone;
        clearTimeout(killer);
        return stderr.slice(from);
      };
      const kill = () => {
        signal('SIGKILL');
        return gone;
      };
      resolve({ url, stop, kill });
    };
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stderr.on('data', ready);
    child.once('error', reject);
    void gone.then(() => {
      clearTimeout(late);
      reject(new Error(`${command}ended before it was ready:\n${stderr}`));
    });
  });
}
