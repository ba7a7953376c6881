import { afterEach, describe, expect, it } from 'vitest';
import { describeOnBoth, temporaryDatabases, temporarySqlite, type OpenTemporary } from '#testing/temporary-database.ts';
import type { Database } from '#storage/index.ts';
import { startPushing, type PushingServer } from './pusher-for-test.ts';
import { makeBareRepository, temporaryPlaces, type BareRepository } from '#testing/bare-repository.ts';
import type { PushWishes } from './pusher.ts';

const newPlace = temporaryPlaces();
let servers: PushingServer[] = [];
afterEach(async () => {
  for (const server of servers) await server.stop();
  servers = [];
});

const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const metadata = (name: string, version: string, number = 1) => `${JSON.stringify({ uuid: uuid(number), name, version }, null, 2)}\n`;
const code = (word: string) => `(input) => ({ said: '${word}' })\n`;
const task = (path: string, name: string, version = '1.0.0', number = 1, word = 'first') => ({
  [`${path}/metadata.json`]: metadata(name, version, number),
  [`${path}/main.js`]: code(word),
});

const helpersOn = (open: OpenTemporary) => {
  const started = async (values: Readonly<Record<string, unknown>> = {}, source: Readonly<Record<string, unknown>> = {}) => {
    const place = newPlace();
    const repository = makeBareRepository(place);
    repository.commit({ ...task('tasks/greet', 'greet'), ...task('tasks/other', 'other', '1.0.0', 2), 'README.md': 'Tasks' });
    const database = await open();
    const server = await join(database, place, repository, values, source);
    return { place, repository, database, server };
  };
  const join = async (
    database: Database,
    place: string,
    repository: BareRepository,
    values: Readonly<Record<string, unknown>> = {},
    source: Readonly<Record<string, unknown>> = {},
  ) => {
    const team = { name: 'team', uri: repository.folder, source_type: 'git', subdirectory: 'tasks', writable: true, ...source };
    const server = await startPushing(database, place, { 'registry.sources': [team], ...values });
    servers.push(server);
    return server;
  };
  const wishes: PushWishes = { isDryRun: false, by: 'ada' };
  const push = async (server: PushingServer, name = 'greet', more: Partial<PushWishes> & { isRemoval?: boolean } = {}) =>
    server.pusher.pushTask((await server.catalogue.find(name))!.id, { ...wishes, isRemoval: false, ...more });
  const state = async (server: PushingServer, name = 'greet') => {
    const found = (await server.catalogue.find(name))!;
    return [found.version, found.syncStatus, found.needsPush];
  };
  return { started, join, push, state, wishes };
};

