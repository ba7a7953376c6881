import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { launcher, systemPath } from '#testing/checkout.ts';
import { taskFolder } from './task-folder.ts';

// `ratchet run-once ... | head -c 1`, a full disk, and a reader that takes its time.
const big = "(function () { return Array.from({ length: 20000 }, (_, i) => 'line ' + i + ' ' + 'x'.repeat(100)); })";

function start(stdout: 'pipe' | number) {
  const child = spawn(process.execPath, [launcher, 'run-once', taskFolder(big), '--format', 'json'], {
    env: { PATH: systemPath },
    stdio: ['ignore', stdout, 'pipe'],
  });
  let stderr = '';
  child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => child.once('close', (code) => resolve({ code, stderr })));
  return { child, ended };
}

it('a reader that goes away ends the command without a stack trace', async () => {
  const { child, ended } = start('pipe');
  child.stdout!.once('data', () => child.stdout!.destroy());
  const { stderr } = await ended;
  expect(stderr).not.toMatch(/EPIPE|at .*\(.*:\d+:\d+\)/);
});

it('a slow reader gets everything', async () => {
  const { child, ended } = start('pipe');
  let text = '';
  child.stdout!.setEncoding('utf8');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  child.stdout!.on('data', (chunk: string) => (text += chunk));
  expect((await ended).code).toBe(0);
  expect((JSON.parse(text) as string[]).length).toBe(20_000);
});

it.skipIf(process.platform !== 'linux')('a full disk is an error, not a success', async () => {
  const { ended } = start(openSync('/dev/full', 'w'));
  const { code, stderr } = await ended;
  expect(code).not.toBe(0);
  expect(stderr).not.toMatch(/at .*\(.*:\d+:\d+\)/);
});
