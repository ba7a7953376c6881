import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How often Redis flushes its append-only file to the disk: each second, or before every answer. */
export type AppendFsync = 'everysec' | 'always';

export interface Redis {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** An own Redis that keeps its data in an append-only file, in a temporary folder. @throws when there is no `redis-server` */
export async function startRedis(appendFsync: AppendFsync): Promise<Redis> {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-redis-'));
  const port = await freePort();
  const kept = ['--appendonly', 'yes', '--appendfsync', appendFsync, '--save', ''];
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...kept], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => reject(new Error(`redis-server ended: ${said.slice(-500)}`)));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (said.includes('Ready to accept connections')) return;
      said += text;
      if (said.includes('Ready to accept connections')) resolve();
    });
  }).catch(async (caught: unknown) => {
    rmSync(folder, { recursive: true, force: true });
    throw caught;
  });
  return { port, pid: child.pid!, stop };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
