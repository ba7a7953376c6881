import { execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { launcher, repository } from '#testing/checkout.ts';
import { loadedBy, type Loaded } from '#testing/loaded-modules.ts';
import { startRatchet } from '#testing/ratchet-server.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { platformFolder } from './platform-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-loading-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const execute = promisify(execFile);

/** What a command loads. Its answer does not matter here. */
function loadedByCommand(...args: string[]): Promise<Loaded> {
  return loadedBy(async (node) => {
    await execute(process.execPath, [...node, launcher, ...args], { cwd: repository, env: environment() }).catch(() => {});
  });
}

function environment(cache = process.env['XDG_CACHE_HOME'] ?? join(folder, 'cache')): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: folder, XDG_CACHE_HOME: cache };
}

describe('a command loads what it needs and no more:', () => {
  it('the version is told without the command line, and as the command line tells it', async () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string };
    for (const line of [['--version'], ['-V'], ['--no-color', '--version']]) {
      expect((await execute(process.execPath, [launcher, ...line], { env: environment() })).stdout).toBe(`${version}\n`);
    }
    const { modules } = await loadedByCommand('--version');
    expect(modules.map((url) => url.slice(pathToFileURL(repository).href.length))).toEqual([
      'bin/ratchet.js',
      'src/app/main.ts',
      'src/app/package-version.ts',
    ]);
  });

  it.skipIf(!existsSync('/dev/full'))('a version that cannot be written is no success', async () => {
    const told = spawnSync('sh', ['-c', '"$0" "$1" --version >/dev/full', process.execPath, launcher], {
      env: environment(),
      encoding: 'utf8',
    });
    expect([told.status, told.stderr]).toEqual([8, expect.stringContaining('ENOSPC')]);
  });

  it('the help needs the command line alone', async () => {
    const { modules, packages } = await loadedByCommand('--help');
    expect(packages).toEqual(['commander', 'fastest-levenshtein', 'zod']);
    expect(modules.length).toBeLessThan(125);
  });

  it('one that asks a server has no server, no database and no sandbox in it', async () => {
    const { modules, packages } = await loadedByCommand('job', 'list', '--help');
    const heavy = ['ajv', 'esbuild', 'fastify', 'graphql', 'isolated-vm', 'kysely', 'pg', 'prom-client', 'undici', 'yaml'];
    expect(packages.filter((name) => heavy.includes(name))).toEqual([]);
    expect(modules.length).toBeLessThan(260);
  });

  it('one that looks at every setting loads settings, and not the parts they are of', async () => {
    const { modules, packages } = await loadedByCommand('config', 'show');
    expect(packages.filter((name) => ['ajv', 'chokidar', 'fastify', 'kysely', 'prom-client'].includes(name))).toEqual([]);
    expect(modules.length).toBeLessThan(500);
  });

  it('one that runs a task has no server and no database in it', async () => {
    const { modules, packages } = await loadedByCommand('run-once', 'sample/js-tasks/addition', '--input-json', '{"num1": 1, "num2": 2}');
    expect(packages).toContain('ajv');
    expect(packages.filter((name) => ['esbuild', 'fastify', 'kysely', 'pg', 'prom-client', 'undici', 'yaml'].includes(name))).toEqual([]);
    expect(modules.length).toBeLessThan(350);
  });

  it('a server leaves to its first use what most servers never do', async () => {
    const { modules, packages } = await loadedBy(async (node) => {
      const data = join(folder, 'data');
      mkdirSync(data);
      const serve = ['serve', '--port', '0', '--format', 'json', '--sources', 'sample/js-tasks/addition', '--data-dir', data];
      const server = spawn(process.execPath, [...node, launcher, ...serve], { cwd: repository, env: environment() });
      let text = '';
      server.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes('"url"')) server.kill('SIGTERM');
      });
      await new Promise((resolve) => server.once('close', resolve));
    });
    expect(packages).toEqual(expect.arrayContaining(['fastify', 'kysely']));
    const later = [
      '@fastify/swagger',
      '@modelcontextprotocol/server',
      'esbuild',
      'fast-check',
      'graphql',
      'pg',
      'undici',
      'ws',
      'yaml',
      'yauzl',
    ];
    expect(packages.filter((name) => later.includes(name))).toEqual([]);
    expect(modules.filter((url) => /\/src\/debugging\/(?:inspector\/inspector|trace-page\/trace-page|profile\/)/.test(url))).toEqual([]);
    expect(modules.length).toBeLessThan(1_500);
  });
});

describe('what was compiled', () => {
  it('is kept in the folder for caches, and the next process compiles nothing and strips no types', async () => {
    const cache = join(folder, 'compiled-once');
    const compiling = async () =>
      (
        await execute(process.execPath, [launcher, '--help'], {
          cwd: repository,
          env: { ...environment(cache), NODE_DEBUG_NATIVE: 'COMPILE_CACHE' },
          maxBuffer: 64 * 1024 * 1024,
        })
      ).stderr.split('\n');
    await compiling();
    expect(readdirSync(join(platformFolder('cache', environment(cache)), 'compiled'))).toHaveLength(1);
    const second = await compiling();
    const main = second.filter((line) => line.includes('src/app/main.ts'));
    expect(main).toContainEqual(expect.stringMatching(/retrieving transpile cache for StrippedTypeScript .*success/));
    expect(main).toContainEqual(expect.stringMatching(/V8 code cache for ESM .* was accepted/));
    expect(second.filter((line) => /not found|rejected|cache miss|mismatch/i.test(line))).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')('lies where the platform says, also where a variable says nothing sensible', async () => {
    for (const said of [undefined, 'relative', join(folder, 'said')]) {
      const home = mkdtempSync(join(folder, 'home-'));
      const env = { PATH: process.env['PATH'], HOME: home, ...(said === undefined ? {} : { XDG_CACHE_HOME: said }) };
      await execute(process.execPath, [launcher, '--version'], { cwd: home, env });
      const base = said?.startsWith('/') ? said : join(home, '.cache');
      expect(readdirSync(join(base, 'ratchet'))).toEqual(['compiled']);
      expect(platformFolder('cache', { XDG_CACHE_HOME: base }, 'linux')).toBe(join(base, 'ratchet'));
    }
  });

  it('is kept by a server that is killed, once it has lived for some seconds', async () => {
    const cache = join(folder, 'of-a-killed-one');
    const server = await startRatchet({ env: { ...environment(cache), RATCHET_DATABASE_URL: 'sqlite::memory:' } });
    try {
      await expect.poll(() => filesIn(join(cache, 'ratchet', 'compiled')), { timeout: 25_000 }).toBeGreaterThan(500);
    } finally {
      await server.kill();
    }
  }, 60_000);
});

function filesIn(place: string): number {
  try {
    return readdirSync(place, { recursive: true }).length;
  } catch {
    return 0;
  }
}
