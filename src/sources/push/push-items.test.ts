import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pushItems, type PushRequest } from './push-items.ts';
import type { PushItem } from './push-plan.ts';
import { makeBareRepository, temporaryPlaces } from '#testing/bare-repository.ts';
import { withSource } from './source-for-test.ts';

const newPlace = temporaryPlaces();

const filesOf = (version: string, code = `(input) => ({ version: '${version}' })`) => ({
  'main.js': code,
  'metadata.json': `${JSON.stringify({ name: 'greet', version, label: 'Greet' }, null, 2)}\n`,
});
const inTree = (path: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${path}/${name}`, text]));

const one = filesOf('1.0.0');
const two = filesOf('1.0.1');

const item = (more: Partial<PushItem> = {}): PushItem => ({
  taskId: 1,
  name: 'greet',
  version: '1.0.1',
  path: 'tasks/greet',
  files: two,
  base: one,
  message: 'Change greet to 1.0.1',
  ...more,
});

/** A repository with one task, and a way to push to it. */
function started() {
  const place = newPlace();
  const repository = makeBareRepository(place);
  repository.commit({ 'README.md': 'Tasks\n', ...inTree('tasks/greet', one), 'tasks/greet/logo.png': Buffer.from([0, 255, 13, 10]) });
  const push = (items: readonly PushItem[], more: Partial<PushRequest> = {}) =>
    withSource({ uri: repository.folder, folder: join(place, 'data') }, (git) =>
      pushItems(git, {
        repository: 'tasks',
        ref: null,
        feature: null,
        needsSignature: false,
        items,
        resolution: 'fail',
        isDryRun: false,
        author: { name: 'Robot', email: 'robot@example.org', at: Date.parse('2026-01-02T03:04:05Z') },
        ...more,
      }),
    );
  return { place, repository, push };
}

describe('committing tasks to a Git source', () => {
  it('makes one commit with the changed files and leaves every other byte alone', async () => {
    const { place, repository, push } = started();
    const before = repository.git('rev-parse', 'main');
    const pushed = await push([item()]);
    const commit = repository.git('rev-parse', 'main');
    expect(pushed).toMatchObject({ branch: 'main', commit, diff: null, outcomes: [{ kind: 'committed', commit }] });
    expect(repository.git('rev-parse', 'main~1')).toBe(before);
    expect(repository.git('diff', '--name-only', 'main~1', 'main').split('\n')).toEqual([
      'tasks/greet/main.js',
      'tasks/greet/metadata.json',
    ]);
    expect(repository.read('tasks/greet/main.js')!.toString()).toBe(two['main.js']);
    expect(repository.read('tasks/greet/logo.png')).toEqual(Buffer.from([0, 255, 13, 10]));
    expect(repository.git('log', '-1', '--format=%an <%ae> %aI%n%s')).toBe(
      'Robot <robot@example.org> 2026-01-02T03:04:05+00:00\nChange greet to 1.0.1',
    );
    expect(readdirSync(join(place, 'data')).filter((name) => name.startsWith('push-'))).toEqual([]);
  });

  it('does nothing when the source holds the content already, whoever brought it there', async () => {
    const { repository, push } = started();
    await push([item()]);
    const commit = repository.git('rev-parse', 'main');
    expect(await push([item()])).toMatchObject({ commit, outcomes: [{ kind: 'same', commit }] });
    expect(repository.git('rev-parse', 'main')).toBe(commit);
  });

  it('keeps files byte for byte whose text has not changed, also those that are no clean text', async () => {
    const { repository, push } = started();
    const odd = Buffer.concat([Buffer.from('\uFEFF// caf'), Buffer.from([0xe9]), Buffer.from('\r\nexport default 1\r\n')]);
    repository.commit({ 'tasks/greet/odd.js': odd });
    const text = new TextDecoder().decode(odd);
    await push([item({ files: { ...two, 'odd.js': text }, base: { ...one, 'odd.js': text } })]);
    expect(repository.read('tasks/greet/odd.js')).toEqual(odd);
    expect(repository.read('tasks/greet/main.js')!.toString()).toBe(two['main.js']);
  });

  it('renames and removes files of the task, and keeps those that are none of its own', async () => {
    const { repository, push } = started();
    repository.commit({ 'tasks/greet/old.js': 'export const a = 1;\n' });
    await push([item({ base: { ...one, 'old.js': 'export const a = 1;\n' }, files: { ...two, 'lib/new.js': 'export const a = 1;\n' } })]);
    expect(repository.list().filter((path) => path.startsWith('tasks/greet/'))).toEqual([
      'tasks/greet/lib/new.js',
      'tasks/greet/logo.png',
      'tasks/greet/main.js',
      'tasks/greet/metadata.json',
    ]);
  });

  it('keeps the mode of a file', async () => {
    const { repository, push, place } = started();
    const work = join(place, 'mode');
    repository.git('clone', '--quiet', repository.folder, work);
    chmodSync(join(work, 'tasks/greet/main.js'), 0o755);
    repository.git('-C', work, 'commit', '--quiet', '-am', 'Make it run');
    repository.git('-C', work, 'push', '--quiet');
    await push([item()]);
    expect(repository.git('ls-tree', 'main', 'tasks/greet/main.js')).toMatch(/^100755 /);
  });

  it('takes the folder of a removed task away', async () => {
    const { repository, push } = started();
    expect(await push([item({ files: null })])).toMatchObject({ outcomes: [{ kind: 'committed' }] });
    expect(repository.list()).toEqual(['README.md']);
    expect(await push([item({ files: null })])).toMatchObject({ outcomes: [{ kind: 'same' }] });
  });

  it('says that both have changed a task, with both versions, and changes nothing', async () => {
    const { repository, push } = started();
    repository.commit(inTree('tasks/greet', filesOf('1.5.0')));
    const before = repository.git('rev-parse', 'main');
    expect((await push([item()])).outcomes).toMatchObject([
      {
        kind: 'conflict',
        conflict: {
          kind: 'changed',
          localVersion: '1.0.1',
          remoteVersion: '1.5.0',
          remoteChecksum: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      },
    ]);
    repository.commit({ 'tasks/greet': null });
    expect((await push([item()])).outcomes).toMatchObject([{ kind: 'conflict', conflict: { kind: 'removed', remoteVersion: null } }]);
    expect(repository.git('rev-parse', 'main~1')).toBe(before);
  });

  it('overwrites or gives way where it is told to', async () => {
    const { repository, push } = started();
    repository.commit({ ...inTree('tasks/greet', filesOf('1.5.0')), 'tasks/greet/more.js': 'export {};\n' });
    expect((await push([item()], { resolution: 'take_remote' })).outcomes).toMatchObject([{ kind: 'remote' }]);
    expect(repository.read('tasks/greet/metadata.json')!.toString()).toContain('1.5.0');
    expect((await push([item()], { resolution: 'take_local' })).outcomes).toMatchObject([{ kind: 'committed' }]);
    expect(repository.read('tasks/greet/metadata.json')!.toString()).toBe(two['metadata.json']);
    expect(repository.list()).not.toContain('tasks/greet/more.js');
    expect(repository.list()).toContain('tasks/greet/logo.png');
  });

  it('puts a new task into a folder that is free, and into an empty repository', async () => {
    const { push } = started();
    const fresh = { base: null, files: filesOf('1.0.0'), path: 'tasks/other' };
    expect((await push([item(fresh)])).outcomes).toMatchObject([{ kind: 'committed' }]);
    expect((await push([item({ ...fresh, path: 'tasks/greet', files: two })])).outcomes).toMatchObject([
      { kind: 'conflict', conflict: { kind: 'occupied' } },
    ]);
    const place = newPlace();
    const empty = makeBareRepository(place);
    const pushed = await withSource({ uri: empty.folder, folder: place }, (git) =>
      pushItems(git, {
        repository: 'e',
        ref: null,
        feature: null,
        needsSignature: false,
        items: [item(fresh)],
        resolution: 'fail',
        isDryRun: false,
        author: { name: 'R', email: 'r@x', at: 0 },
      }),
    );
    expect(pushed.branch).toBe('main');
    expect(empty.list()).toEqual(['tasks/other/main.js', 'tasks/other/metadata.json']);
  });

  it('shows in a dry run what would be committed, and commits nothing', async () => {
    const { repository, push } = started();
    const before = repository.git('rev-parse', 'main');
    const { diff, outcomes } = await push([item()], { isDryRun: true });
    expect(diff).toMatch(/^-\(input\) => \(\{ version: '1\.0\.0' \}\)$/m);
    expect(diff).toMatch(/^\+\(input\) => \(\{ version: '1\.0\.1' \}\)$/m);
    expect(diff).toContain('+++ b/tasks/greet/main.js');
    expect(outcomes).toMatchObject([{ kind: 'committed' }]);
    expect(repository.git('rev-parse', '--all')).toBe(before);
  });

  it('commits to a branch of its own, once', async () => {
    const { repository, push } = started();
    const before = repository.git('rev-parse', 'main');
    const feature = { branch: 'ratchet/greet-1.0.1', template: 'ratchet/{task}-{version}' };
    const pushed = await push([item()], { feature });
    expect(pushed).toMatchObject({ branch: feature.branch, outcomes: [{ kind: 'committed' }] });
    expect(repository.git('rev-parse', 'main')).toBe(before);
    expect(repository.git('rev-parse', `${feature.branch}~1`)).toBe(before);
    expect(await push([item()], { feature })).toMatchObject({ commit: pushed.commit, outcomes: [{ kind: 'same' }] });
    expect((await push([item({ files: filesOf('1.0.2') })], { feature })).outcomes).toMatchObject([{ kind: 'committed' }]);
    expect(repository.git('rev-parse', `${feature.branch}~2`)).toBe(before);
    await expect(push([item()], { feature: { branch: 'a..b', template: 'a..b' } })).rejects.toMatchObject({
      code: 'SOURCE_BRANCH_INVALID',
    });
  });

  it('commits to the branch that the source follows, and to no tag or commit', async () => {
    const { repository, push } = started();
    const commit = repository.git('rev-parse', 'main');
    repository.git('branch', 'stable');
    repository.git('tag', 'v1');
    await push([item()], { ref: 'stable' });
    expect([repository.git('rev-parse', 'main'), repository.log('stable')[0]]).toEqual([commit, 'Change greet to 1.0.1']);
    await expect(push([item()], { ref: 'v1' })).rejects.toMatchObject({
      code: 'TASK_NOT_PUSHABLE',
      message: expect.stringContaining('which is a tag'),
    });
    await expect(push([item()], { ref: commit })).rejects.toMatchObject({ message: expect.stringContaining('which is a commit') });
  });

  it('says what the source says where it takes no commits', async () => {
    const { repository, push } = started();
    const hook = join(repository.folder, 'hooks', 'pre-receive');
    writeFileSync(hook, '#!/bin/sh\necho "nobody pushes on Fridays" >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    await expect(push([item()])).rejects.toMatchObject({
      code: 'SOURCE_PUSH_REFUSED',
      message: expect.stringContaining('nobody pushes on Fridays'),
    });
  });

  it('loses nothing when many push at once: each ends up in the history', async () => {
    const { repository, push } = started();
    const names = ['a', 'b', 'c', 'd'];
    const pushed = await Promise.all(
      names.map((name) =>
        push([item({ name, path: `tasks/${name}`, base: null, files: filesOf('1.0.0', `'${name}'`), message: `Add ${name}` })]),
      ),
    );
    expect(pushed.flatMap(({ outcomes }) => outcomes.map(({ kind }) => kind))).toEqual(names.map(() => 'committed'));
    expect(repository.log().slice(0, 4).toSorted()).toEqual(names.map((name) => `Add ${name}`));
    for (const name of names) expect(repository.read(`tasks/${name}/main.js`)!.toString()).toBe(`'${name}'`);
  });

  it('finds the conflict when two push the same task at once', async () => {
    const { repository, push } = started();
    const both = await Promise.all(['1.0.1', '1.0.2'].map((version) => push([item({ files: filesOf(version), version })])));
    expect(both.map(({ outcomes }) => outcomes[0]!.kind).toSorted()).toEqual(['committed', 'conflict']);
    expect(repository.log()).toHaveLength(2);
  });
});
