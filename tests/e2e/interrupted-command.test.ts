import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { launcher, systemNode, systemPath } from '#testing/checkout.ts';
import { childrenOf, survivors } from '../abuse/processes.ts';
import { taskFolder } from './task-folder.ts';

// Ctrl-C sends SIGINT to every process of the terminal's group, not only to the one that was started.
const nodes = [process.execPath, ...(systemNode ? [systemNode] : [])];
it.each(
  nodes.flatMap(
    (node) =>
      [
        [node, 'SIGINT'],
        [node, 'SIGTERM'],
      ] as const,
  ),
)('with %s, %s to the whole group cancels the execution and says so', async (node, signal) => {
  const task = taskFolder('(function () { return new Promise((resolve) => setTimeout(resolve, 60000)); })');
  const child = spawn(node, [launcher, 'run-once', task], { env: { PATH: systemPath }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += `out: ${chunk.toString()}`));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => child.once('close', (code, by) => resolve([code, by])));
  await sleep(1_500);
  const family = childrenOf(child.pid!);
  process.kill(-child.pid!, signal);
  const [code, by] = await ended;
  expect(by === signal || [130, 143].includes(code ?? 0), `ended with ${code} ${by}: ${text}`).toBe(true);
  expect(text).not.toContain('WORKER_CRASHED');
  expect(text).not.toContain('out:');
  expect(await survivors(family)).toEqual([]);
});
