import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Duplex } from 'node:stream';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { launcher, repository, systemNode, systemPath } from '../../testing/checkout.ts';
import { ratchet } from '../../testing/ratchet-process.ts';

const addition = ['run-once', 'sample/js-tasks/addition', '--input-json', '{"num1": 5, "num2": 10}'];
const folder = mkdtempSync(join(tmpdir(), 'ratchet-launcher-'));
afterAll(() => rmSync(folder, { recursive: true }));

const systemVersion = systemNode === null ? '' : spawnSync(systemNode, ['--version'], { encoding: 'utf8' }).stdout;
const isOld = /^v(18|20|22)\./.test(systemVersion);

function waiting(): string {
  const path = mkdtempSync(join(folder, 'task-'));
  writeFileSync(
    join(path, 'metadata.json'),
    JSON.stringify({ uuid: '0b6f1f3e-6a52-4d7e-9a54-8f2f6f0f2a11', version: '1.0.0', label: 'Waits' }),
  );
  writeFileSync(join(path, 'main.js'), `(function () { console.log('pid waits'); return new Promise((r) => setTimeout(r, 60000)) })`);
  return path;
}

describe('the launcher', () => {
  it('starts the program in its own process on a Node that is new enough', async () => {
    expect(await ratchet(addition, { node: process.execPath })).toMatchObject({ code: 0, stdout: '{"sum":15}\n', stderr: '' });
  });

  it.skipIf(systemNode === null)('works as a program by its own name from any folder', () => {
    const end = spawnSync(launcher, ['--version'], { cwd: folder, encoding: 'utf8', env: { PATH: systemPath, HOME: process.env['HOME'] } });
    expect(end).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
  });

  describe.skipIf(!isOld)('on an older Node', () => {
    it('hands over to the Node beside the program: same arguments, input, output and exit code', async () => {
      expect(await ratchet(addition, { node: systemNode! })).toMatchObject({ code: 0, stdout: '{"sum":15}\n', stderr: '' });
      const piped = await ratchet(['run-once', 'sample/js-tasks/addition', '--input-file', '-'], {
        node: systemNode!,
        stdin: '{"num1": 1, "num2": 1}',
      });
      expect(piped.stdout).toBe('{"sum":2}\n');
      expect((await ratchet(['run-once', '/nowhere'], { node: systemNode! })).code).toBe(3);
    });

    it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on and ends as the program does', async (signal) => {
      const end = await ratchet(['run-once', waiting()], {
        node: systemNode!,
        onStderr: (text, child) => text.includes('waits') && child.kill(signal),
      });
      expect([end.code, end.stderr]).toEqual([130, expect.stringContaining('CANCELLED')]);
    });

    it('counts a Ctrl-C that arrives twice, from the terminal and forwarded, as one', ({ skip }) => {
      // `setsid` makes a process group of its own, so that the signal reaches launcher and program at once, as a terminal sends it.
      const script = `setsid "${systemNode}" "${launcher}" run-once "${waiting()}" 2>"${folder}/err" & pid=$!; until grep -q waits "${folder}/err" 2>/dev/null; do sleep 0.05; done; kill -INT -$pid; wait $pid; echo $?`;
      const shell = spawnSync('bash', ['-c', script], {
        cwd: repository,
        encoding: 'utf8',
        timeout: 20_000,
        env: { PATH: systemPath, HOME: process.env['HOME'] },
      });
      if (shell.error) skip('bash is not installed');
      expect(shell.stdout).toBe('130\n');
      expect(spawnSync('cat', [`${folder}/err`], { encoding: 'utf8' }).stdout).toContain('CANCELLED');
    });

    it('takes the program down when it is killed itself', async () => {
      const end = await ratchet(['run-once', waiting()], {
        node: systemNode!,
        onStderr: (text, child) => text.includes('waits') && child.kill('SIGKILL'),
      });
      // The helper waits until nobody holds the output any more, so it comes back only when the program has ended too: the task waits for a minute.
      expect([end.signal, end.stderr]).toEqual(['SIGKILL', expect.stringContaining('CANCELLED')]);
    });

    it('says which Node is needed, and how to get it, where there is none', () => {
      mkdirSync(join(folder, 'bare', 'bin'), { recursive: true });
      mkdirSync(join(folder, 'bare', 'src'));
      copyFileSync(launcher, join(folder, 'bare', 'bin', 'ratchet.js'));
      writeFileSync(join(folder, 'bare', 'package.json'), '{"type":"module"}');
      const end = spawnSync(systemNode!, [join(folder, 'bare', 'bin', 'ratchet.js'), 'doctor'], { encoding: 'utf8' });
      expect([end.status, end.stdout]).toEqual([8, '']);
      expect(end.stderr).toMatch(/needs Node \^24\.19 or \^26\.6; this is Node \d+[^]*Hint: Run `npm ci`/);
    });

    it('finds its Node when it is reached through a link, as an installed program is', () => {
      const link = join(folder, 'ratchet');
      symlinkSync(launcher, link);
      const end = spawnSync(systemNode!, [link, '--version'], { encoding: 'utf8', cwd: folder });
      expect(end).toMatchObject({ status: 0, stderr: '' });
    });
  });

  it('names the range of Node versions that package.json demands', async () => {
    const { engines } = (await import('../../../package.json', { with: { type: 'json' } })).default;
    expect(engines.node).toBe('^24.19.0 || ^26.6.0');
  });

  it('is a worker for a host that gives it a pipe', async () => {
    const worker = spawn(process.execPath, ['--no-node-snapshot', launcher, '--worker', '--worker-id', 'worker-0'], {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
      env: { HOME: folder },
    });
    const pipe = worker.stdio[3] as Duplex;
    const [first] = (await once(pipe, 'data')) as [Buffer];
    expect(first.toString('latin1')).toContain('ready');
    pipe.destroy();
    expect(await once(worker, 'exit')).toBeDefined();
  });

  it('refuses to be a worker by hand', async () => {
    expect(await ratchet(['--worker', '--worker-id', 'worker-0'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/descriptor 3/),
    });
  });
});
