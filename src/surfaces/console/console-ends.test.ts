import { spawn } from 'node:child_process';
import { createServer } from 'node:https';
import { request } from 'node:http';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launcher, repository, systemPath } from '../../testing/checkout.ts';
import { ratchet } from '../../testing/ratchet-process.ts';
import { startRatchet, type RatchetServer } from '../../testing/ratchet-server.ts';
import { selfSignedCertificate } from '../../testing/self-signed-certificate.ts';
import { insideOf, terminalProgram, withoutTerminal, type TerminalRun } from '../../testing/virtual-terminal.ts';
import { verifies } from '../../../tests/requirements/verifies.ts';
import { ctrl, has, consoleSeats } from '../../testing/console-seats.ts';

const home = mkdtempSync(join(tmpdir(), 'ratchet-ends-'));
const tasks = join(home, 'tasks');
const seats = consoleSeats(home);
let server: RatchetServer;

beforeAll(async () => {
  mkdirSync(tasks);
  cpSync(join(repository, 'sample/js-tasks/addition'), join(tasks, 'addition'), { recursive: true });
  server = await startRatchet({ args: ['--sources', tasks, '--data-dir', join(home, 'data')] });
});
const started: RatchetServer[] = [];
afterEach(async () => {
  seats.close();
  for (const one of started.splice(0)) await one.kill();
});
afterAll(async () => {
  await server?.stop();
  rmSync(home, { recursive: true, force: true });
});

/** Servers whose data lie in a folder, by process id. */
const serversOf = (folder: string) =>
  readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return (
        readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('\0serve\0') &&
        readFileSync(`/proc/${name}/environ`, 'utf8').includes(`=${folder}\0`)
      );
    } catch {
      return false;
    }
  });

async function untilNone(folder: string): Promise<void> {
  for (let left = 250; serversOf(folder).length > 0; left--) {
    if (left === 0) throw new Error(`a server of ${folder} is still there: ${serversOf(folder).join(', ')}`);
    await pause(100);
  }
}

describe.skipIf(process.platform !== 'linux')('a server of the console', () => {
  const own = (name: string) => {
    const folder = join(home, name);
    mkdirSync(folder);
    return { folder, env: { HOME: folder, XDG_DATA_HOME: folder, RATCHET_HEARTBEAT_ENABLED: 'false' } };
  };

  it('ends when the script has ended, well or not', async () => {
    verifies('console.own-server-ends');
    const { folder, env } = own('script');
    writeFileSync(join(folder, 'bad.rsh'), 'health\ntask show nobody\n');
    const [good, bad] = [
      await ratchet(['console', '--connect', 'stdio'], { cwd: folder, env, stdin: 'health\nexit\n' }),
      await ratchet(['console', '--connect=stdio://', '--script', 'bad.rsh'], { cwd: folder, env, stdin: '' }),
    ];
    expect([good.code, good.stdout, bad.code]).toEqual([0, expect.stringContaining('"status":"healthy"'), 3]);
    expect(bad.stderr).toContain('bad.rsh, line 2: task show nobody');
    expect(serversOf(folder)).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGKILL', 'SIGHUP'] as const)('ends when the console gets %s', async (signal) => {
    verifies('console.own-server-ends');
    const { folder, env } = own(signal);
    const child = spawn(process.execPath, [launcher, 'console', '--embedded'], {
      cwd: folder,
      env: { PATH: systemPath, ...env },
      detached: true,
    });
    for (let left = 400; serversOf(folder).length === 0; left--) {
      if (left === 0) throw new Error('no server was started');
      await pause(50);
    }
    // It is still starting: the worst moment. Both are meant, the launcher and the console.
    process.kill(-child.pid!, signal);
    await untilNone(folder);
    child.kill('SIGKILL');
  });
});

