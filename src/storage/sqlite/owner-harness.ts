// A process of its own for tests: opens the database named by its first argument and, told `write`, adds rows in groups for as long as it lives.
// Standard output carries a line per fact: `open`, `refused <code> <message>`, and the number of every row whose commit was acknowledged.
import { RatchetError, systemClock } from '#kernel/index.ts';
import { openDatabase } from '../open-database.ts';

const [url = '', what] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);

try {
  const database = await openDatabase({ url, synchronous: what === 'write-normal' ? 'normal' : 'full', clock: systemClock, migrate: true });
  say('open');
  if (what?.startsWith('write')) {
    let number = 0;
    const add = async (): Promise<void> => {
      const mine = ++number;
      await database.write(({ run }) => run('INSERT INTO row_counts (name, stripe, value) VALUES ($1, $2, $2)', [`r${mine}`, mine]));
      say(String(mine));
      return add();
    };
    await Promise.all(Array.from({ length: 64 }, add));
  } else {
    // Lives until it is killed.
    setInterval(() => {}, 60_000);
  }
} catch (caught) {
  say(`refused ${caught instanceof RatchetError ? caught.code : 'unknown'} ${caught instanceof Error ? caught.message : String(caught)}`);
  process.exitCode = 1;
}
