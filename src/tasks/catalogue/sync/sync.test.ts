import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeOnBoth } from '../../../testing/temporary-database.ts';
import { callableOf } from '../../evaluate-for-test.ts';
import { catalogueOn, taskText, temporaryFolders, uuidOf, writeFiles } from '../catalogue-for-test.ts';

const samples = join(import.meta.dirname, '../../../../sample/js-tasks');
const nothing = { added: [], updated: [], removed: [], errors: [] };

await describeOnBoth('a sync of folders with the catalogue', (open) => {
  const newFolder = temporaryFolders();
  const task = (folder: string, name: string, text: Parameters<typeof taskText>[0] = {}) =>
    writeFiles(join(folder, name), taskText({ name, uuid: uuidOf(1), ...text }));

  it('takes a collection of folders and archives, reports what is broken, and does nothing when nothing has changed', async () => {
    const folder = newFolder();
    cpSync(join(samples, 'addition'), join(folder, 'addition'), { recursive: true });
    mkdirSync(join(folder, 'deeper'));
    cpSync(join(samples, 'weather-api.zip'), join(folder, 'deeper', 'weather.zip'));
    cpSync(join(samples, 'invalid'), join(folder, 'invalid'), { recursive: true });
    writeFileSync(join(folder, 'broken.zip'), 'PK');
    const catalogue = catalogueOn(await open());
    const first = await catalogue.sync(folder);
    expect(first).toMatchObject({ updated: [], removed: [] });
    expect(first.added.toSorted()).toEqual(['addition', 'weather-api']);
    expect(first.errors.map(({ taskName }) => taskName).toSorted()).toEqual(['broken.zip', 'invalid']);
    expect(first.errors.find(({ taskName }) => taskName === 'invalid')!.error).toMatch(/main\.js:\d+/);
    expect(await catalogue.sync(folder)).toEqual({ ...nothing, errors: first.errors });
    const stats = await catalogue.stats();
    expect(stats).toMatchObject({ total: 2, enabled: 2, fromFiles: 2, fromDatabase: 0, invalid: 0, missing: 0 });
    expect(stats.lastSync).toBeGreaterThan(0);
  });

  it('takes changed files without a new version as the content of that version, and keeps the old one', async () => {
    const folder = newFolder();
    task(folder, 'one');
    const catalogue = catalogueOn(await open());
    await catalogue.sync(folder);
    const { id } = (await catalogue.find('one'))!;
    const before = await catalogue.load(id, null);
    task(folder, 'one', { code: '(input) => ({ n: input.n + 2 })' });
    expect(await catalogue.sync(folder)).toEqual({ ...nothing, updated: ['one'] });
    const after = await catalogue.load(id, null);
    expect([callableOf(before.program)({ n: 1 }), callableOf(after.program)({ n: 1 })]).toEqual([{ n: 2 }, { n: 3 }]);
    expect(after.hash).not.toBe(before.hash);
    expect(await catalogue.files(id, '1.0.0', before.hash)).toEqual({ ...before.files });
    expect(await catalogue.versions(id)).toMatchObject([
      { checksum: after.hash, isCurrent: true, changeDescription: 'The files changed without a new version.', changedBy: 'sync' },
      { checksum: before.hash, isCurrent: false, changeDescription: null },
    ]);
    // And back again: the first content is current once more, as one row.
    task(folder, 'one');
    await catalogue.sync(folder);
    expect((await catalogue.load(id, null)).hash).toBe(before.hash);
    expect(await catalogue.versions(id)).toHaveLength(2);
  });

  it('keeps the last good version of a task that became broken, and heals it', async () => {
    const folder = newFolder();
    task(folder, 'one');
    const catalogue = catalogueOn(await open());
    await catalogue.sync(folder);
    const { id } = (await catalogue.find('one'))!;
    writeFileSync(join(folder, 'one', 'main.js'), '(input) => {');
    const broken = await catalogue.sync(folder);
    expect(broken).toMatchObject({ ...nothing, errors: [{ taskName: 'one', error: expect.stringContaining('main.js:1') }] });
    expect(await catalogue.find('one')).toMatchObject({ inSync: false, missingSince: null, syncError: broken.errors[0]!.error });
    expect(callableOf((await catalogue.load(id, null)).program)({ n: 1 })).toEqual({ n: 2 });
    expect(await catalogue.sync(folder)).toEqual(broken);
    expect(await catalogue.stats()).toMatchObject({ invalid: 1, missing: 0 });
    task(folder, 'one');
    expect(await catalogue.sync(folder)).toEqual({ ...nothing, updated: ['one'] });
    expect(await catalogue.find('one')).toMatchObject({ inSync: true, syncError: null });
  });

  it('refuses jobs of a task whose folder is gone until it is back, and keeps what ran', async () => {
    const folder = newFolder();
    task(folder, 'one');
    task(folder, 'two', { uuid: uuidOf(2) });
    const catalogue = catalogueOn(await open());
    await catalogue.sync(folder);
    const { id } = (await catalogue.find('one'))!;
    const { hash } = await catalogue.load(id, null);
    renameSync(join(folder, 'one'), join(folder, '.kept'));
    expect(await catalogue.sync(folder)).toEqual({ ...nothing, removed: ['one'] });
    await expect(catalogue.load(id, null)).rejects.toMatchObject({ code: 'TASK_SOURCE_GONE', retryable: true });
    expect(Object.keys((await catalogue.files(id, '1.0.0', hash))!)).toContain('main.js');
    expect(await catalogue.find('one')).toMatchObject({ inSync: false, syncError: expect.stringContaining('is gone') });
    expect(await catalogue.sync(folder)).toEqual(nothing);
    renameSync(join(folder, '.kept'), join(folder, 'one'));
    expect(await catalogue.sync(folder)).toEqual({ ...nothing, updated: ['one'] });
    expect((await catalogue.load(id, null)).hash).toBe(hash);
    rmSync(folder, { recursive: true });
    expect((await catalogue.sync(folder)).removed.toSorted()).toEqual(['one', 'two']);
    await expect(catalogue.sync(join(folder, 'never'))).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
  });

  it('knows a task by its uuid wherever its folder moves', async () => {
    const folder = newFolder();
    task(folder, 'one');
    const catalogue = catalogueOn(await open());
    await catalogue.sync(folder);
    const before = (await catalogue.find(uuidOf(1)))!;
    renameSync(join(folder, 'one'), join(folder, 'moved'));
    task(folder, 'moved', { name: 'renamed', version: '1.0.1' });
    expect(await catalogue.sync(folder)).toEqual({ ...nothing, updated: ['renamed'] });
    expect(await catalogue.find(uuidOf(1))).toMatchObject({ id: before.id, name: 'renamed', path: join(folder, 'moved'), inSync: true });
  });

  it('reports the second of two folders with one uuid, whichever comes first by name', async () => {
    const folder = newFolder();
    task(folder, 'm');
    const catalogue = catalogueOn(await open());
    await catalogue.sync(folder);
    task(folder, 'a', { version: '2.0.0' });
    task(folder, 'z', { version: '2.0.0' });
    const elsewhere = newFolder();
    task(elsewhere, 'm', { version: '3.0.0' });
    const errors = ['a', 'z'].map((taskName) => ({ taskName, error: expect.stringContaining(join(folder, 'm')) }));
    expect(await catalogue.sync(folder)).toEqual({ ...nothing, errors });
    expect((await catalogue.sync(elsewhere)).errors).toHaveLength(1);
    expect(await catalogue.find(uuidOf(1))).toMatchObject({ path: join(folder, 'm'), version: '1.0.0' });
    // All of them have changed at once: the task is still where it was.
    task(folder, 'm', { version: '1.1.0' });
    expect(await catalogue.sync(folder)).toEqual({ ...nothing, updated: ['m'], errors });
    // The first is gone: the next one by path takes its place.
    rmSync(join(folder, 'm'), { recursive: true });
    expect(await catalogue.sync(folder)).toMatchObject({ updated: ['a'], removed: [], errors: [{ taskName: 'z' }] });
    expect(await catalogue.find(uuidOf(1))).toMatchObject({ path: join(folder, 'a'), version: '2.0.0' });
  });

  it('passes over a copy of the same content, as an archive beside its folder is', async () => {
    const folder = newFolder();
    task(folder, 'one');
    cpSync(join(folder, 'one'), join(folder, 'two'), { recursive: true });
    const catalogue = catalogueOn(await open());
    expect(await catalogue.sync(folder)).toEqual({ ...nothing, added: ['one'] });
    expect(await catalogue.sync(folder)).toEqual(nothing);
    task(folder, 'one', { version: '1.1.0' });
    expect(await catalogue.sync(folder)).toMatchObject({ updated: ['one'], errors: [{ taskName: 'two' }] });
  });

  it('runs the highest version by semantic versioning; an older one that appears later is available and no more', async () => {
    const folder = newFolder();
    const catalogue = catalogueOn(await open());
    for (const version of ['1.9.0', '1.10.0', '1.2.0']) {
      task(folder, 'one', { version, code: `(input) => ({ n: '${version}' })` });
      await catalogue.sync(folder);
    }
    const found = (await catalogue.find('one'))!;
    expect(found).toMatchObject({ version: '1.10.0', availableVersions: ['1.2.0', '1.9.0', '1.10.0'], inSync: true });
    expect(callableOf((await catalogue.load(found.id, null)).program)({ n: 1 })).toEqual({ n: '1.10.0' });
    expect(callableOf((await catalogue.load(found.id, '1.2.0')).program)({ n: 1 })).toEqual({ n: '1.2.0' });
    await expect(catalogue.load(found.id, '4.0.0')).rejects.toMatchObject({ code: 'TASK_VERSION_NOT_FOUND' });
  });

  it('gives a task without a uuid the same one after every start', async () => {
    const folder = newFolder();
    task(folder, 'one', { uuid: undefined });
    const database = await open();
    await catalogueOn(database).sync(folder);
    const before = (await catalogueOn(database).find('one'))!;
    expect(await catalogueOn(database).sync(folder)).toEqual(nothing);
    task(folder, 'one', { uuid: undefined, version: '1.1.0' });
    expect(await catalogueOn(database).sync(folder)).toEqual({ ...nothing, updated: ['one'] });
    expect(await catalogueOn(database).find('one')).toMatchObject({ id: before.id, uuid: before.uuid, version: '1.1.0' });
  });

  it('sets the limit the metadata wants when it changes, and leaves the operator his own otherwise', async () => {
    const folder = newFolder();
    const limited = (version: string, concurrency: number) => task(folder, 'one', { version, metadata: { concurrency } });
    const catalogue = catalogueOn(await open());
    limited('1.0.0', 3);
    await catalogue.sync(folder);
    const { id, maxConcurrent } = (await catalogue.find('one'))!;
    expect(maxConcurrent).toBe(3);
    await catalogue.setMaxConcurrent(id, 8);
    limited('1.0.1', 3);
    await catalogue.sync(folder);
    expect((await catalogue.find('one'))!.maxConcurrent).toBe(8);
    limited('1.0.2', 5);
    await catalogue.sync(folder);
    expect((await catalogue.find('one'))!.maxConcurrent).toBe(5);
  });

  it('takes a task with endless names and texts, and shows as much of them as a list can bear', async () => {
    const folder = newFolder();
    task(folder, 'long', { name: 'n'.repeat(100_000), metadata: { label: 'l'.repeat(100_000), description: 'd'.repeat(1_000_000) } });
    const catalogue = catalogueOn(await open());
    expect((await catalogue.sync(folder)).errors).toEqual([]);
    const found = (await catalogue.find('1'))!;
    expect([found.name.length, found.label.length, found.description.length]).toEqual([200, 500, 10_000]);
    expect((await catalogue.load(1, null)).name).toHaveLength(100_000);
  });

  it('survives two processes that find the same folder at once', async () => {
    const folder = newFolder();
    for (let number = 1; number <= 12; number++) task(folder, `task-${number}`, { uuid: uuidOf(number) });
    const database = await open();
    const reports = await Promise.all([catalogueOn(database).sync(folder), catalogueOn(database).sync(folder)]);
    expect(reports.flatMap(({ added }) => added).toSorted()).toHaveLength(12);
    expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
    const catalogue = catalogueOn(database);
    expect(await catalogue.stats()).toMatchObject({ total: 12 });
    expect(await catalogue.versions(1)).toHaveLength(1);
  });

  it('runs what was stored, however half-written the folder is by then', async () => {
    const folder = newFolder();
    task(folder, 'one');
    const catalogue = catalogueOn(await open());
    await catalogue.sync(folder);
    writeFileSync(join(folder, 'one', 'main.js'), '(input) => ({ n: inp');
    const { id } = (await catalogue.find('one'))!;
    expect(callableOf((await catalogue.load(id, null)).program)({ n: 1 })).toEqual({ n: 2 });
  });

  it('needs less than 300 ms for a hundred tasks that did not change, compiling none of them', async () => {
    const folder = newFolder();
    for (let number = 1; number <= 100; number++) {
      cpSync(join(samples, 'addition'), join(folder, `task-${number}`), { recursive: true });
      const file = join(folder, `task-${number}`, 'metadata.json');
      const metadata = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
      writeFileSync(file, JSON.stringify({ ...metadata, uuid: uuidOf(number), name: `task-${number}` }));
    }
    const database = await open();
    expect((await catalogueOn(database).sync(folder)).added).toHaveLength(100);
    // A new process: nothing is remembered but what is stored. The best of three, for the machine's other work.
    const times: number[] = [];
    for (let round = 0; round < 3; round++) {
      const catalogue = catalogueOn(database);
      const began = performance.now();
      expect(await catalogue.sync(folder)).toEqual(nothing);
      times.push(performance.now() - began);
    }
    expect(Math.min(...times)).toBeLessThan(300);
  });
});
