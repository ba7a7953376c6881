import { describe, expect, it } from 'vitest';
import { hasPostgres, temporaryPostgres, temporarySqlite, type TemporaryDatabase } from '#testing/temporary-database.ts';
import { verifies } from '../../requirements/verifies.ts';
import { crashRun } from './crash-run.ts';

/** Any number: `RATCHET_CRASH_ROUNDS=2000 npx vitest run tests/e2e/crash`. */
const rounds = Number(process.env['RATCHET_CRASH_ROUNDS'] ?? 100);
const seed = Number(process.env['RATCHET_CRASH_SEED'] ?? 20_261_121);
const patienceMs = 120_000 + rounds * 5_000;

describe.concurrent(`with a server or a worker killed ${rounds} times (seed ${seed})`, async () => {
  it(
    'each acknowledged job ends exactly once, no attempt counts twice and nothing is lost, on SQLite',
    async () => {
      verifies('jobs.nothing-lost');
      await expectNothingLost(temporarySqlite());
    },
    patienceMs,
  );

  it.skipIf(!(await hasPostgres()))(
    'each acknowledged job ends exactly once, no attempt counts twice and nothing is lost, on PostgreSQL',
    () => expectNothingLost(temporaryPostgres()),
    patienceMs,
  );
});

async function expectNothingLost(database: TemporaryDatabase): Promise<void> {
  try {
    const report = await crashRun({ databaseUrl: database.url, rounds, seed });
    process.stdout.write(`${JSON.stringify(report)}\n`);
    expect(report.broken).toEqual([]);
    expect(report.acknowledged, 'jobs that were acknowledged').toBeGreaterThan(rounds * 3);
    expect(report.byStatus['COMPLETED'], 'jobs that completed').toBeGreaterThan(rounds);
    expect(report.slowestRecoveryMs, 'ms until a job went on after a restart').toBeLessThan(15_000);
  } finally {
    await database.remove();
  }
}
