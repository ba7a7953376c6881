import { afterAll, beforeAll, describe } from 'vitest';
import { systemClock } from '#kernel/index.ts';
import { openDatabase, type Database } from '#storage/index.ts';
import { hasPostgres, temporaryPostgres, temporarySqlite, type TemporaryDatabase } from '../testing/temporary-database.ts';
import { jobLimitsContract } from './job-limits.contract.ts';
import { jobStoreContract } from './job-store.contract.ts';
import { emptied } from './queue-for-test.ts';

/** One database for all tests, emptied before each: making the tables takes PostgreSQL longer than any of the tests. */
function onOne(make: () => TemporaryDatabase): void {
  let place: TemporaryDatabase;
  let database: Database;
  beforeAll(async () => {
    place = make();
    database = await openDatabase({ url: place.url, synchronous: 'normal', clock: systemClock, migrate: true, maxConnections: 5 });
  });
  afterAll(async () => {
    await database.close();
    await place.remove();
  });
  describe('jobs', () => {
    jobStoreContract(() => emptied(database));
  });
  describe('limits', () => {
    jobLimitsContract(() => emptied(database));
  });
}

describe('the store of jobs, on SQLite', () => {
  onOne(temporarySqlite);
});
describe.skipIf(!(await hasPostgres()))('the store of jobs, on PostgreSQL', () => {
  onOne(temporaryPostgres);
});
