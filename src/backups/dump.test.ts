import { expect, it } from 'vitest';
import { localCaller, settingsFrom, type StreamEvent } from '#kernel/index.ts';
import type { Database } from '#storage/index.ts';
import { describeOnBoth } from '#testing/temporary-database.ts';
import { storedRecordings } from '#recordings/index.ts';
import { dumpDatabase, type DumpPiece } from './dump.ts';

const context = { caller: localCaller, now: 0, signal: new AbortController().signal, notify: () => {} };
const mask = (json: string) => storedRecordings.withoutSecrets(json, settingsFrom());

function dump(database: Database, input: Record<string, unknown> = {}, after: string | null = null) {
  const services = { dumping: { database, mask, version: '1' } };
  return dumpDatabase.open(services, dumpDatabase.input.parse(input), after, context);
}

async function piecesOf(events: AsyncIterable<StreamEvent<DumpPiece>>): Promise<StreamEvent<DumpPiece>[]> {
  const pieces: StreamEvent<DumpPiece>[] = [];
  for await (const event of events) pieces.push(event);
  return pieces;
}

const rowsOf = (pieces: readonly StreamEvent<DumpPiece>[], table: string) =>
  pieces.filter(({ data }) => data.table === table).flatMap(({ data }) => data.rows);

async function fill(database: Database, inputs: readonly string[]): Promise<void> {
  await database.write(async ({ run }) => {
    await run(
      "INSERT INTO tasks (uuid, name, label, version, storage_type, created_at, updated_at) VALUES ('t', 't', 't', '1', 'file', 0, 0)",
    );
    for (const [index, input] of inputs.entries()) {
      await run("INSERT INTO jobs (uuid, task_id, status, priority, turn, run_at, queued_at) VALUES ($1, 1, 'queued', 50, 0, 0, 0)", [
        `j${index}`,
      ]);
      await run('INSERT INTO job_payloads (job_id, input) VALUES ($1, $2)', [index + 1, input]);
    }
  });
}

await describeOnBoth('a dump', (open) => {
  it('holds every row of every table once, JSON as JSON, and no secret', async () => {
    const database = await open();
    await fill(database, ['{"user":"ada","password":"hunter2hunter2"}', '{"url":"https://x:pa55word1@example.com/hunter2hunter2"}']);
    await database.write(({ run }) =>
      run("INSERT INTO idempotency_keys (scope, key, fingerprint, answer, expires_at) VALUES ('a', 'k', 'f', 'no JSON {', 0)"),
    );
    const pieces = await piecesOf(dump(database));
    expect(pieces[0]!.data.header).toMatchObject({ format: 1, dialect: database.dialect, leftOut: [] });
    expect(pieces[0]!.data.header!.tables).toContain('executions');
    expect(rowsOf(pieces, 'jobs')).toMatchObject([
      { id: 1, uuid: 'j0', status: 'queued' },
      { id: 2, uuid: 'j1', status: 'queued' },
    ]);
    expect(rowsOf(pieces, 'job_payloads')[0]).toMatchObject({ job_id: 1, input: { user: 'ada', password: '__secret_password__' } });
    expect(rowsOf(pieces, 'idempotency_keys')).toMatchObject([{ answer: 'no JSON {' }]);
    expect(JSON.stringify(pieces)).not.toMatch(/hunter2|pa55word1/);
  });

  it('leaves out what was asked to be, and knows its tables', async () => {
    const database = await open();
    await fill(database, ['{"a":1}']);
    const pieces = await piecesOf(dump(database, { tables: 'jobs, job_payloads', withoutPayloads: true }));
    expect(pieces[0]!.data.header).toMatchObject({
      tables: ['job_payloads', 'jobs'],
      leftOut: ['job_payloads.input', 'job_payloads.options'],
    });
    expect(rowsOf(pieces, 'job_payloads')).toEqual([{ job_id: 1 }]);
    expect(new Set(pieces.map(({ data }) => data.table))).toEqual(new Set([null, 'jobs', 'job_payloads']));
    await expect(piecesOf(dump(database, { tables: 'users' }))).rejects.toMatchObject({
      code: 'DUMP_TABLE_UNKNOWN',
      data: { table: 'users' },
    });
  });

  it('reads no more than it is asked for, tells a very large value by its size, and goes on where it ended', async () => {
    const database = await open();
    const large = JSON.stringify({ text: 'x'.repeat(300_000) });
    await fill(database, [...Array.from({ length: 6 }, () => large), JSON.stringify('y'.repeat(1_100_000)), '{"last":true}']);
    const all = await piecesOf(dump(database, { tables: 'job_payloads' }));
    const pages = all.slice(1);
    // Two of them are more than half a megabyte.
    expect(pages.length).toBeGreaterThan(6);
    for (const { data } of pages) expect(JSON.stringify(data).length).toBeLessThan(700_000);
    expect(rowsOf(all, 'job_payloads').map(({ job_id: id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(rowsOf(all, 'job_payloads')[6]).toMatchObject({ input: { omittedBytes: 1_100_002 } });
    for (const [index, { id }] of pages.entries()) {
      const rest = await piecesOf(dump(database, { tables: 'job_payloads' }, id));
      expect(rest).toEqual(pages.slice(index + 1));
    }
    const reads: string[] = [];
    const watched = {
      ...database,
      read: {
        ...database.read,
        all: (sql: string, values?: readonly (string | number)[]) => (reads.push(sql), database.read.all(sql, values)),
      },
    };
    const slow = dump(watched as Database, { tables: 'job_payloads' })[Symbol.asyncIterator]();
    await slow.next();
    await slow.next();
    expect(reads.filter((sql) => sql.includes('job_payloads'))).toHaveLength(2);
    await slow.return?.();
  });
});
