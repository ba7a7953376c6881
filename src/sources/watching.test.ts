import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { FeedEvent } from '#kernel/index.ts';
import { temporaryDatabases, temporarySqlite } from '../testing/temporary-database.ts';
import { testedSources, uuidOf, writeTask, writeText, type TestedSources } from './sources-for-test.ts';

const listOf = (event: FeedEvent, kind: 'added' | 'updated' | 'removed') => event.data[kind] as readonly string[];

describe('a folder that is watched', () => {
  const openDatabase = temporaryDatabases(temporarySqlite);
  const { newFolder, open } = testedSources();

  /** A started server's sources over a collection with one task, once it is being watched. */
  const watched = async (settings: Readonly<Record<string, unknown>> = {}): Promise<TestedSources & { folder: string }> => {
    const folder = join(newFolder(), 'tasks');
    writeTask(join(folder, 'one'), { uuid: uuidOf(1), says: 'first' });
    const tested = open({ database: await openDatabase(), named: [folder], settings });
    await tested.sources.start();
    await untilWatched(tested, folder);
    return { ...tested, folder };
  };

  /** Watching begins after the start: a task that is put there is taken up once it has. */
  let canaries = 0;
  const untilWatched = async ({ event }: Pick<TestedSources, 'event'>, folder: string): Promise<void> => {
    const name = `canary-${canaries++}`;
    const seen = event('source.synced', (one) => listOf(one, 'added').includes(name));
    writeTask(join(folder, name), { uuid: uuidOf(90 + canaries), name });
    await seen;
    const gone = event('source.synced', (one) => listOf(one, 'removed').includes(name));
    rmSync(join(folder, name), { recursive: true });
    await gone;
  };

  it('takes up an atomic save, which puts another file in the place of the old one', async () => {
    const { folder, event, says } = await watched();
    for (const text of ['second', 'third']) {
      const seen = event('source.synced', (one) => listOf(one, 'updated').includes('one'));
      const main = join(folder, 'one', 'main.js');
      writeFileSync(`${main}.tmp`, `() => (${JSON.stringify({ says: text })})`);
      renameSync(`${main}.tmp`, main);
      await seen;
      expect(await says('one')).toBe(text);
    }
  });

  it('passes over what editors and copying programs write beside files', async () => {
    const { folder, event, sources, says } = await watched({ 'registry.watch_debounce_ms': 20 });
    let before: number;
    // Removals are told a tenth of a second late, for they may be half of an atomic save.
    do {
      before = sources.counts().syncs;
      await sleep(400);
    } while (sources.counts().syncs !== before);
    for (const name of ['.main.js.swp', 'main.js~', '4913', '#main.js#', 'main.js.tmp', '.DS_Store', 'main.js.bak', 'notes.txt']) {
      writeFileSync(join(folder, 'one', name), 'x');
    }
    mkdirSync(join(folder, 'node_modules', 'some'), { recursive: true });
    writeText(join(folder, 'node_modules', 'some', 'package.json'), '{}');
    writeText(join(folder, '.git', 'index.json'), '{}');
    // There is no signal for what does not happen: twenty times as long as it would take.
    await sleep(400);
    expect(sources.counts().syncs).toBe(before);
    const seen = event('source.synced');
    writeTask(join(folder, 'one'), { uuid: uuidOf(1), says: 'edited' });
    await seen;
    expect(await says('one')).toBe('edited');
  });

  it('takes up a burst of two hundred files as one change, or two', async () => {
    const { folder, event, sources } = await watched({ 'registry.watch_debounce_ms': 300 });
    const before = sources.counts().syncs;
    const all = event('source.synced', (one) => listOf(one, 'added').length > 50);
    for (let number = 1; number <= 100; number++) {
      writeTask(join(folder, `burst-${number}`), { uuid: uuidOf(1000 + number), name: `burst-${number}` });
    }
    expect(listOf(await all, 'added')).toHaveLength(100);
    expect(sources.counts().syncs - before).toBeLessThanOrEqual(2);
  });

  it('takes a task out of service with its folder, and back with it', async () => {
    const { folder, event, catalogue } = await watched();
    const { id } = (await catalogue.find('one'))!;
    const gone = event('source.synced', (one) => listOf(one, 'removed').includes('one'));
    renameSync(join(folder, 'one'), join(folder, '..', 'kept'));
    await gone;
    await expect(catalogue.load(id, null)).rejects.toMatchObject({ code: 'TASK_SOURCE_GONE' });
    const back = event('source.synced', (one) => listOf(one, 'updated').includes('one'));
    cpSync(join(folder, '..', 'kept'), join(folder, 'one'), { recursive: true });
    await back;
    expect(await catalogue.load(id, null)).toMatchObject({ name: 'one' });
  });

  it('keeps the last good version of a broken edit, says what is wrong, and takes the repaired one', async () => {
    const { folder, event, catalogue, says, lines } = await watched();
    const broken = event('source.synced', (one) => (one.data['errors'] as unknown[]).length === 1);
    writeFileSync(join(folder, 'one', 'main.js'), '() => ({ says: ');
    await broken;
    expect(await catalogue.find('one')).toMatchObject({ inSync: false, syncError: expect.stringContaining('main.js:1') });
    expect(await says('one')).toBe('first');
    expect(lines.filter((line) => line.includes('not served: one'))).toHaveLength(1);
    const repaired = event('source.synced', (one) => listOf(one, 'updated').includes('one'));
    writeTask(join(folder, 'one'), { uuid: uuidOf(1), says: 'repaired' });
    await repaired;
    expect(await says('one')).toBe('repaired');
    expect((await catalogue.versions((await catalogue.find('one'))!.id))[0]).toMatchObject({
      changeDescription: 'The files changed without a new version.',
    });
  });

  it('follows no link out of it', async () => {
    const { folder, event, catalogue } = await watched();
    const outside = writeTask(join(newFolder(), 'secret'), { uuid: uuidOf(7), name: 'secret' });
    symlinkSync(outside, join(folder, 'link'));
    symlinkSync(join(outside, 'main.js'), join(folder, 'one', 'more.js'));
    const seen = event('source.synced', (one) => listOf(one, 'added').includes('two'));
    writeTask(join(folder, 'two'), { uuid: uuidOf(2), name: 'two' });
    await seen;
    expect(await catalogue.find('secret')).toBeNull();
    expect((await catalogue.content((await catalogue.find('one'))!.id, null)).files).not.toHaveProperty('more.js');
  });

  it('may be a link itself, and is read anew when that is turned round', async () => {
    const base = newFolder();
    writeTask(join(base, 'release-1', 'one'), { uuid: uuidOf(1), says: 'release 1' });
    writeTask(join(base, 'release-2', 'one'), { uuid: uuidOf(1), says: 'release 2' });
    const current = join(base, 'current');
    symlinkSync('release-1', current);
    const tested = open({ database: await openDatabase(), named: [current] });
    await tested.sources.start();
    await untilWatched(tested, join(base, 'release-1'));
    const seen = tested.event('source.synced', (one) => listOf(one, 'updated').includes('one'));
    symlinkSync('release-2', join(base, 'next'));
    renameSync(join(base, 'next'), current);
    await seen;
    expect(await tested.says('one')).toBe('release 2');
    // And what stands behind it now is watched.
    const edited = tested.event('source.synced', (one) => listOf(one, 'updated').includes('one'));
    writeTask(join(base, 'release-2', 'one'), { uuid: uuidOf(1), says: 'edited' });
    await edited;
    expect(await tested.says('one')).toBe('edited');
  });

  it('goes on serving while the whole folder is away, says so, and takes up what it finds when it is back', async () => {
    const { folder, event, sources, says, catalogue } = await watched();
    const failed = event('source.failed');
    renameSync(folder, `${folder}-away`);
    expect((await failed).data).toMatchObject({ errorCode: 'SOURCE_UNREACHABLE', source: 'tasks' });
    expect(await sources.overview()).toMatchObject([{ error: expect.stringContaining('there is nothing at this path') }]);
    expect(await catalogue.load((await catalogue.find('one'))!.id, null)).toMatchObject({ name: 'one' });
    writeTask(join(`${folder}-away`, 'one'), { uuid: uuidOf(1), says: 'changed meanwhile' });
    const back = event('source.synced');
    renameSync(`${folder}-away`, folder);
    await back;
    expect(await says('one')).toBe('changed meanwhile');
    expect(await sources.overview()).toMatchObject([{ error: null, taskCount: 1 }]);
    // It is watched again.
    await untilWatched({ event }, folder);
  });

  it('may be an archive', async () => {
    const folder = newFolder();
    const zip = join(folder, 'weather.zip');
    const samples = join(import.meta.dirname, '../../sample/js-tasks');
    cpSync(join(samples, 'weather-api.zip'), zip);
    const tested = open({ database: await openDatabase(), named: [zip] });
    await tested.sources.start();
    expect(await tested.catalogue.find('weather-api')).toMatchObject({ inSync: true, path: zip });
    const failed = tested.event('source.failed');
    unlinkSync(zip);
    await tested.sources.sync('weather');
    await failed;
    expect(await tested.catalogue.find('weather-api')).toMatchObject({ missingSince: null });
  });
});
