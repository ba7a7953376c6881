import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemNode } from '#testing/checkout.ts';
import { ratchet } from '#testing/ratchet-process.ts';
import { temporaryFolder } from './task-folder.ts';

// What a new user types first, with the Node a person has and with the one the project brings.
describe.each([
  ['the Node of the project', process.execPath],
  ['the Node of the system', systemNode],
])('with %s, a new user', (_name, node) => {
  const run = (args: readonly string[], cwd?: string) => ratchet(args, { ...(node ? { node } : {}), ...(cwd ? { cwd } : {}) });

  it.skipIf(node === null)('runs the first line of the README', async () => {
    const end = await run(['run-once', '--from-fs', 'sample/js-tasks/addition', '--input-json={"num1": 5, "num2": 10}']);
    expect([end.code, JSON.parse(end.stdout)]).toEqual([0, { sum: 15 }]);
  });

  it.skipIf(node === null)('makes a task, checks it and runs it', async () => {
    const folder = temporaryFolder();
    const made = await run(['generate', 'task', '--path=./my-task', '--label=My Task'], folder);
    expect([made.code, made.stderr]).toEqual([0, expect.any(String)]);
    const checked = await run(['validate', '--from-fs', join(folder, 'my-task')]);
    expect([checked.code, checked.stderr]).toEqual([0, expect.any(String)]);
    const again = await run(['generate', 'task', '--path=./my-task', '--label=Other'], folder);
    expect(again.code).not.toBe(0);
    const ran = await run(['run-once', join(folder, 'my-task')]);
    expect([0, 4]).toContain(ran.code);
  });

  it.skipIf(node === null)('is told what is wrong with the broken sample, and where', async () => {
    const end = await run(['validate', '--from-fs', 'sample/js-tasks/invalid']);
    expect(end.code).toBe(3);
    expect(end.stdout + end.stderr).toMatch(/\.(js|json):\d+/);
  });
});