describe('a server behind TLS', () => {
  it('is reached by https and wss, where its certificate is trusted', async () => {
    const pair = selfSignedCertificate(['localhost'], ['127.0.0.1']);
    const certificate = join(home, 'certificate.pem');
    writeFileSync(certificate, pair.cert);
    const asked: (string | undefined)[] = [];
    const front = createServer({ key: pair.key, cert: pair.cert }, (incoming, outgoing) => {
      asked.push(incoming.headers.authorization);
      const to = new URL(incoming.url!, server.url);
      const forwarded = request(to, { method: incoming.method, headers: { ...incoming.headers, host: to.host } }, (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(forwarded);
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    const at = `127.0.0.1:${(front.address() as AddressInfo).port}`;
    const env = { HOME: home, NODE_EXTRA_CA_CERTS: certificate };
    try {
      for (const url of [`https://${at}`, `wss://${at}/ws`]) {
        const end = await ratchet(['console', '--connect', url, '--auth-token', 'shown'], { env, stdin: 'task list --limit 1\n' });
        expect([end.code, end.stdout]).toEqual([0, expect.stringContaining('"name":"addition"')]);
      }
      expect(new Set(asked)).toEqual(new Set(['Bearer shown']));
      const refused = await ratchet(['console', '--connect', `https://${at}`], { env: { HOME: home }, stdin: 'health\n' });
      expect([refused.code, refused.stderr]).toEqual([8, expect.stringMatching(/certificate/i)]);
    } finally {
      front.closeAllConnections();
      front.close();
    }
  });
});

describe.skipIf(terminalProgram === null)(`a console in a terminal (${terminalProgram === null ? withoutTerminal : 'a real one'})`, () => {
  it('finds its server again that was killed and started anew', async () => {
    verifies('console.reconnects');
    const args = ['--data-dir', join(home, 'killed')];
    const first = await startRatchet({ args });
    started.push(first);
    const { port } = new URL(first.url);
    const run = await seats.open(`--port ${port}`);
    await first.kill();
    run.type('health\r');
    await run.until(has(/✗ [^]*ratchet>$/));
    const second = await startRatchet({ args: [...args, '--port', port] });
    try {
      await run.until(has(`ℹ Connected to: http://127.0.0.1:${port}`));
      run.type('health\r');
      await run.until(has(/healthy {2}Ratchet[^]*ratchet>$/));
    } finally {
      await second.stop();
    }
  });

  it('takes its own server with it, however it is left', async () => {
    verifies('console.own-server-ends');
    const folder = join(home, 'seat');
    mkdirSync(folder);
    const env = { HOME: folder, XDG_DATA_HOME: folder };
    const ways: readonly ((run: TerminalRun) => void)[] = [
      (run) => run.type('exit\r'),
      (run) => run.type(ctrl('d')),
      // The window is closed.
      (run) => void run.child.kill('SIGKILL'),
    ];
    for (const leave of ways) {
      const run = await seats.open('--embedded', { env });
      expect(serversOf(folder)).toHaveLength(1);
      leave(run);
      await run.ended;
      await untilNone(folder);
    }
  });

  it('gives the terminal back after every way out of the monitor', async () => {
    verifies('console.monitor-leaves');
    const doomed = await startRatchet({ args: ['--data-dir', join(home, 'doomed')] });
    started.push(doomed);
    const run = await seats.open(`--connect ${doomed.url}`, { columns: 80, rows: 24 });
    const watch = async (words: string, shown: string | RegExp) => {
      run.type(`${words}\r`);
      await run.until(has(shown));
      expect([run.screen.isAlternate, run.screen.isCursorShown]).toEqual([true, false]);
    };
    const isBack = async () => {
      await run.until((text) => text.endsWith('\nratchet>') && !run.screen.isAlternate);
      expect([run.screen.isAlternate, run.screen.isCursorShown]).toEqual([false, true]);
    };
    for (const [words, shown, leave] of [
      ['monitor', 'Schedules due', 'q'],
      ['monitor dashboard', 'Schedules due', ctrl('c')],
      ['monitor executions', 'Failures (0)', ctrl('d')],
      ['monitor workers', /Worker +Status +Process/, '\u001b'],
      ['monitor metrics', 'ratchet_', 'q'],
      ['monitor logs', 'Lines that executions log from now on', 'q'],
    ] as const) {
      await watch(words, shown);
      run.type(leave);
      await isBack();
    }
    await watch('monitor', 'Schedules due');
    run.type('4');
    await run.until(has('from now on'));
    run.type('5');
    await run.until(has('  ratchet_'));
    await doomed.kill();
    await run.until(has('no answer'));
    run.type('q');
    await isBack();
    run.type('echo still here\r');
    await run.until(has(/\nstill here\nratchet>$/));
    run.type('monitor\r');
    await run.until(has(/✗ [^]*\nratchet>$/));
    const again = await startRatchet({ args: ['--data-dir', join(home, 'doomed'), '--port', new URL(doomed.url).port] });
    try {
      await watch('monitor live', 'Schedules due');
      process.kill(insideOf(run.child), 'SIGTERM');
      expect(await run.ended).toBe(130);
      expect([run.screen.isAlternate, run.screen.isCursorShown]).toEqual([false, true]);
    } finally {
      await again.stop();
    }
  });
});
