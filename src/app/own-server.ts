import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { consoleServerFailed } from '#surfaces/console/errors.ts';
import type { OwnServer } from '#surfaces/console/index.ts';
import type { Globals } from '#surfaces/cli/index.ts';
import { packageFolder } from './package-version.ts';

/** Opening a large database takes a while; one that takes longer than this will not come. */
const readyMs = 60_000;
/** What a server gives to what runs, and some more; then it is ended. */
const stopMs = 45_000;
/** What is told of a server that did not become ready. */
const mostTold = 2_000;

/**
 * Starts `ratchet serve` on a free port of this machine, in a process of its own: a console stays quick to type in whatever the server does,
 * and both run as they do elsewhere. The server has the configuration and data of this process and ends when this process does, also when
 * that is killed.
 * @throws CONSOLE_SERVER_FAILED
 */
export async function startOwnServer({ config, profile }: Globals, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<OwnServer> {
  const more = [...(config === undefined ? [] : ['--config', config]), ...(profile === undefined ? [] : ['--profile', profile])];
  const launcher = join(packageFolder(), 'bin', 'ratchet.js');
  const child = spawn(process.execPath, [launcher, 'serve', '--host', '127.0.0.1', '--port', '0', '--format', 'json', ...more], {
    // A group of its own: Ctrl-C at the terminal is for the console, which then asks the server.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, RATCHET_LAUNCHER_PID: String(process.pid) },
  });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told = (told + text).slice(-mostTold)));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(kill, stopMs);
    await ended;
    clearTimeout(timer);
    process.off('exit', kill);
  };
  const onAbort = () => void child.kill('SIGTERM');
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const url = await Promise.race([
      firstUrl(child.stdout),
      ended.then(() => Promise.reject(consoleServerFailed({ detail: lastLines(told) || 'it ended at once' }))),
      new Promise<never>((_resolve, reject) => {
        child.once('error', (error) => reject(consoleServerFailed({ detail: error.message })));
        setTimeout(() => reject(consoleServerFailed({ detail: `it was not ready after ${readyMs / 1_000} s` })), readyMs).unref();
      }),
    ]);
    return { url, stop };
  } catch (caught) {
    kill();
    process.off('exit', kill);
    throw caught;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function firstUrl(stdout: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      const { url } = JSON.parse(line) as { url?: string };
      if (url !== undefined) resolve(url);
    });
  });
}

/** The message of the error a server ended with, where it is one. */
function lastLines(told: string): string {
  const lines = told.trim().split('\n');
  const error = lines.findLast((line) => line.startsWith('{"error"'));
  if (error === undefined) return lines.slice(-3).join(' ');
  const { message } = (JSON.parse(error) as { error: { message: string } }).error;
  return message;
}
