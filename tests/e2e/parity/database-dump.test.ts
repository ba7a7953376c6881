import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, it } from 'vitest';
import { temporarySqlite, type TemporaryDatabase } from '#testing/temporary-database.ts';
import { dumpDatabase } from './database-dump.ts';

const made: TemporaryDatabase[] = [];
afterEach(async () => {
  for (const one of made.splice(0)) await one.remove();
});

/** A database with two tasks and two jobs, their numbers counted from `from`, and one statement more. */
async function dumpOf(from: number, more = 'SELECT 1') {
  const database = temporarySqlite();
  made.push(database);
  const open = new DatabaseSync(database.file);
  open.exec('CREATE TABLE tasks (id INTEGER, uuid TEXT); CREATE TABLE jobs (id INTEGER, task_id INTEGER, started_at INTEGER, cost TEXT)');
  for (const n of [1, 2]) {
    open.prepare('INSERT INTO tasks VALUES (?, ?)').run(from + n, `01890000-0000-4000-8000-0000000000${from + n + 10}`);
    open
      .prepare('INSERT INTO jobs VALUES (?, ?, ?, ?)')
      .run(from + n, from + n, from * 1_000, JSON.stringify({ wallMs: from, requests: 1 }));
  }
  open.exec(more);
  open.close();
  return dumpDatabase(database.url);
}

it('is the same whatever ids were given, whenever it was and however long it took', async () => {
  expect(await dumpOf(30)).toEqual(await dumpOf(1));
});

it.each([
  ['a row more', 'INSERT INTO jobs VALUES (9, 2, 5, NULL)'],
  ['a row less', 'DELETE FROM jobs WHERE id = 3'],
  ['a job of the other task', 'UPDATE jobs SET task_id = 2 WHERE id = 3'],
  ['a job of no task there is', 'UPDATE jobs SET task_id = 77 WHERE id = 3'],
  ['a time that is missing', 'UPDATE jobs SET started_at = NULL WHERE id = 3'],
  ['one identity for both', 'UPDATE tasks SET uuid = (SELECT uuid FROM tasks WHERE id = 2)'],
  ['another number that was not measured', `UPDATE jobs SET cost = replace(cost, '"requests":1', '"requests":2') WHERE id = 3`],
  ['a column more', 'ALTER TABLE jobs ADD COLUMN hold TEXT'],
])('differs by %s', async (_what, change) => {
  expect(await dumpOf(1, change)).not.toEqual(await dumpOf(1));
});
