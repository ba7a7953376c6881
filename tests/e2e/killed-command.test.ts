import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { probeConfinement } from '#engine/index.ts';
import { launcher, systemNode, systemPath } from '#testing/checkout.ts';
import { childrenOf, survivors } from '../abuse/processes.ts';
import { taskFolder } from './task-folder.ts';

// Whoever is killed with -9 cannot clean up; what it started has to notice.
const bwrap = await probeConfinement('bwrap');
const nodes = [process.execPath, ...(systemNode ? [systemNode] : [])];
const waits = '(function () { return new Promise((resolve) => setTimeout(resolve, 60000)); })';
const spins = '(function () { for (;;); })';

for (const confinement of ['none', 'bwrap'] as const) {
  for (const [what, code] of [
    ['waits', waits],
    ['computes', spins],
  ] as const) {
    for (const [i, node] of nodes.entries()) {
      it.skipIf(confinement === 'bwrap' && bwrap.kind !== 'bwrap')(
        `a command that is killed while its task ${what} leaves nothing behind (confinement ${confinement}, ${['own', 'system'][i]} Node)`,
        async () => {
          const child = spawn(node, [launcher, 'run-once', taskFolder(code), '--timeout', '20s'], {
            env: { PATH: systemPath, RATCHET_ENGINE_CONFINEMENT: confinement, RATCHET_EXECUTION_MAX_CPU_MS: '20000' },
            stdio: 'ignore',
          });
          const ended = new Promise((resolve) => child.once('exit', resolve));
          // Its worker is there, and has had the time to begin.
          await expect.poll(() => childrenOf(child.pid!).length, { timeout: 15_000 }).toBeGreaterThan(0);
          await sleep(1_000);
          const family = childrenOf(child.pid!);
          expect(family.length).toBeGreaterThan(0);
          process.kill(child.pid!, 'SIGKILL');
          await ended;
          expect(await survivors(family)).toEqual([]);
        },
      );
    }
  }
}
