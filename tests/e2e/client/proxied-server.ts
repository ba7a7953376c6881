import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';
import { startTcpProxy, type TcpProxy } from '#testing/tcp-proxy.ts';

/** A real server behind a connection that can go wrong. The client knows the proxy only. */
export interface ProxiedServer {
  readonly proxy: TcpProxy;
  /** The server itself, for looking at what has really happened. */
  readonly direct: () => RatchetServer;
  /** kill -9, and another server on the same data; the proxy leads to that. */
  killAndRestart(): Promise<void>;
  close(): Promise<void>;
}

/** Code of the tasks a test can ask for, by their names. */
const tasks = {
  quick: '(function (input) { return { number: input.number ?? 0 }; });',
  slow: `(async function (input) {
    await new Promise((resolve) => setTimeout(resolve, input.ms));
    return { number: input.number ?? 0 };
  });`,
  talkative: `(async function (input) {
    for (let line = 1; line <= input.lines; line++) {
      console.log('line ' + line);
      if (input.everyMs) await new Promise((resolve) => setTimeout(resolve, input.everyMs));
    }
    return {};
  });`,
};

/** Starts a server on data of its own, with those tasks. @param env more of its environment */
export async function startProxiedServer(env: NodeJS.ProcessEnv = {}): Promise<ProxiedServer> {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-proxied-'));
  for (const [index, [name, code]] of Object.entries(tasks).entries()) {
    const task = join(folder, 'tasks', name);
    mkdirSync(task, { recursive: true });
    writeFileSync(join(task, 'main.js'), code);
    const uuid = `5d1c7a90-3f0b-4b5e-8a77-00000000000${index}`;
    writeFileSync(join(task, 'metadata.json'), JSON.stringify({ uuid, version: '1.0.0', label: name, name, description: 'For tests.' }));
  }
  const start = () => startRatchet({ args: ['--sources', join(folder, 'tasks'), '--data-dir', join(folder, 'data')], env });
  let server = await start();
  const proxy = await startTcpProxy(server.url);
  return {
    proxy,
    direct: () => server,
    async killAndRestart() {
      await server.kill();
      server = await start();
      proxy.leadTo(server.url);
    },
    async close() {
      await proxy.close();
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
