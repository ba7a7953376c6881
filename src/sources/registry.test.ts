import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { call, localCaller, type Operation } from '#kernel/index.ts';
import type { z } from 'zod';
import { describeOnBoth } from '../testing/temporary-database.ts';
import { makeRepository, taskFiles, below } from '../testing/git-repository.ts';
import {
  addRepositoryOperation,
  assignTaskOperation,
  changeRepositoryOperation,
  listRepositoriesOperation,
  removeRepositoryOperation,
  replaceRepositoryOperation,
  setDefaultRepositoryOperation,
  showRepositoryOperation,
  syncRepositoryOperation,
  syncTasksOperation,
  testRepositoryOperation,
  type SourceServices,
} from './operations.ts';
import type { AddRules } from './requested-source.ts';
import { createRepositoryStore } from './repository-store.ts';
import { testedSources, uuidOf, writeTask, writeText, type TestedSources } from './sources-for-test.ts';

const everything: AddRules = { reach: 'anywhere', authNames: () => ['team'] };

await describeOnBoth('the sources of a server', (openDatabase) => {
  const { newFolder, open } = testedSources();
  const asking = ({ sources, catalogue }: TestedSources, addRules: AddRules = everything) => {
    const services: SourceServices = { sources, catalogue, addRules };
    return <Input extends z.ZodType, Output extends z.ZodType>(
      operation: Operation<SourceServices, Input, Output>,
      input: z.input<Input>,
    ) => call(operation, services, input, { caller: localCaller, now: () => Date.now() });
  };
  const still = { 'registry.watch': false };

  it('come from the configuration and the command line, are written down once, and keep their numbers and tasks over a start', async () => {
    const database = await openDatabase();
    const [one, two] = [newFolder(), newFolder()];
    writeTask(join(one, 'one'), { uuid: uuidOf(1) });
    writeTask(join(two, 'two'), { uuid: uuidOf(2), name: 'two' });
    const settings = { ...still, 'registry.sources': [{ name: 'team', uri: pathToFileURL(one).href, config: { watch: false } }] };
    const options = { database, named: [two, two, `file://${two}`], settings };
    const first = open(options);
    await first.sources.start();
    const ask = asking(first);
    const { items } = await ask(listRepositoriesOperation, {});
    expect(items.map(({ name, origin, syncStatus, taskCount, watch }) => ({ name, origin, syncStatus, taskCount, watch }))).toEqual(
      [
        { name: 'team', origin: 'CONFIG', syncStatus: 'SYNCED', taskCount: 1, watch: false },
        {
          name: items.find(({ origin }) => origin === 'COMMAND')!.name,
          origin: 'COMMAND',
          syncStatus: 'SYNCED',
          taskCount: 1,
          watch: false,
        },
      ].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    );
    expect(items.every(({ checksum }) => /^[0-9a-f]{64}$/.test(checksum!))).toBe(true);
    await first.sources.stop();
    const again = open({ ...options, owner: 'node-2' });
    await again.sources.start();
    expect((await asking(again)(listRepositoriesOperation, {})).items.map(({ id, name }) => [id, name])).toEqual(
      items.map(({ id, name }) => [id, name]),
    );
    expect(again.events.filter(({ kind }) => kind === 'source.synced')).toEqual([]);
    await expect(asking(again)(removeRepositoryOperation, { id: 'team' })).rejects.toMatchObject({ code: 'REPOSITORY_CONFIGURED' });
    await expect(asking(again)(changeRepositoryOperation, { id: 'team', enabled: false })).rejects.toMatchObject({
      code: 'REPOSITORY_CONFIGURED',
    });
  });

  it('may be called otherwise the next time, or be a part of another one: their tasks go with them', async () => {
    const database = await openDatabase();
    const folder = newFolder();
    writeTask(join(folder, 'team', 'one'), { uuid: uuidOf(1), version: '1.1.0' });
    const first = open({ database, named: [join(folder, 'team')], settings: still });
    await first.sources.start();
    const { id } = (await first.catalogue.find('one'))!;
    await first.sources.stop();
    // Changed while nobody looked, and back to an earlier version.
    writeTask(join(folder, 'team', 'one'), { uuid: uuidOf(1), version: '1.0.0', says: 'reverted' });
    const settings = { ...still, 'registry.sources': [{ name: 'all', uri: folder }] };
    const second = open({ database, settings, owner: 'node-2' });
    await second.sources.start();
    expect(await second.catalogue.find('one')).toMatchObject({
      id,
      version: '1.0.0',
      source: { name: 'all', path: 'team/one' },
      availableVersions: ['1.0.0', '1.1.0'],
    });
    expect(await second.says('one')).toBe('reverted');
    expect((await second.sources.overview())[0]).toMatchObject({ name: 'all', problems: [] });
    writeTask(join(folder, 'team', 'one'), { uuid: uuidOf(1), version: '1.0.0', says: 'edited' });
    expect((await second.sources.sync('all')).report).toMatchObject({ updated: ['one'], errors: [] });
    await asking(second)(removeRepositoryOperation, { id: 'team' }).catch(() => {});
    expect((await asking(second)(listRepositoriesOperation, {})).items.map(({ name }) => name)).toEqual(['all']);
    expect(await second.catalogue.find('one')).toMatchObject({ missingSince: null });
  });

  it('are added, shown, changed, synced, tested and removed by callers', async () => {
    const tested = open({ database: await openDatabase(), settings: still });
    await tested.sources.start();
    const ask = asking(tested);
    const folder = newFolder();
    writeTask(join(folder, 'one'), { uuid: uuidOf(1), says: 'first' });
    writeTask(join(folder, 'drafts', 'two'), { uuid: uuidOf(2), name: 'two' });
    const synced = tested.event('source.synced');
    const made = await ask(addRepositoryOperation, { name: 'mine', uri: folder, ignorePatterns: ['drafts'], metadata: { team: 'x' } });
    expect(made).toMatchObject({
      name: 'mine',
      repositoryType: 'FILESYSTEM',
      uri: pathToFileURL(folder).href,
      origin: 'API',
      metadata: { team: 'x' },
    });
    expect((await synced).data).toMatchObject({ added: ['one'] });
    expect(await ask(showRepositoryOperation, { id: 'mine' })).toMatchObject({ id: made.id, syncStatus: 'SYNCED', taskCount: 1 });
    await expect(ask(addRepositoryOperation, { name: 'mine', uri: folder })).rejects.toMatchObject({ code: 'REPOSITORY_EXISTS' });

    const again = tested.event('source.synced');
    expect(await ask(changeRepositoryOperation, { id: made.id, ignorePatterns: [], pollingInterval: 3600 })).toMatchObject({
      ignorePatterns: [],
      pollingInterval: 3600,
      metadata: { team: 'x' },
    });
    expect((await again).data).toMatchObject({ added: ['two'] });
    writeTask(join(folder, 'one'), { uuid: uuidOf(1), says: 'second' });
    expect(await ask(syncRepositoryOperation, { id: 'mine' })).toMatchObject({
      success: true,
      added: [],
      updated: ['one'],
      removed: [],
      taskCount: 2,
    });
    expect(await tested.says('one')).toBe('second');
    expect(await ask(syncTasksOperation, {})).toMatchObject({
      added: [],
      updated: [],
      errors: [],
      repositories: [{ repositoryName: 'mine' }],
    });
    expect(await ask(testRepositoryOperation, { id: 'mine' })).toMatchObject({ success: true, taskCount: 2 });
    expect(await ask(setDefaultRepositoryOperation, { id: 'mine' })).toMatchObject({ isDefault: true });
    expect(await ask(replaceRepositoryOperation, { id: 'mine', name: 'renamed', uri: folder, watch: true })).toMatchObject({
      name: 'renamed',
      watch: true,
      metadata: null,
      isDefault: false,
    });

    const { id } = (await tested.catalogue.find('one'))!;
    expect(await tested.catalogue.find('one')).toMatchObject({
      source: { name: 'renamed', path: 'one', kind: 'filesystem' },
      syncStatus: 'synced',
    });
    expect(await ask(removeRepositoryOperation, { id: 'renamed' })).toEqual({ message: 'Source renamed is removed' });
    await expect(ask(showRepositoryOperation, { id: 'renamed' })).rejects.toMatchObject({ code: 'REPOSITORY_NOT_FOUND' });
    await expect(tested.catalogue.load(id, null)).rejects.toMatchObject({ code: 'TASK_SOURCE_GONE' });
    expect(await tested.catalogue.versions(id)).toHaveLength(2);
    // Another source brings it back, as the task it was.
    const back = tested.event('source.synced');
    await ask(addRepositoryOperation, { name: 'other', uri: folder });
    await back;
    expect(await tested.catalogue.find('one')).toMatchObject({ id, missingSince: null, source: { name: 'other' } });
  });

  it('store no credential and show none, and refuse one that is sent', async () => {
    const database = await openDatabase();
    const settings = {
      ...still,
      'registry.sources': [{ name: 'private', uri: 'https://127.0.0.1:1/tasks', config: { auth_token: 'tOkEn-secret' } }],
      'registry.auth': { team: { type: 'git_token', token: 'tOkEn-secret' } },
    };
    const tested = open({ database, settings });
    await tested.sources.start();
    const ask = asking(tested);
    for (const field of ['authToken', 'password', 'token', 'sshKey']) {
      const sent = ask(addRepositoryOperation, { name: 'mine', uri: 'https://example.com/x.git', [field]: 'tOkEn-secret' });
      await expect(sent).rejects.toMatchObject({ code: 'SOURCE_SECRET_REFUSED', hint: expect.stringContaining('registry.auth') });
      await expect(sent).rejects.not.toThrow('tOkEn-secret');
    }
    await expect(ask(addRepositoryOperation, { name: 'mine', uri: 'https://example.com/x.git', authName: 'nobody' })).rejects.toMatchObject(
      {
        code: 'SOURCE_AUTH_UNKNOWN',
      },
    );
    await expect(ask(addRepositoryOperation, { name: 'mine', uri: 'https://ada:tOkEn-secret@example.com/x.git' })).rejects.toMatchObject({
      code: 'SOURCE_URI_INVALID',
    });
    await ask(testRepositoryOperation, { id: 'private' });
    const seen = JSON.stringify([
      await ask(listRepositoriesOperation, {}),
      tested.lines,
      tested.events,
      await database.read.all('SELECT * FROM task_repositories'),
    ]);
    expect(seen).toContain('private');
    expect(seen).not.toContain('tOkEn-secret');
  });

  it('are added by callers only where the operator lets them', async () => {
    const tested = open({ database: await openDatabase(), settings: still, addedReach: 'public' });
    await tested.sources.start();
    const folder = newFolder();
    const ask = asking(tested, { reach: 'public', authNames: () => [] });
    await expect(ask(addRepositoryOperation, { name: 'mine', uri: folder })).rejects.toMatchObject({ code: 'SOURCE_NOT_ALLOWED' });
    await expect(ask(addRepositoryOperation, { name: 'mine', uri: `file://${folder}`, repositoryType: 'git' })).rejects.toMatchObject({
      code: 'SOURCE_NOT_ALLOWED',
    });
    const failed = tested.event('source.failed');
    await ask(addRepositoryOperation, { name: 'near', uri: 'https://127.0.0.1:9/x.git' });
    expect((await failed).data).toMatchObject({ errorCode: 'SOURCE_ADDRESS_REFUSED' });
    const nobody = asking(tested, { reach: null, authNames: () => [] });
    await expect(nobody(addRepositoryOperation, { name: 'mine', uri: 'https://example.com/x.git' })).rejects.toMatchObject({
      code: 'SOURCE_NOT_ALLOWED',
    });
  });

  it('that cannot be read keep nobody from starting, keep their tasks, and are tried again', async () => {
    const database = await openDatabase();
    const folder = join(newFolder(), 'tasks');
    writeTask(join(folder, 'one'), { uuid: uuidOf(1) });
    const settings = { ...still, 'registry.sources': [{ name: 'gone', uri: 'https://127.0.0.1:1/tasks.git' }] };
    const first = open({ database, named: [folder], settings });
    await first.sources.start();
    await first.sources.stop();
    renameSync(folder, `${folder}-away`);
    const tested = open({ database, named: [folder], settings, owner: 'node-2' });
    await tested.sources.start();
    expect(await tested.sources.overview()).toMatchObject([
      { name: 'gone', error: expect.stringContaining('127.0.0.1:1') },
      { name: 'tasks', error: expect.stringContaining('nothing at this path'), taskCount: 1 },
    ]);
    const { id } = (await tested.catalogue.find('one'))!;
    expect(await tested.catalogue.load(id, null)).toMatchObject({ name: 'one' });
    expect(await asking(tested)(syncRepositoryOperation, { id: 'gone' })).toMatchObject({
      success: false,
      error: { code: 'SOURCE_UNREACHABLE' },
    });
    const back = tested.event('source.synced', ({ data }) => data['source'] === 'tasks');
    writeTask(join(`${folder}-away`, 'two'), { uuid: uuidOf(2), name: 'two' });
    renameSync(`${folder}-away`, folder);
    expect((await back).data).toMatchObject({ added: ['two'] });
  });

  it('with broken, doubled and many-versioned tasks serve what is sound and say what is not', async () => {
    const folder = newFolder();
    writeTask(join(folder, 'a'), { uuid: uuidOf(1), name: 'sum', version: '1.9.0', says: '1.9.0' });
    writeTask(join(folder, 'b'), { uuid: uuidOf(1), name: 'sum', version: '1.10.0', says: '1.10.0' });
    writeTask(join(folder, 'c'), { uuid: uuidOf(1), name: 'sum', version: '1.9.0', says: 'another 1.9.0' });
    writeTask(join(folder, 'deep', 'er', 'd'), { uuid: 'no uuid', name: 'broken' });
    const tested = open({ database: await openDatabase(), named: [folder], settings: still });
    await tested.sources.start();
    const [shown] = (await asking(tested)(listRepositoriesOperation, {})).items;
    expect(shown).toMatchObject({
      syncStatus: 'SYNCED',
      taskCount: 1,
      problems: [
        { taskName: 'deep/er/d', error: expect.stringContaining('uuid must be a UUID') },
        { taskName: 'c', error: expect.stringContaining('the version 1.9.0 of the task at a') },
      ],
    });
    expect(await tested.catalogue.find('sum')).toMatchObject({ version: '1.10.0', availableVersions: ['1.9.0', '1.10.0'] });
  });

  it('are synced by one of several servers at a time, and by the next when one dies', async () => {
    const database = await openDatabase();
    const folder = newFolder();
    writeTask(join(folder, 'one'), { uuid: uuidOf(1) });
    const [first, second] = ['node-1', 'node-2'].map((owner) => open({ database, named: [folder], settings: still, owner })) as [
      TestedSources,
      TestedSources,
    ];
    await Promise.all([first.sources.start(), second.sources.start()]);
    expect((await first.sources.list({ filter: {}, sort: { field: 'name', order: 'asc' }, limit: 10, offset: 0, after: null })).total).toBe(
      1,
    );
    const store = createRepositoryStore(database);
    const [row] = await store.all();
    const now = Date.now();
    // A process took it and died.
    expect(await store.lease(row!.id, 'node-3', now, now + 400)).toBe(true);
    expect(await store.lease(row!.id, 'node-1', now, now + 400)).toBe(false);
    writeTask(join(folder, 'one'), { uuid: uuidOf(1), says: 'after' });
    const outcomes = await Promise.all([first.sources.sync(row!.name), second.sources.sync(row!.name), first.sources.sync(row!.name)]);
    expect(Date.now() - now).toBeGreaterThanOrEqual(400);
    expect(outcomes.map(({ error }) => error)).toEqual([null, null, null]);
    expect(await second.says('one')).toBe('after');
    expect(await store.record(row!.id, 'node-3', { kind: 'failed', error: 'late', code: 'LATE' }, now)).toBeNull();
  });

  it('that one server adds are looked after by the others', async () => {
    const database = await openDatabase();
    const other = database.dialect === 'postgres' ? await openDatabase({ url: database.url }) : database;
    const [first, second] = [
      open({ database, settings: still, owner: 'node-1' }),
      open({ database: other, settings: still, owner: 'node-2' }),
    ];
    await first.sources.start();
    await second.sources.start();
    const folder = newFolder();
    const taken = second.event('source.synced', ({ data }) => (data['updated'] as string[]).includes('one'));
    writeTask(join(folder, 'one'), { uuid: uuidOf(1) });
    await asking(first)(addRepositoryOperation, { name: 'shared', uri: folder });
    await expect
      .poll(async () => (await second.sources.overview()).map(({ name, isPending }) => [name, isPending]))
      .toEqual([['shared', false]]);
    writeTask(join(folder, 'one'), { uuid: uuidOf(1), says: 'second' });
    await second.sources.sync('shared');
    await taken;
    await asking(first)(removeRepositoryOperation, { id: 'shared' });
    await expect.poll(async () => (await second.sources.overview()).length).toBe(0);
  });

  it('take up changed settings while they run', async () => {
    const [one, two] = [newFolder(), newFolder()];
    writeTask(join(one, 'one'), { uuid: uuidOf(1) });
    writeTask(join(two, 'two'), { uuid: uuidOf(2), name: 'two' });
    const configured: object[] = [{ name: 'one', uri: one }];
    const live: Record<string, unknown> = { ...still };
    Object.defineProperty(live, 'registry.sources', { get: () => configured, enumerable: true });
    const tested = open({ database: await openDatabase(), settings: live, isLive: true });
    await tested.sources.start();
    configured.splice(0, 1, { name: 'two', uri: two });
    const synced = tested.event('source.synced', ({ data }) => data['source'] === 'two');
    await tested.sources.reload();
    expect((await synced).data).toMatchObject({ added: ['two'] });
    expect((await tested.sources.overview()).map(({ name }) => name)).toEqual(['two']);
    // What is not configured any more is not deleted: another server may know it.
    expect(await tested.catalogue.find('one')).toMatchObject({ missingSince: null });
    await asking(tested)(removeRepositoryOperation, { id: 'one' });
    expect((await tested.catalogue.find('one'))!.missingSince).not.toBeNull();
  });

  it('that are Git repositories are fetched, followed, and name the commit they were read at', async () => {
    const repository = makeRepository(newFolder());
    const head = repository.commit({ ...below('tasks/addition', taskFiles('addition')), 'README.md': 'x' });
    const uri = pathToFileURL(repository.bare).href;
    const tested = open({
      database: await openDatabase(),
      settings: { ...still, 'registry.sources': [{ name: 'team', uri, subdirectory: 'tasks', git_ref: 'main' }] },
    });
    await tested.sources.start();
    expect(await tested.catalogue.find('addition')).toMatchObject({
      inSync: true,
      source: { name: 'team', kind: 'git', ref: 'main', revision: head, path: 'addition', subdirectory: 'tasks' },
    });
    const next = repository.commit(below('tasks/addition', taskFiles('addition', '1.1.0')));
    expect(await asking(tested)(syncRepositoryOperation, { id: 'team' })).toMatchObject({ updated: ['addition'], revision: next });
    expect(await tested.catalogue.find('addition')).toMatchObject({ version: '1.1.0', availableVersions: ['1.0.0', '1.1.0'] });
    expect((await tested.catalogue.versions(1)).map(({ version, sourceRevision }) => [version, sourceRevision])).toEqual([
      ['1.1.0', next],
      ['1.0.0', head],
    ]);
    // A revert is followed too.
    repository.commit(below('tasks/addition', taskFiles('addition')));
    await tested.sources.sync('team');
    expect(await tested.catalogue.find('addition')).toMatchObject({ version: '1.0.0' });
    // The repository goes away: what was fetched is served.
    rmSync(repository.bare, { recursive: true });
    expect(await asking(tested)(syncRepositoryOperation, { id: 'team' })).toMatchObject({ success: false, added: [], removed: [] });
    expect(await tested.catalogue.load(1, null)).toMatchObject({ version: '1.0.0' });
  });

  it('can be given a task of the database, which is to be committed to them then', async () => {
    const database = await openDatabase();
    const folder = newFolder();
    const tested = open({ database, settings: still, named: [folder] });
    await tested.sources.start();
    const { name } = (await tested.sources.overview())[0]!;
    const { id } = await tested.catalogue.create(
      { 'metadata.json': JSON.stringify({ uuid: uuidOf(1), name: 'stored', version: '1.0.0' }), 'main.js': '() => 1' },
      { by: 'somebody', note: null, force: false },
    );
    const ask = asking(tested);
    expect(await ask(assignTaskOperation, { id: 'stored', repositoryId: name })).toMatchObject({
      syncStatus: 'PENDING_PUSH',
      needsPush: true,
      repositoryInfo: { repositoryName: name, repositoryPath: 'tasks/stored' },
    });
    // Somebody commits it, with the same files: from then on it comes from there.
    const { files } = await tested.catalogue.content(id, null);
    for (const [path, text] of Object.entries(files)) writeText(join(folder, 'tasks', 'stored', path), text);
    await tested.sources.sync(name);
    expect(await tested.catalogue.find('stored')).toMatchObject({ id, storageType: 'file', syncStatus: 'synced', needsPush: false });
    expect(await ask(assignTaskOperation, { id: 'stored', repositoryId: null })).toMatchObject({
      syncStatus: 'LOCAL',
      storageType: 'DATABASE',
    });
    expect((await tested.sources.sync(name)).report!.errors).toMatchObject([{ error: expect.stringContaining('stored in the database') }]);
  });
});
