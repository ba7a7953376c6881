import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  it('has a client to import, with the types of what a server answers', () => {
    const program = `import { createRatchetClient, RatchetError, type RatchetClient } from 'ratchet/client';
const client: RatchetClient = createRatchetClient({ url: 'http://127.0.0.1:1' });
const ask = async (): Promise<string[]> => (await client.tasks.show({ id: 'addition' })).availableVersions;
// @ts-expect-error a task is named
const wrong = () => client.tasks.show({});
try { await ask(); } catch (error) { process.stdout.write(error instanceof RatchetError ? error.code : String(error)); }
export { wrong };
`;
    writeFileSync(join(folder, 'use.ts'), program);
    const compilerOptions = { module: 'nodenext', target: 'es2024', strict: true, noEmit: true, types: ['node'], skipLibCheck: false };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const checked = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    expect([checked.stdout, checked.status]).toEqual(['', 0]);
    // Below node_modules Node strips no types, so it reads the program from its input.
    const stripped = stripTypeScriptTypes(program);
    const run = spawnSync(process.execPath, ['--input-type=module', '-'], { cwd: folder, encoding: 'utf8', input: stripped });
    expect([run.stdout, run.stderr, run.status]).toEqual(['SERVER_UNREACHABLE', '', 0]);
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