await describeOnBoth('pushing changed tasks to a Git source', (open) => {
  const { started, join, push, state } = helpersOn(open);

  it('commits an edit to the source, and is in sync with it afterwards', async () => {
    const { repository, server } = await started();
    expect(await state(server)).toEqual(['1.0.0', 'synced', false]);
    await server.change('greet', code('second'));
    expect(await state(server)).toEqual(['1.0.1', 'modified', true]);
    expect((await server.catalogue.changed(null)).map(({ name }) => name)).toEqual(['greet']);
    const { results } = await push(server);
    expect(results).toMatchObject([
      { outcome: 'committed', path: 'tasks/greet', version: '1.0.1', branch: 'main', commit: repository.git('rev-parse', 'main') },
    ]);
    expect(repository.git('log', '-1', '--format=%B')).toBe('Change greet to 1.0.1\n\nbecause');
    expect(repository.read('tasks/greet/main.js')!.toString()).toBe(code('second'));
    expect(await state(server)).toEqual(['1.0.1', 'synced', false]);
    expect((await server.sources.sync('team')).report).toMatchObject({ added: [], updated: [], removed: [], errors: [] });
    expect(await state(server)).toEqual(['1.0.1', 'synced', false]);
    expect(server.events).toContain('task.pushed');
    expect(server.troubles).toEqual([]);
  });

  it('knows by the content that an edit was pushed whose push nobody remembers', async () => {
    const { repository, server, database, place } = await started();
    await server.change('greet', code('second'));
    const pushed = await push(server);
    // As if the process had been killed between the push and the note of it.
    await database.write((queries) => queries.run("UPDATE tasks SET needs_push = 1, sync_status = 'modified' WHERE name = 'greet'"));
    await database.write((queries) => queries.run("UPDATE task_versions SET repository_id = NULL, path = NULL WHERE version = '1.0.1'"));
    server.catalogue.close();
    const again = await join(database, place, repository);
    expect((await push(again)).results).toMatchObject([{ outcome: 'unchanged', commit: pushed.results[0]!.commit }]);
    expect(await state(again)).toEqual(['1.0.1', 'synced', false]);
    expect(repository.log()).toHaveLength(2);
  });

  it('says that the source was changed too, keeps what runs, and takes the side it is told', async () => {
    const { repository, server } = await started();
    await server.change('greet', code('second'));
    repository.commit(task('tasks/greet', 'greet', '1.0.1', 1, 'theirs'));
    expect((await server.sources.sync('team')).report!.errors).toHaveLength(1);
    expect(await state(server)).toEqual(['1.0.1', 'conflict', true]);
    expect((await server.catalogue.content((await server.catalogue.find('greet'))!.id, null)).files['main.js']).toBe(code('second'));
    expect((await push(server)).results).toMatchObject([
      { outcome: 'conflict', conflict: { kind: 'changed', localVersion: '1.0.1', remoteVersion: '1.0.1' } },
    ]);
    const dry = await push(server, 'greet', { isDryRun: true, resolution: 'take_local' });
    expect(dry.diff).toContain("-(input) => ({ said: 'theirs' })");
    expect((await push(server, 'greet', { resolution: 'take_remote' })).results).toMatchObject([{ outcome: 'took_remote', commit: null }]);
    expect(await state(server)).toEqual(['1.0.1', 'synced', false]);
    expect((await server.catalogue.content((await server.catalogue.find('greet'))!.id, null)).files['main.js']).toBe(code('theirs'));
    await server.change('greet', code('mine'));
    repository.commit(task('tasks/greet', 'greet', '1.7.0', 1, 'theirs again'));
    expect((await push(server, 'greet', { resolution: 'take_local' })).results).toMatchObject([{ outcome: 'committed' }]);
    expect(repository.read('tasks/greet/main.js')!.toString()).toBe(code('mine'));
    expect(await state(server)).toEqual(['1.0.2', 'synced', false]);
  });

  it('gives up an edit of a task that is gone from its source, or brings it back', async () => {
    const { repository, server } = await started();
    await server.change('greet', code('second'));
    repository.commit({ 'tasks/greet': null });
    await server.sources.sync('team');
    expect((await push(server)).results).toMatchObject([{ outcome: 'conflict', conflict: { kind: 'removed' } }]);
    expect((await push(server, 'greet', { resolution: 'take_local' })).results).toMatchObject([{ outcome: 'committed' }]);
    expect(repository.list()).toContain('tasks/greet/main.js');
    expect(await state(server)).toEqual(['1.0.1', 'synced', false]);
    await server.change('greet', code('third'));
    repository.commit({ 'tasks/greet': null });
    expect((await push(server, 'greet', { resolution: 'take_remote' })).results).toMatchObject([{ outcome: 'took_remote' }]);
    expect((await server.catalogue.find('greet'))!.missingSince).not.toBe(null);
  });

  it('puts a task of the database into the source it is given to', async () => {
    const { repository, server } = await started();
    const made = await server.catalogue.create(
      { 'metadata.json': metadata('fresh', '1.0.0', 9), 'main.js': code('new') },
      { by: 'ada', note: null, force: false },
    );
    const [source] = await server.sources.overview();
    await server.catalogue.assign(made.id, { repositoryId: (await server.sources.find(source!.name)).id, path: 'fresh' });
    expect((await push(server, 'fresh')).results).toMatchObject([{ outcome: 'committed', path: 'tasks/fresh' }]);
    expect(repository.read('tasks/fresh/main.js')!.toString()).toBe(code('new'));
    expect(await server.catalogue.find('fresh')).toMatchObject({ storageType: 'file', syncStatus: 'synced', needsPush: false });
  });
});

