import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';

export interface ServeOptions {
  readonly sources: string;
  readonly databaseUrl: string;
  readonly dataDir: string;
}

/** `ratchet serve` in a process of its own, with its default settings but for the length of its queue and no line in the log per request. */
export function startServe({ sources, databaseUrl, dataDir }: ServeOptions): Promise<RatchetServer> {
  return startRatchet({
    args: ['--sources', sources, '--database-url', databaseUrl, '--data-dir', dataDir, '--log-level', 'warn'],
    env: { RATCHET_SERVER_JOB_QUEUE_MAX_QUEUE_SIZE: '5000000' },
    patienceMs: 60_000,
  });
}

/** A folder for what one server keeps, and how to remove it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'ratchet-serve-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
