import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/index.ts';
import { sourceBusy, sourceUnreachable } from './errors.ts';
import { createTurns } from './in-turn.ts';
import type { Repository } from './repository.ts';
import { createSourceKeeper, waitAfter } from './source-keeper.ts';
import type { SyncOutcome } from './sync-source.ts';

const repository: Repository = {
  id: 1,
  name: 'team',
  kind: 'git',
  uri: 'https://example.com/team.git',
  origin: 'api',
  ref: null,
  subdirectory: null,
  authName: null,
  enabled: true,
  pollSeconds: null,
  isWatched: false,
  isDefault: false,
  isWritable: false,
  pushOnChange: false,
  options: {},
  metadata: null,
  syncStatus: 'synced',
  syncError: null,
  syncErrorCode: null,
  failures: 0,
  lastSyncAt: 0,
  lastAttemptAt: 0,
  revision: null,
  checksum: null,
  fetchedAt: null,
  signature: null,
  taskCount: 0,
  problems: [],
  createdAt: 0,
  updatedAt: 0,
};

const outcome = (of: Repository): SyncOutcome => ({ repository: of, report: null, error: null, durationMs: 0, syncedAt: 0 });

function keeperOf(sync: (nth: number) => Promise<SyncOutcome>) {
  let syncs = 0;
  const troubles: string[] = [];
  const keeper = createSourceKeeper(1, {
    clock: systemClock,
    random: () => 0.5,
    pollSeconds: 300,
    load: async () => repository,
    sync: () => sync(++syncs),
    watch: async () => null,
    inTurn: createTurns(5),
    onOutcome: () => {},
    onTrouble: (what) => troubles.push(what),
  });
  return { keeper, troubles, syncs: () => syncs };
}

describe('the keeper of a source', () => {
  it('syncs once at a time, and once more for all who asked meanwhile', async () => {
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let running = 0;
    let most = 0;
    const { keeper, syncs } = keeperOf(async (nth) => {
      most = Math.max(most, ++running);
      await gates[nth - 1]?.promise;
      running--;
      return outcome({ ...repository, taskCount: nth });
    });
    const first = keeper.sync();
    const later = [keeper.sync(), keeper.sync(), keeper.sync()];
    gates[0]!.resolve();
    expect((await first).repository.taskCount).toBe(1);
    gates[1]!.resolve();
    // Each of them sees a sync that began after it had asked.
    expect((await Promise.all(later)).map((one) => one.repository.taskCount)).toEqual([2, 2, 2]);
    expect([syncs(), most]).toEqual([2, 1]);
    await keeper.stop();
  });

  it('waits while another process syncs, and syncs then', async () => {
    const { keeper, syncs } = keeperOf(async (nth) => {
      if (nth < 3) throw sourceBusy({ source: 'team' });
      return outcome(repository);
    });
    expect((await keeper.sync()).error).toBeNull();
    expect(syncs()).toBe(3);
    await keeper.stop();
  });

  it('tells what failed and goes on: one failed sync does not fail the next', async () => {
    const { keeper } = keeperOf(async (nth) => {
      if (nth === 1) throw new Error('no database');
      return outcome(repository);
    });
    await expect(keeper.sync()).rejects.toThrow('no database');
    expect((await keeper.sync()).error).toBeNull();
    await keeper.stop();
  });

  it('starts nothing once it was stopped', async () => {
    const { keeper, syncs } = keeperOf(async () => outcome(repository));
    await keeper.stop();
    await expect(keeper.sync()).rejects.toMatchObject({ code: 'SOURCE_BUSY' });
    expect(syncs()).toBe(0);
  });

  it.each([
    [{}, 300_000],
    [{ pollSeconds: 20 }, 20_000],
    [{ kind: 'filesystem' }, null],
    [{ kind: 'filesystem', pollSeconds: 60 }, 60_000],
    [{ syncStatus: 'failed', failures: 1 }, 1_000],
    [{ syncStatus: 'failed', failures: 4 }, 8_000],
    [{ syncStatus: 'failed', failures: 40 }, 300_000],
    [{ syncStatus: 'failed', failures: 40, pollSeconds: 20 }, 20_000],
    [{ kind: 'filesystem', syncStatus: 'failed', failures: 40, syncErrorCode: 'SOURCE_UNREACHABLE' }, 5_000],
    [{ kind: 'filesystem', syncStatus: 'failed', failures: 40, syncErrorCode: 'SOURCE_TOO_LARGE' }, 300_000],
  ] as const)('looks again at %o after %s ms', (state, ms) => {
    expect(waitAfter({ ...repository, ...state }, 300)).toBe(ms);
  });
});

describe('turns', () => {
  it('let so many run at once, in the order in which they came', async () => {
    const inTurn = createTurns(2);
    const order: number[] = [];
    let running = 0;
    let most = 0;
    await Promise.all(
      [0, 1, 2, 3, 4].map((number) =>
        inTurn(async () => {
          order.push(number);
          most = Math.max(most, ++running);
          await sleep(5);
          running--;
          if (number === 1) throw sourceUnreachable({ address: 'x', reason: 'y' });
        }).catch(() => {}),
      ),
    );
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(2);
  });
});