describe('pushing changed tasks', () => {
  const { started, push, state, wishes } = helpersOn(temporaryDatabases(temporarySqlite));

  it('keeps an edit over syncs until it is pushed, and another one on top of it', async () => {
    const { repository, server } = await started();
    await server.change('greet', code('second'));
    repository.commit({ 'README.md': 'More tasks' });
    await server.sources.sync('team');
    await server.change('greet', code('third'));
    expect(await state(server)).toEqual(['1.0.2', 'modified', true]);
    await push(server);
    expect(await state(server)).toEqual(['1.0.2', 'synced', false]);
    await server.change('greet', code('fourth'));
    expect((await push(server)).results).toMatchObject([{ outcome: 'committed', version: '1.0.3' }]);
    expect(repository.log().filter((line) => line.startsWith('Change greet'))).toEqual(['Change greet to 1.0.3', 'Change greet to 1.0.2']);
  });

  it('commits that a task is gone, which it then is', async () => {
    const { repository, server } = await started();
    expect((await push(server, 'greet', { isRemoval: true })).results).toMatchObject([{ outcome: 'committed' }]);
    expect(repository.log()[0]).toBe('Remove greet');
    expect(repository.list()).toEqual(['README.md', 'tasks/other/main.js', 'tasks/other/metadata.json']);
    expect((await server.catalogue.find('greet'))!.missingSince).not.toBe(null);
    await server.catalogue.remove((await server.catalogue.find('greet'))!.id);
    expect(await server.catalogue.find('greet')).toBe(null);
  });

  it('commits to a branch of its own and stays in front of the source until that has got it', async () => {
    const { repository, server } = await started({ 'registry.pushback.branch_strategy': 'feature_branch' });
    await server.change('greet', code('second'));
    expect((await push(server)).results).toMatchObject([{ outcome: 'committed', branch: 'ratchet/greet-1.0.1' }]);
    expect(repository.read('tasks/greet/main.js')!.toString()).toBe(code('first'));
    await server.sources.sync('team');
    expect(await state(server)).toEqual(['1.0.1', 'pending_push', true]);
    expect((await push(server)).results).toMatchObject([{ outcome: 'unchanged' }]);
    repository.git('update-ref', 'refs/heads/main', 'refs/heads/ratchet/greet-1.0.1');
    await server.sources.sync('team');
    expect(await state(server)).toEqual(['1.0.1', 'synced', false]);
  });

  it('pushes the changed tasks of a source together, as many as a push takes, and reports each', async () => {
    const { repository, server } = await started({ 'registry.pushback.max_batch_size': 1 });
    await server.change('greet', code('second'));
    await server.change('other', code('second'));
    const first = await server.pusher.pushSource('team', wishes);
    expect(first).toMatchObject({ remaining: 1, results: [{ outcome: 'committed' }] });
    const left = first.results[0]!.task.name === 'greet' ? 'other' : 'greet';
    repository.commit(task(`tasks/${left}`, left, '3.0.0', left === 'greet' ? 1 : 2, 'theirs'));
    expect(await server.pusher.pushSource('team', wishes)).toMatchObject({ remaining: 0, results: [{ outcome: 'conflict' }] });
    expect((await server.catalogue.changed(null)).map(({ name }) => name)).toEqual([left]);
  });

  it('commits nothing to a source that takes no commits', async () => {
    const { server } = await started({}, { writable: false });
    await expect(server.change('greet', code('second'))).rejects.toMatchObject({ code: 'TASK_READ_ONLY' });
    await expect(push(server)).rejects.toMatchObject({ code: 'TASK_NOT_PUSHABLE' });
    const { server: off } = await started({ 'registry.pushback.enabled': false });
    await expect(push(off)).rejects.toMatchObject({
      code: 'TASK_NOT_PUSHABLE',
      message: expect.stringContaining('registry.pushback.enabled'),
    });
  });

  it('ends in one history where several push at once', async () => {
    const { repository, server } = await started();
    await server.change('greet', code('second'));
    await server.change('other', code('second'));
    const both = await Promise.all([push(server, 'greet'), push(server, 'other'), push(server, 'greet')]);
    expect(both.flatMap(({ results }) => results.map(({ outcome }) => outcome)).toSorted()).toEqual([
      'committed',
      'committed',
      'unchanged',
    ]);
    expect(repository.log()).toHaveLength(3);
    for (const name of ['greet', 'other']) expect(await state(server, name)).toEqual(['1.0.1', 'synced', false]);
  });

  it('keeps versions side by side apart: an edit of one goes into its folder, and changes of another are no conflict', async () => {
    const { repository, server } = await started();
    repository.commit(task('tasks/greet-2', 'greet', '2.0.0'));
    await server.sources.sync('team');
    await server.change('greet', code('mine'));
    expect(await state(server)).toEqual(['2.0.1', 'modified', true]);
    repository.commit({ ...task('tasks/greet', 'greet', '1.1.0', 1, 'theirs'), ...task('tasks/greet-3', 'greet', '3.0.0', 1, 'theirs') });
    expect((await server.sources.sync('team')).report!.errors).toEqual([]);
    expect(await state(server)).toEqual(['3.0.0', 'modified', true]);
    expect((await push(server)).results).toMatchObject([{ outcome: 'committed', version: '2.0.1', path: 'tasks/greet-2' }]);
    expect(repository.git('diff', '--name-only', 'main~1', 'main').split('\n')).toEqual([
      'tasks/greet-2/main.js',
      'tasks/greet-2/metadata.json',
    ]);
    expect(await state(server)).toEqual(['3.0.0', 'synced', false]);
    expect((await server.catalogue.find('greet'))!.availableVersions).toEqual(['1.0.0', '1.1.0', '2.0.0', '2.0.1', '3.0.0']);
  });

  it('commits an edit to where the folder was moved there', async () => {
    const { repository, server } = await started();
    await server.change('greet', code('second'));
    repository.commit({ 'tasks/greet': null, ...task('tasks/hello/greet', 'greet') });
    expect((await push(server)).results).toMatchObject([{ outcome: 'committed', path: 'tasks/hello/greet' }]);
    expect(repository.read('tasks/hello/greet/main.js')!.toString()).toBe(code('second'));
    expect(repository.list()).not.toContain('tasks/greet/main.js');
    expect(await state(server)).toEqual(['1.0.1', 'synced', false]);
  });

  it('makes no unsigned commit on a branch of signed ones, and takes the name of that branch for what it is', async () => {
    const { repository, server } = await started();
    await server.change('greet', code('second'));
    const source = await server.sources.find('team');
    const signed = { ...source, options: { ...source.options, verifySignatures: true } };
    const find = server.sources.find.bind(server.sources);
    Object.assign(server.sources, { find: async () => signed });
    await expect(push(server, 'greet')).rejects.toMatchObject({ code: 'TASK_NOT_PUSHABLE', message: expect.stringContaining('signed') });
    await expect(push(server, 'greet', { branch: 'main' })).rejects.toMatchObject({ code: 'TASK_NOT_PUSHABLE' });
    expect((await push(server, 'greet', { branch: 'review/{task}' })).results).toMatchObject([
      { outcome: 'committed', branch: 'review/greet' },
    ]);
    Object.assign(server.sources, { find });
    expect(await state(server)).toEqual(['1.0.1', 'pending_push', true]);
    expect((await push(server, 'greet', { branch: 'main' })).results).toMatchObject([{ outcome: 'committed', branch: 'main' }]);
    expect(await state(server)).toEqual(['1.0.1', 'synced', false]);
    expect(repository.log('review/greet')).toHaveLength(2);
  });
});
