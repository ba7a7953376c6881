import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { flushFolder } from '#storage/index.ts';
import { z } from 'zod';
import { backupNamePattern } from './backup.ts';

/** What a server is to do before it opens its database the next time. */
export const RestoreOrder = z.object({
  backup: z.string().regex(backupNamePattern),
  /** The database it is meant for: another one that uses the same folder is left alone. */
  where: z.string(),
  /** Milliseconds since 1970 UTC; names what the old database is kept as. */
  stagedAt: z.number().int(),
  stagedBy: z.string(),
});
export type RestoreOrder = z.infer<typeof RestoreOrder>;

/** The order that lies in the folder of the data, where a start finds it. */
export interface RestoreOrders {
  readonly file: string;
  /** Null where there is none for this database. */
  read(): RestoreOrder | null;
  write(order: RestoreOrder): void;
  remove(): void;
}

export function restoreOrders(dataFolder: string, where: string): RestoreOrders {
  const file = join(dataFolder, 'restore-order.json');
  return {
    file,
    read() {
      let text: string;
      try {
        text = readFileSync(file, 'utf8');
      } catch (caught) {
        if ((caught as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw caught;
      }
      // Written whole or not at all: one that cannot be read was written by somebody else, who should hear of it.
      const order = RestoreOrder.parse(JSON.parse(text));
      return order.where === where ? order : null;
    },
    write(order) {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.part`, `${JSON.stringify(order, null, 2)}\n`, { mode: 0o600, flush: true });
      renameSync(`${file}.part`, file);
      flushFolder(dirname(file));
    },
    remove() {
      rmSync(file, { force: true });
      flushFolder(dirname(file));
    },
  };
}
