import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifies } from './requirements/verifies.ts';

const root = join(import.meta.dirname, '..');

describe('the published package', () => {
  let folder: string;
  let installed: string;
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

  beforeAll(() => {
    // Below node_modules, as an installed package is: Node then refuses to strip types, and finds the dependencies beside it.
    folder = mkdtempSync(join(root, 'node_modules', '.ratchet-package-'));
    // Builds first: `prepack` is part of packing.
    const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
      timeout: 120_000,
    });
    installed = join(folder, 'node_modules', 'ratchet');
    mkdirSync(installed, { recursive: true });
    execFileSync('tar', ['-xzf', join(folder, packed.trim().split('\n').at(-1)!), '-C', installed, '--strip-components=1']);
    // Beside the package, as npm puts them: workers are shown the folders of these two and no other.
    for (const name of ['isolated-vm', 'node-gyp-build']) {
      cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true });
    }
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const ratchet = (...args: string[]) =>
    spawnSync(process.execPath, [join(installed, 'bin/ratchet.js'), ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder },
    });

  it('runs tasks without its sources, compiled ones too', () => {
    verifies('package.runs-installed');
    expect(existsSync(join(installed, 'src'))).toBe(false);
    const run = ratchet('run-once', join(root, 'sample/js-tasks/addition'), '--input-json', '{"num1": 5, "num2": 10}');
    expect([run.stdout, run.stderr, run.status]).toEqual(['{"sum":15}\n', '', 0]);
    expect(ratchet('generate', 'task', 'typed', '--typescript').status).toBe(0);
    const typed = ratchet('run-once', 'typed', '--input-json', '{"value": "x"}', '--log-level', 'error');
    expect([JSON.parse(typed.stdout), typed.status]).toEqual([{ result: 'Processed: x' }, 0]);
  });
  describe('has a client to import', () => {
    const program = `import { connect, isError, type RatchetClient } from 'ratchet/client';
const client: RatchetClient = connect({ url: 'http://127.0.0.1:1', retries: 0 });
const ask = async (): Promise<string[]> => (await client.tasks.show({ id: 'addition' })).availableVersions;
// @ts-expect-error a task is named
const wrong = () => client.tasks.show({});
// @ts-expect-error there is no such status
const wrongList = () => client.jobs.list({ filter: { status: 'LOST' } });
try { await ask(); } catch (error) { if (isError(error, 'SERVER_UNREACHABLE')) console.log(error.code, error.data.url); }
export { wrong, wrongList };
`;
    const users = [
      ['Node', { module: 'nodenext', types: ['node'] }],
      ['a bundler, without types of Node', { module: 'esnext', moduleResolution: 'bundler', lib: ['es2024', 'dom'], types: [] }],
      [
        'a TypeScript that knows no disposal',
        { module: 'esnext', moduleResolution: 'bundler', target: 'es2022', lib: ['es2022', 'dom'], types: [] },
      ],
    ] as const;
    it.each(users)('with the types of what a server answers, for %s', (_name, options) => {
      writeFileSync(join(folder, 'use.ts'), program);
      const compilerOptions = { target: 'es2024', strict: true, noEmit: true, skipLibCheck: false, ...options };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
      writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
      const tsc = join(root, 'node_modules/typescript/bin/tsc');
      const checked = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
      expect([checked.stdout, checked.status]).toEqual(['', 0]);
    });
    it('that runs', () => {
      // Below node_modules Node strips no types, so it reads the program from its input.
      const run = spawnSync(process.execPath, ['--input-type=module', '-'], {
        cwd: folder,
        encoding: 'utf8',
        input: stripTypeScriptTypes(program),
      });
      expect([run.stdout, run.stderr, run.status]).toEqual(['SERVER_UNREACHABLE http://127.0.0.1:1\n', '', 0]);
    });
    it('whose types lead into nothing of the server', () => {
      const declarations = readdirSync(join(installed, 'dist'), { recursive: true, encoding: 'utf8' }).filter((path) =>
        path.endsWith('.d.ts'),
      );
      expect(declarations.filter((path) => !/^(?:kernel|surfaces\/client)\//.test(path))).toEqual([]);
      expect(declarations.filter((path) => readFileSync(join(installed, 'dist', path), 'utf8').includes("'zod'"))).toEqual([]);
    });
    it('and the documents that other clients can be made of', () => {
      const script = `for (const name of ['openapi.json', 'schema.graphql', 'config.schema.json', 'metadata.schema.json'])
        console.log(name, import.meta.resolve('ratchet/' + name).length > 0);
        const { default: document } = await import('ratchet/openapi.json', { with: { type: 'json' } });
        console.log(document.openapi, document.info.version, Object.keys(document.paths).includes('/api/v1/jobs'));`;
      const run = spawnSync(process.execPath, ['--input-type=module', '-'], { cwd: folder, encoding: 'utf8', input: script });
      expect([run.stderr, run.stdout.trim().split('\n').at(-1)]).toEqual(['', `3.1.0 ${manifest.version} true`]);
    });
  });
  it('knows its version', () => {
    expect(ratchet('--version').stdout.trim()).toBe(manifest.version);
  });
  it('carries its documents, and neither tests nor sources', () => {
    const has = (path: string) => existsSync(join(installed, path));
    expect(
      ['README.md', 'LICENSE', 'CHANGELOG.md', 'docs/guide/write-a-task.md', 'docs/reference/metadata.schema.json'].filter(
        (path) => !has(path),
      ),
    ).toEqual([]);
    expect(['tests', 'scripts', 'benchmarks', 'tsconfig.json'].filter(has)).toEqual([]);
  });
});
