import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchOptions } from '../../options.ts';
import { median, rounded } from '../../percentiles.ts';
import { startServe, temporaryFolder } from '../../subjects/ratchet-serve.ts';
import { additionCopies } from '../../tasks/copies.ts';

export interface ReadyFigures {
  readonly tasks: number;
  /** Milliseconds from the start of the process until it says that it is ready: with an empty data folder, and the next time. */
  readonly firstMs: number;
  readonly againMs: number;
}

/** How long a server with a hundred tasks takes to start. */
export async function measureReady({ serverRounds, isQuick }: BenchOptions): Promise<ReadyFigures> {
  const tasks = 100;
  const sources = additionCopies(Array.from({ length: tasks }, (_, index) => ({ name: `addition-${index}` })));
  const first: number[] = [];
  const again: number[] = [];
  try {
    for (let round = 0; round < serverRounds * (isQuick ? 1 : 2); round++) {
      const folder = temporaryFolder();
      try {
        for (const kept of [first, again]) {
          const server = await startServe({ sources, databaseUrl: `sqlite:${join(folder.path, 'ratchet.db')}`, dataDir: folder.path });
          kept.push(server.readyMs);
          await server.stop();
        }
      } finally {
        folder.remove();
      }
    }
  } finally {
    rmSync(sources, { recursive: true });
  }
  return { tasks, firstMs: rounded(median(first)), againMs: rounded(median(again)) };
}
