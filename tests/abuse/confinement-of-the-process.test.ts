import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeConfinement } from '#engine/index.ts';
import { startHttpStub, type HttpStub } from '#testing/http-stub.ts';

// What an attacker has who broke out of V8: the worker process itself. This probe runs there and tries everything a process may try.
const probe = `
const { readFileSync, readdirSync, writeFileSync } = require('node:fs');
const attempt = (work) => { try { const value = work(); return value === undefined ? 'done' : value; } catch (error) { return error.code ?? error.name; } };
const connect = () => new Promise((resolve) => {
  const socket = attempt(() => require('node:net').connect(Number(process.argv[2]), '127.0.0.1'));
  if (typeof socket === 'string') return resolve(socket);
  socket.on('connect', () => resolve('connected')).on('error', (error) => resolve(error.code ?? error.name));
});
connect().then((network) => {
  const found = JSON.stringify({
    network,
    environment: Object.keys(process.env).filter((name) => name !== 'PWD'),
    passwords: attempt(() => readFileSync('/etc/passwd', 'utf8').length),
    homes: attempt(() => readdirSync('/root').length + readdirSync('/home').length),
    temporary: attempt(() => writeFileSync('/tmp/ratchet-escaped', 'x')),
    own: attempt(() => writeFileSync(__filename, 'changed')),
    parent: attempt(() => readFileSync('/proc/' + Number(process.argv[3]) + '/cmdline', 'utf8').includes('vitest')),
    host: attempt(() => process.kill(Number(process.argv[3]), 0)),
    processes: attempt(() => readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).length),
    program: attempt(() => String(require('node:child_process').execFileSync('/bin/ls', ['/']).length)),
  });
  process.stdout.write(found, () => process.exit());
});`;

let folder: string;
let stub: HttpStub;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-probe-'));
  writeFileSync(join(folder, 'probe.cjs'), probe);
  stub = await startHttpStub();
});
afterAll(async () => {
  await stub.close();
  rmSync(folder, { recursive: true });
});

async function tryFrom(command: readonly string[]): Promise<Record<string, unknown>> {
  const [program, ...args] = [...command] as [string, ...string[]];
  args.push(join(folder, 'probe.cjs'), String(stub.port), String(process.pid));
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], SECRET: 'of the host' },
    cwd: '/',
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((resolve) => child.on('close', resolve));
  return JSON.parse(text) as Record<string, unknown>;
}

const bwrap = await probeConfinement('bwrap');

describe('the confinement of the operating system', () => {
  it.skipIf(bwrap.kind !== 'bwrap')(
    'bubblewrap alone leaves no network, no files, no other process and of the environment the time zone',
    async () => {
      const found = await tryFrom(bwrap.wrap(process.execPath, [folder]));
      expect(found).toMatchObject({
        environment: ['TZ'],
        passwords: 'ENOENT',
        homes: 'ENOENT',
        own: 'EROFS',
        host: 'ESRCH',
        parent: 'ENOENT',
      });
      expect(found['network']).not.toBe('connected');
      expect(found['processes']).toBeLessThan(5);
      expect(stub.connectionCount()).toBe(0);
      expect(readFileSync(join(folder, 'probe.cjs'), 'utf8')).toBe(probe);
      expect(() => readFileSync('/tmp/ratchet-escaped')).toThrow('ENOENT');
    },
  );

  it("Node's permission model alone denies files and programs; the network is open on Node 24, so it is a belt only", async () => {
    const found = await tryFrom([process.execPath, '--permission', `--allow-fs-read=${folder}`, '--disable-warning=SecurityWarning']);
    const denied = 'ERR_ACCESS_DENIED';
    expect(found).toMatchObject({ passwords: denied, homes: denied, temporary: denied, own: denied, parent: denied, program: denied });
    expect(readFileSync(join(folder, 'probe.cjs'), 'utf8')).toBe(probe);
  });
});
