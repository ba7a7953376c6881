// A process of its own that copies or reads a database: both keep a thread busy for as long as they take, and it can be ended at any time.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { setPriority } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { toRatchetError } from '#kernel/index.ts';
import { parseDatabaseAddress } from '../database-address.ts';
import { backUp } from './backup.ts';
import type { CopyAnswer, CopyOrder, ReadBackup } from './copying.ts';
import { verifyBackup } from './verify-backup.ts';

async function perform(order: CopyOrder): Promise<ReadBackup> {
  const address = parseDatabaseAddress(order.url);
  await (address.dialect === 'sqlite' ? import('../sqlite/open-sqlite.ts') : import('./postgres-archive.ts'));
  // Those who wait for a job come first. Not before: loading is not what takes long.
  setPriority(5);
  if (order.deed === 'copy') await backUp(address, order.file);
  const facts = await verifyBackup(address.dialect, order.file);
  const hash = createHash('sha256');
  await pipeline(createReadStream(order.file), hash);
  return { ...facts, sha256: hash.digest('hex') };
}

const send = (answer: CopyAnswer) =>
  process.send?.(answer, () => {
    process.off('disconnect', end);
    process.disconnect();
  });

/** Whoever asked is gone, and with it the use of this; what it has started goes with it. */
function end(): void {
  if (process.platform === 'win32') process.exit();
  process.kill(-process.pid, 'SIGKILL');
}

process.once('disconnect', end);
process.once('message', (order: CopyOrder) => {
  perform(order).then(
    (read) => send({ read }),
    (caught: unknown) => {
      const { code, message, data } = toRatchetError(caught, 'copy the database');
      send({ error: { code, message, data } });
    },
  );
});
