import type { Clock } from '#kernel/index.ts';
import type { Database } from './database.ts';

/** A process that works on a database. */
export interface Node {
  /** New at every start of a process. */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
}

const beatMs = 10_000;
/** A process that has not been seen for so long counts as gone. */
const believedMs = 30_000;

/**
 * Says in the database that a process works on it, again and again, until it is told that it does not any more.
 * Operations on a whole database look there before they take it away from somebody.
 */
export async function keepNode(
  database: Database,
  node: Node,
  clock: Clock,
  onTrouble: (error: unknown) => void,
): Promise<{ stop(): Promise<void> }> {
  const startedAt = clock.now();
  const beat = () =>
    database.write(async ({ run }) => {
      const now = clock.now();
      await run('DELETE FROM nodes WHERE seen_until < $1', [now - believedMs]);
      await run(
        `INSERT INTO nodes (id, host, pid, version, started_at, seen_until) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET seen_until = excluded.seen_until`,
        [node.id, node.host, node.pid, node.version, startedAt, now + believedMs],
      );
    });
  await beat();
  const timer = setInterval(() => void beat().catch(onTrouble), beatMs).unref();
  return {
    async stop() {
      clearInterval(timer);
      await database.write(({ run }) => run('DELETE FROM nodes WHERE id = $1', [node.id]));
    },
  };
}
