import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadTask } from '#tasks/index.ts';
import { RepositoryIndex } from './index-file.ts';
import { initRepository } from './init-repository.ts';
import { refreshIndex } from './refresh-index.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-folder-'));
afterAll(() => rmSync(folder, { recursive: true }));
const samples = join(import.meta.dirname, '../../../sample/js-tasks');
const at = Date.parse('2026-03-01T10:00:00Z');

async function repository(name: string): Promise<string> {
  const root = join(folder, name);
  await initRepository({ folder: root, force: false }, at);
  return root;
}

function writeTask(root: string, path: string, metadata: Readonly<Record<string, unknown>>, code = '(input) => input'): void {
  mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, path, 'metadata.json'), JSON.stringify({ version: '1.0.0', ...metadata }));
  writeFileSync(join(root, path, 'main.js'), code);
}

const indexOf = (root: string) => RepositoryIndex.parse(JSON.parse(readFileSync(join(root, '.ratchet/index.json'), 'utf8')));
const refresh = (root: string, force = false, now = at) => refreshIndex(root, { force, now });

describe('a new task repository', () => {
  it('has the documented files and is named as it was told', async () => {
    const root = join(folder, 'new');
    const { files, name } = await initRepository({ folder: root, name: 'My Repository', version: '2.0.0', force: false }, at);
    expect(name).toBe('My Repository');
    expect(readdirSync(root).toSorted()).toEqual(['.ratchet', 'README.md', 'collections', 'tasks', 'templates']);
    expect(files.toSorted()).toEqual([
      '.ratchet/index.json',
      '.ratchet/registry.yaml',
      'README.md',
      'collections/.gitkeep',
      'tasks/.gitkeep',
      'templates/.gitkeep',
    ]);
    expect(parse(readFileSync(join(root, '.ratchet/registry.yaml'), 'utf8'))).toMatchObject({
      name: 'My Repository',
      version: '2.0.0',
      ratchet_version: '>=0.1.0',
    });
    expect(indexOf(root)).toMatchObject({
      version: '1.0',
      tasks: [],
      collections: {},
      templates: {},
      generated_at: '2026-03-01T10:00:00.000Z',
    });
  });

  it('leaves what is there, and is not made twice unasked', async () => {
    const root = join(folder, 'there');
    mkdirSync(root);
    writeFileSync(join(root, 'README.md'), 'mine');
    await initRepository({ folder: root, force: false }, at);
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toBe('mine');
    await expect(initRepository({ folder: root, force: false }, at)).rejects.toMatchObject({ code: 'TASK_REPOSITORY_EXISTS' });
  });

  it('keeps fields, comments and versions it was not told about when it is made anew', async () => {
    const root = await repository('anew');
    const file = join(root, '.ratchet/registry.yaml');
    writeFileSync(file, '# ours\nname: old\nversion: 3.1.4\nour_own: {deep: [1, 2]}\nmaintainers:\n  - ada # first\n');
    await initRepository({ folder: root, name: 'new', force: true }, at);
    const text = readFileSync(file, 'utf8');
    expect(parse(text)).toEqual({ name: 'new', version: '3.1.4', our_own: { deep: [1, 2] }, maintainers: ['ada'] });
    expect(text).toMatch(/^# ours$/m);
    expect(text).toMatch(/- ada # first/);
  });
});

describe('the index of a task repository', () => {
  it('names every task with what its metadata says and the checksum a server knows it by', async () => {
    const root = await repository('names');
    cpSync(join(samples, 'weather-api'), join(root, 'tasks/deep/er/weather'), { recursive: true });
    cpSync(join(samples, 'addition.zip'), join(root, 'tasks/packed.zip'));
    writeTask(root, 'tasks/zebra', {
      name: 'zebra',
      uuid: '00000000-0000-4000-8000-000000000001',
      category: 'animals',
      complexity: 'beginner',
      tags: ['stripes'],
      created_at: '2026-01-01T00:00:00Z',
    });
    const { isWritten, problems } = await refresh(root);
    expect([isWritten, problems]).toEqual([true, []]);
    const { tasks, statistics } = indexOf(root);
    expect(tasks.map(({ name, path }) => [name, path])).toEqual([
      ['addition', 'tasks/packed.zip'],
      ['weather-api', 'tasks/deep/er/weather'],
      ['zebra', 'tasks/zebra'],
    ]);
    for (const { path, checksum } of tasks) expect(checksum).toBe((await loadTask(join(root, path))).hash);
    expect(tasks[2]).toEqual({
      name: 'zebra',
      uuid: '00000000-0000-4000-8000-000000000001',
      version: '1.0.0',
      label: 'zebra',
      description: '',
      category: 'animals',
      tags: ['stripes'],
      path: 'tasks/zebra',
      complexity: 'beginner',
      supports_streaming: false,
      author: null,
      license: null,
      ratchet_version: null,
      created_at: '2026-01-01T00:00:00Z',
      updated_at: null,
      checksum: expect.any(String),
      files: ['main.js', 'metadata.json'],
    });
    expect(statistics).toEqual({
      total_tasks: 3,
      categories: { animals: 1, 'api-integration': 1, examples: 1 },
      complexity_distribution: { beginner: 2 },
    });
  });

  it('is the same file, time and all, as long as nothing changes', async () => {
    const root = await repository('same');
    writeTask(root, 'tasks/a', { name: 'a' });
    await refresh(root);
    const file = join(root, '.ratchet/index.json');
    const [text, { mtimeMs }] = [readFileSync(file, 'utf8'), statSync(file)];
    expect(await refresh(root, false, at + 86_400_000)).toMatchObject({ isWritten: false });
    expect([readFileSync(file, 'utf8'), statSync(file).mtimeMs]).toEqual([text, mtimeMs]);
    writeTask(root, 'tasks/a', { name: 'a' }, '(input) => 1');
    expect(await refresh(root, false, at + 86_400_000)).toMatchObject({
      isWritten: true,
      index: { generated_at: '2026-03-02T10:00:00.000Z' },
    });
  });

  it('is not written where a task is broken, unless the broken one is to be left out', async () => {
    const root = await repository('broken');
    writeTask(root, 'tasks/good', { name: 'good' });
    writeTask(root, 'tasks/bad', { name: 'bad' }, '(input) => {');
    const before = readFileSync(join(root, '.ratchet/index.json'), 'utf8');
    const first = await refresh(root);
    expect(first).toMatchObject({ isWritten: false, problems: [{ path: 'tasks/bad', error: expect.stringMatching(/main\.js:1/) }] });
    expect(first.problems[0]!.error).not.toContain(root);
    expect(readFileSync(join(root, '.ratchet/index.json'), 'utf8')).toBe(before);
    expect(await refresh(root, true)).toMatchObject({ isWritten: true });
    expect(indexOf(root).tasks.map(({ name }) => name)).toEqual(['good']);
  });

  it('finds two contents under one uuid and version, and passes over copies', async () => {
    const root = await repository('twice');
    const uuid = '00000000-0000-4000-8000-000000000002';
    writeTask(root, 'tasks/a', { name: 'one', uuid });
    writeTask(root, 'tasks/b', { name: 'one', uuid });
    expect(await refresh(root)).toMatchObject({ problems: [], index: { tasks: [{ path: 'tasks/a' }] } });
    writeTask(root, 'tasks/b', { name: 'one', uuid }, '(input) => 2');
    expect((await refresh(root)).problems).toMatchObject([{ path: 'tasks/b', error: expect.stringContaining('tasks/a') }]);
    writeTask(root, 'tasks/b', { name: 'one', uuid, version: '1.1.0' }, '(input) => 2');
    expect((await refresh(root)).index.tasks.map(({ version }) => version)).toEqual(['1.0.0', '1.1.0']);
  });

  it('looks where its patterns say, and passes over what they exclude', async () => {
    const root = await repository('patterns');
    for (const path of ['tasks/a', 'tasks/drafts/b', 'examples/c', 'other/d']) writeTask(root, path, { name: path.replaceAll('/', '-') });
    const found = async (discovery: string) => {
      writeFileSync(join(root, '.ratchet/registry.yaml'), `name: p\nversion: 1.0.0\n${discovery}`);
      return (await refresh(root, true)).index.tasks.map(({ path }) => path);
    };
    expect(await found('')).toEqual(['tasks/a', 'tasks/drafts/b']);
    expect(await found('discovery:\n  exclude_patterns: ["tasks/drafts/**"]\n')).toEqual(['tasks/a']);
    expect(await found('discovery:\n  include_patterns: ["tasks/*/metadata.json", "examples/**"]\n')).toEqual(['examples/c', 'tasks/a']);
    expect(await found('discovery:\n  include_patterns: ["**/metadata.json"]\n  exclude_patterns: ["**/drafts/**", other]\n')).toEqual([
      'examples/c',
      'tasks/a',
    ]);
  });

  it('holds collections and templates, and says which are broken', async () => {
    const root = await repository('more');
    writeTask(root, 'tasks/a', { name: 'a' });
    writeTask(root, 'tasks/b', { name: 'b' });
    writeTask(root, 'templates/start', { name: 'start', label: 'Start here' });
    writeFileSync(join(root, 'collections/both.yaml'), 'description: Both of them\ntasks: [a, b]\nunknown: kept\n');
    expect(await refresh(root)).toMatchObject({
      isWritten: true,
      problems: [],
      index: {
        collections: { both: { name: 'both', path: 'collections/both.yaml', description: 'Both of them', tasks: ['a', 'b'] } },
        templates: { start: { name: 'start', path: 'templates/start', label: 'Start here', description: '', version: '1.0.0' } },
      },
    });
    writeFileSync(join(root, 'collections/gone.yaml'), 'tasks: [a, nobody]\n');
    writeFileSync(join(root, 'collections/wrong.yaml'), 'tasks: [a\n');
    writeFileSync(join(root, 'collections/other.yaml'), 'name: both\ntasks: []\n');
    writeTask(root, 'templates/bad', { name: 'bad' }, 'no code');
    expect((await refresh(root)).problems).toMatchObject([
      { path: 'collections/gone.yaml', error: expect.stringContaining('nobody') },
      { path: 'collections/other.yaml', error: expect.stringContaining('collections/both.yaml') },
      { path: 'collections/wrong.yaml', error: expect.stringContaining('wrong.yaml:') },
      { path: 'templates/bad' },
    ]);
  });

  it('needs a registry.yaml that says what it must', async () => {
    const root = join(folder, 'none');
    mkdirSync(join(root, '.ratchet'), { recursive: true });
    await expect(refresh(root)).rejects.toMatchObject({ code: 'TASK_REPOSITORY_MISSING' });
    for (const [text, message] of [
      ['name: [', /registry\.yaml:\d+:\d+/],
      ['name: x\nversion: one\n', /version: must be a semantic version/],
      ['- a\n', /expected object/i],
      ['name: x\nversion: 1.0.0\ndiscovery: {include_patterns: 5}\n', /discovery\.include_patterns/],
      [
        `a: &a [x]\n${'bcdefghij'
          .split('')
          .map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefghij'[i]}`).join(',')}]`)
          .join('\n')}`,
        /alias/i,
      ],
    ] as const) {
      writeFileSync(join(root, '.ratchet/registry.yaml'), text);
      await expect(refresh(root)).rejects.toMatchObject({ code: 'TASK_REPOSITORY_INVALID', message: expect.stringMatching(message) });
    }
    expect(existsSync(join(root, '.ratchet/index.json'))).toBe(false);
  });

  it.skipIf(process.getuid?.() === 0)('says where it cannot be written', async () => {
    const root = await repository('closed');
    writeTask(root, 'tasks/a', { name: 'a' });
    chmodSync(join(root, '.ratchet'), 0o500);
    await expect(refresh(root)).rejects.toMatchObject({ code: 'TASK_REPOSITORY_UNWRITABLE' });
    chmodSync(join(root, '.ratchet'), 0o700);
  });
});
