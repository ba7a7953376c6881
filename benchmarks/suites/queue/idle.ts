import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchOptions } from '../../options.ts';
import { rounded } from '../../percentiles.ts';
import { cpuOf, descendants, processMemory } from '../../process-family.ts';
import { startServe, temporaryFolder } from '../../subjects/ratchet-serve.ts';
import { additionCopies } from '../../tasks/copies.ts';

export interface IdleFigures {
  readonly seconds: number;
  /** Part of one core that server and workers used, 0 to 1. */
  readonly cpuShare: number;
  /** Below the server: workers, and what confines them. */
  readonly processes: number;
  /** At the end, in MB: the server alone, and with the processes below it; pages that several share are divided among them in PSS, and counted by each in RSS. */
  readonly serverRssMb: number;
  readonly familyRssMb: number;
  readonly familyPssMb: number;
  /** Bytes by which the files of the server grew. */
  readonly grownBytes: number;
}

/** Until what starting has left to do is done. */
const settleMs = 5_000;

/** What a server costs that has nothing to do. */
export async function measureIdle({ idleMs }: BenchOptions): Promise<IdleFigures> {
  const folder = temporaryFolder();
  const sources = additionCopies([{ name: 'addition' }]);
  const server = await startServe({ sources, databaseUrl: `sqlite:${join(folder.path, 'ratchet.db')}`, dataDir: folder.path });
  try {
    await sleep(settleMs);
    const before = { cpuMs: cpuOf([server.pid]), bytes: sizeOf(folder.path), atMs: performance.now() };
    await sleep(idleMs);
    const tookMs = performance.now() - before.atMs;
    const below = descendants(server.pid);
    const memory = [server.pid, ...below].map(processMemory);
    const sum = (read: (one: (typeof memory)[number]) => number) => rounded(memory.map(read).reduce((a, b) => a + b, 0));
    return {
      seconds: Math.round(tookMs / 1000),
      cpuShare: rounded((cpuOf([server.pid]) - before.cpuMs) / tookMs),
      processes: below.length,
      serverRssMb: rounded(memory[0]!.rssMb),
      familyRssMb: sum(({ rssMb }) => rssMb),
      familyPssMb: sum(({ pssMb }) => pssMb),
      grownBytes: sizeOf(folder.path) - before.bytes,
    };
  } finally {
    await server.stop();
    folder.remove();
    rmSync(sources, { recursive: true });
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
