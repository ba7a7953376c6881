import type { Queries } from '../database.ts';
import { whenQuiet } from '../when-quiet.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

/** Works of one transaction at most; at 30 microseconds each this keeps others waiting for 60 ms. */
const mostWorks = 2_000;

export interface GroupCommit {
  /** Resolves after the commit of the group the work is in. */
  readonly write: <T>(work: (queries: Queries) => Promise<T>) => Promise<T>;
  isUnderWay(): boolean;
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>;
}

interface Waiting {
  readonly work: (queries: Queries) => Promise<unknown>;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: unknown) => void;
  answer?: unknown;
}

/**
 * One transaction and one flush to the disk for everything that was asked for in one tick, and as long as more keeps arriving; what arrives
 * while a group is being written is the next group. A work that rejects takes itself back and nothing else.
 * @param queriesFor what one work may ask; told when the work is over @param onOutcome told about every group: null, or why it failed
 * @param flush brings what was committed to the disk; null where the commit does, or nobody asks for it
 */
export function createGroupCommit(
  connection: SqliteConnection,
  queriesFor: () => { readonly queries: Queries; readonly end: () => void },
  onOutcome: (failure: unknown) => void,
  flush: (() => Promise<void>) | null = null,
): GroupCommit {
  let waiting: Waiting[] = [];
  let isUnderWay = false;
  let whenIdle: (() => void)[] = [];

  const runWork = async (entry: Waiting): Promise<void> => {
    const { queries, end } = queriesFor();
    try {
      entry.answer = await entry.work(queries);
    } finally {
      end();
    }
  };

  /** @returns those whose work stands in the transaction */
  const runGroup = async (group: readonly Waiting[], remaining: Waiting[]): Promise<Waiting[]> => {
    const kept: Waiting[] = [];
    const isAlone = group.length === 1;
    for (const entry of group) {
      remaining.shift();
      if (!isAlone) connection.run('SAVEPOINT work');
      try {
        await runWork(entry);
        kept.push(entry);
      } catch (caught) {
        // On a full disk SQLite has taken the whole transaction back, and with it the works before.
        if (!connection.isInTransaction()) throw new GroupLost([...kept, entry], caught);
        entry.reject(caught);
        if (isAlone) return [];
        connection.run('ROLLBACK TO work');
      }
      if (!isAlone) connection.run('RELEASE work');
    }
    return kept;
  };

  const changesSoFar = () => connection.all<{ n: number }>('SELECT total_changes() AS n')[0]!.n;

  const commit = async (group: readonly Waiting[]): Promise<void> => {
    const remaining = [...group];
    let kept: readonly Waiting[] = group;
    try {
      connection.run('BEGIN IMMEDIATE');
      const before = changesSoFar();
      kept = await runGroup(group, remaining);
      const isChanged = changesSoFar() !== before;
      connection.run(kept.length > 0 ? 'COMMIT' : 'ROLLBACK');
      if (isChanged && kept.length > 0) await flush?.();
      onOutcome(null);
    } catch (caught) {
      if (connection.isInTransaction()) connection.run('ROLLBACK');
      const failure = caught instanceof GroupLost ? caught.cause : caught;
      onOutcome(failure);
      for (const entry of caught instanceof GroupLost ? caught.works : kept) entry.reject(failure);
      if (caught instanceof GroupLost) waiting = [...remaining, ...waiting];
      return;
    }
    for (const entry of kept) entry.resolve(entry.answer as never);
  };

  const arrived = () => waiting.length;
  const next = () => {
    const group = waiting.slice(0, mostWorks);
    waiting = waiting.slice(mostWorks);
    void commit(group).then(() => {
      if (waiting.length > 0) {
        whenQuiet(arrived, next);
        return;
      }
      isUnderWay = false;
      for (const told of whenIdle) told();
      whenIdle = [];
    });
  };

  return {
    write: (work) =>
      new Promise((resolve, reject) => {
        waiting.push({ work, resolve, reject });
        if (isUnderWay) return;
        isUnderWay = true;
        whenQuiet(arrived, next);
      }),
    isUnderWay: () => isUnderWay,
    idle: () => (isUnderWay ? new Promise((resolve) => whenIdle.push(resolve)) : Promise.resolve()),
  };
}

/** The transaction is gone, with every work in it. */
class GroupLost extends Error {
  readonly works: readonly Waiting[];

  constructor(works: readonly Waiting[], cause: unknown) {
    super('the transaction was taken back', { cause });
    this.works = works;
  }
}
