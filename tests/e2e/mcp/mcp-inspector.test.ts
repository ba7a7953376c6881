import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { launcher, repository, systemPath } from '#testing/checkout.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-mcp-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const own = () => ['--data-dir', folder, '--sources', 'sample/js-tasks/addition'];
const env = { PATH: systemPath, HOME: process.env['HOME']!, TMPDIR: tmpdir() };

const require = createRequire(import.meta.url);

/** The inspector as its own package holds it: published alone, it looks for a file that only that one has. @returns its program */
function inspectorIn(home: string): string {
  const from = join(dirname(require.resolve('@modelcontextprotocol/inspector-cli/build/cli.js')), '..');
  const to = join(home, 'inspector', 'cli');
  cpSync(join(from, 'build'), join(to, 'build'), { recursive: true });
  cpSync(join(from, 'package.json'), join(to, 'package.json'));
  cpSync(join(from, 'package.json'), join(home, 'inspector', 'package.json'));
  symlinkSync(join(from, 'node_modules'), join(to, 'node_modules'));
  symlinkSync(join(repository, 'node_modules'), join(home, 'node_modules'));
  return join(to, 'build', 'cli.js');
}

it('ratchet mcp-serve can be used by the inspector', async () => {
  const cli = inspectorIn(folder);
  const inspect = async (...args: string[]) => {
    const child = spawn(process.execPath, [cli, '--cli', process.execPath, launcher, 'mcp-serve', ...own(), ...args], {
      cwd: repository,
      env,
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await new Promise((resolve) => child.once('close', resolve));
    return JSON.parse(text) as { tools: { name: string }[]; structuredContent: unknown };
  };
  const { tools } = await inspect('--method', 'tools/list');
  expect(tools.map(({ name }) => name)).toContain('ratchet_execute_task');
  const called = await inspect(
    '--method',
    'tools/call',
    '--tool-name',
    'ratchet_execute_task',
    '--tool-arg',
    'task_id=addition',
    'input={"num1":1,"num2":2}',
  );
  expect(called.structuredContent).toMatchObject({ output: { sum: 3 } });
});
