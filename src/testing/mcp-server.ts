import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const harness = join(import.meta.dirname, 'mcp-server-harness.ts');

/** How a configuration names the harness as a server that is started for it. */
export function stdioServer(name: string, env: Record<string, string> = {}) {
  return { name, transport: { stdio: { command: process.execPath, args: [harness, 'stdio'], env } } };
}

const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts the harness behind HTTP, or behind the older event stream; ended with the test file. @returns its address */
export async function startHttpServer(
  env: Record<string, string> = {},
  mode: 'http' | 'sse' = 'http',
): Promise<{ readonly url: string; readonly stop: () => void }> {
  const child = spawn(process.execPath, [harness, mode], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  running.add(child);
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: `http://127.0.0.1:${Number(port.toString())}/mcp`, stop: () => void child.kill('SIGKILL') };
}
