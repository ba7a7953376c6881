import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startHttpStub } from '#testing/http-stub.ts';
import { ratchet } from '#testing/ratchet-process.ts';
import { writeReceived } from './write-received.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-received-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('what comes from a server', () => {
  it('has its name once it is whole', async () => {
    const file = join(folder, 'a.txt');
    const { bytes, result } = await writeReceived(file, undefined, async ({ write }) => {
      await write('one\n');
      expect(readdirSync(folder)).not.toContain('a.txt');
      for (let piece = 0; piece < 50; piece++) await write(new Uint8Array(100_000).fill(65));
      return 7;
    });
    expect([bytes, result, readFileSync(file).length]).toEqual([5_000_004, 7, 5_000_004]);
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  it('leaves nothing when it is cut short, and overwrites nothing', async () => {
    const file = join(folder, 'a.txt');
    const broken = new Error('broken');
    await expect(writeReceived(file, undefined, ({ write }) => write('x').then(() => Promise.reject(broken)))).rejects.toBe(broken);
    const enough = new AbortController();
    enough.abort(broken);
    await expect(writeReceived(file, enough.signal, ({ write }) => write('x'))).rejects.toBe(broken);
    await expect(writeReceived(join(folder, 'no/a.txt'), undefined, ({ write }) => write('x'))).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
    });
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(file, 'mine');
    await expect(writeReceived(file, undefined, ({ write }) => write('x'))).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });
});

it('a backup that arrives other than it was made is not kept', async () => {
  const name = '20260131T120000000Z';
  const backup = { name, kind: 'MANUAL', state: 'GOOD', problem: null, label: null, dialect: 'sqlite', bytes: 4, sha256: 'a'.repeat(64) };
  const more = { schemaVersion: 1, rows: {}, createdAt: '2026-01-31T12:00:00.000Z', createdBy: 'x', tookMs: 1, isStaged: false };
  const piece = { offset: 0, totalBytes: 4, sha256: 'a'.repeat(64), dialect: 'sqlite', base64: Buffer.from('text').toString('base64') };
  const stub = await startHttpStub({
    [`/api/v1/backups/${name}`]: (_request, response) =>
      void response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: { ...backup, ...more } })),
    [`/api/v1/backups/${name}/content`]: (_request, response) =>
      void response
        .setHeader('content-type', 'text/event-stream')
        .end(`id: 4\nevent: piece\ndata: ${JSON.stringify(piece)}\n\nevent: end\ndata: {}\n\n`),
  });
  const { code, stderr } = await ratchet(['server', 'backup', 'download', name, '--server', stub.url], { cwd: folder });
  expect([code, stderr]).toEqual([8, expect.stringContaining('what arrived is not what was sent')]);
  expect(readdirSync(folder)).toEqual([]);
  await stub.close();
});
