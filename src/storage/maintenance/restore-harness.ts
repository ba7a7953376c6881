// Restores a backup, and is killed at the step whose number it is given; prints how many steps there were.
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { systemClock } from '#kernel/index.ts';

const [url, backup, at, cutAt] = process.argv.slice(2) as [string, string, string, string];
const require = createRequire(import.meta.url);
let steps = 0;

/** Counts calls, and kills the process instead of the one whose turn it is. */
function cutShortAt(owner: Record<string, unknown>, name: string): void {
  const original = owner[name] as (...args: unknown[]) => unknown;
  owner[name] = function counted(this: unknown, ...args: unknown[]) {
    steps++;
    if (steps === Number(cutAt)) process.kill(process.pid, 'SIGKILL');
    return original.apply(this, args);
  };
}

if (url.startsWith('postgres')) cutShortAt((require('pg') as { Client: { prototype: Record<string, unknown> } }).Client.prototype, 'query');
else {
  const fs = require('node:fs') as Record<string, unknown>;
  for (const name of ['copyFileSync', 'fsyncSync', 'linkSync', 'renameSync', 'rmSync']) cutShortAt(fs, name);
  const sqlite = require('node:sqlite') as { DatabaseSync: { prototype: Record<string, unknown> } };
  cutShortAt(sqlite.DatabaseSync.prototype, 'close');
  syncBuiltinESMExports();
}
const { restore } = await import('./restore.ts');
const { parseDatabaseAddress } = await import('../database-address.ts');
await restore(parseDatabaseAddress(url), backup, systemClock, Number(at));
process.stdout.write(`${steps}\n`);
