import { existsSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { temporarySqlite } from '../../testing/temporary-database.ts';
import { createLogFlush } from './log-flush.ts';
import { checkpoint } from './idle-checkpoint.ts';
import { connectSqlite } from './sqlite-connection.ts';

describe('bringing the log of a database to the disk', () => {
  it('works on the log while rows are written, and after it was moved into the file and cut off', async () => {
    const place = temporarySqlite();
    const connection = connectSqlite({ file: place.file, isReadOnly: false, synchronous: 'normal' });
    const log = createLogFlush(place.file);
    connection.script('CREATE TABLE numbers (number INTEGER PRIMARY KEY)');
    await log.flush();
    checkpoint(connection);
    connection.run('INSERT INTO numbers VALUES (1)');
    await log.flush();
    await log.close();
    connection.close();
    await place.remove();
  });

  it('fails where the log is not there, and works again when it is', async () => {
    const place = temporarySqlite();
    const log = createLogFlush(place.file);
    await expect(log.flush()).rejects.toThrow(/ENOENT/);
    const connection = connectSqlite({ file: place.file, isReadOnly: false, synchronous: 'normal' });
    connection.script('CREATE TABLE numbers (number INTEGER PRIMARY KEY)');
    await log.flush();
    await log.close();
    connection.close();
    expect(existsSync(`${place.file}-wal`)).toBe(false);
    rmSync(place.file);
    await place.remove();
  });
});
