import { describe, expect, it } from 'vitest';
import { rawZip } from '../../../../tests/abuse/raw-zip.ts';
import { describeOnBoth, temporaryDatabases, temporarySqlite } from '../../../testing/temporary-database.ts';
import { allPass, caller, catalogueOn, taskText, uuidOf } from '../catalogue-for-test.ts';
import { createTaskOperation, disableTaskOperation, rollbackTaskOperation, updateTaskOperation } from '../changing-operations.ts';
import { listTasksOperation, showTaskOperation, taskSourceOperation, taskVersionsOperation } from '../reading-operations.ts';
import { exportTasksOperation, importTasksOperation } from './operations.ts';

const odd = {
  ...taskText({ uuid: uuidOf(1), name: 'odd', metadata: { description: 'grüße 你好 🙂 \u2028' } }),
  'tests/test-001.json': JSON.stringify({ input: { n: 1 }, expected_output: { n: 2 } }),
  // An editor's mark, other line ends, and no end of the last line.
  'lib/one.js': '\uFEFFexport const one = 1;\r\n// 🙂',
  '__proto__.js': 'export const x = 1;',
};

await describeOnBoth('tasks on their way from one server to another', (open) => {
  const server = async (testTask = allPass) => caller(catalogueOn(await open(), testTask));

  async function filled() {
    const ask = await server();
    await ask(createTaskOperation, { files: odd, changeDescription: 'first' });
    await ask(updateTaskOperation, { id: 'odd', description: 'second', changeDescription: 'why' });
    await ask(updateTaskOperation, { id: 'odd', version: '1.1.0-beta.1', description: 'third' });
    await ask(rollbackTaskOperation, { id: 'odd', version: '1.0.0' });
    await ask(disableTaskOperation, { id: 'odd' });
    await ask(createTaskOperation, { files: taskText({ uuid: uuidOf(2), name: 'other' }) });
    return ask;
  }

  it.each(['json', 'zip', 'individual'] as const)('arrive as %s byte for byte, with every version, and as they stood', async (format) => {
    const from = await filled();
    const to = await server();
    const exported = await from(exportTasksOperation, { format, includeVersions: true });
    expect(exported).toMatchObject({
      format,
      exportedCount: 2,
      tasks: [
        { name: 'odd', versions: 3 },
        { name: 'other', versions: 1 },
      ],
    });
    // As it would travel.
    const sent = JSON.parse(JSON.stringify(exported)) as typeof exported;
    const data = format === 'json' ? sent.document! : sent.files;
    const answer = await to(importTasksOperation, { data, format: format === 'json' ? 'json' : 'zip' });
    expect(answer).toMatchObject({
      importedCount: 2,
      errorCount: 0,
      errors: [],
      imported: [{ outcome: 'CREATED' }, { outcome: 'CREATED' }],
    });
    for (const version of ['1.0.0', '1.0.1', '1.1.0-beta.1']) {
      expect(await to(taskSourceOperation, { id: 'odd', version })).toEqual(await from(taskSourceOperation, { id: 'odd', version }));
    }
    expect(await to(showTaskOperation, { id: 'odd' })).toMatchObject({ version: '1.0.0', enabled: false });
    const notes = (await to(taskVersionsOperation, { id: 'odd' })).versions.map((one) => [one.version, one.changeDescription]);
    expect(notes).toEqual([
      ['1.1.0-beta.1', null],
      ['1.0.1', 'why'],
      ['1.0.0', 'first'],
    ]);
    // Once more changes nothing, and an export of the copy is that of the original.
    const again = await to(importTasksOperation, {
      data,
      format: format === 'json' ? 'json' : 'zip',
      overwriteExisting: true,
    });
    expect(again.imported.map(({ outcome }) => outcome)).toEqual(['UNCHANGED', 'UNCHANGED']);
    const back = await to(exportTasksOperation, { format: 'json', includeVersions: true, includeMetadata: false });
    const there = await from(exportTasksOperation, { format: 'json', includeVersions: true, includeMetadata: false });
    expect(back.document!.tasks).toEqual(there.document!.tasks);
  });

  it('may be left without tests, versions, and what the server knows', async () => {
    const from = await filled();
    const { document } = await from(exportTasksOperation, { tasks: ['odd'], includeTests: false, includeMetadata: false });
    expect(Object.keys(document!.tasks[0]!).toSorted()).toEqual(['checksum', 'files', 'name', 'uuid', 'version']);
    expect(Object.keys(document!.tasks[0]!.files)).not.toContain('tests/test-001.json');
    await expect(from(exportTasksOperation, { tasks: ['nothing'] })).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
  });

  it('that are there stay as they are unless asked otherwise, and become another task under a prefix', async () => {
    const from = await filled();
    const { document } = await from(exportTasksOperation, { tasks: ['odd'], includeVersions: true });
    const data = document!;
    expect((await from(importTasksOperation, { data })).errors).toMatchObject([
      { index: 0, name: 'odd', field: 'tasks.0', code: 'TASK_EXISTS' },
    ]);
    const copy = await from(importTasksOperation, { data, namePrefix: 'copy_' });
    expect(copy.imported).toMatchObject([{ name: 'copy_odd', outcome: 'CREATED' }]);
    expect((await from(importTasksOperation, { data, namePrefix: 'copy_' })).errors).toMatchObject([{ code: 'TASK_EXISTS' }]);
    expect((await from(taskVersionsOperation, { id: 'copy_odd' })).versions).toHaveLength(3);
    expect(copy.imported[0]!.uuid).not.toBe(uuidOf(1));
  });

  it('that differ are stored as versions where that is asked for, and the earlier files stay', async () => {
    const from = await filled();
    const to = await server();
    await to(createTaskOperation, { files: { ...odd, 'main.js': '(input) => ({ n: 0 })' } });
    const before = await to(taskSourceOperation, { id: 'odd' });
    const data = (await from(exportTasksOperation, { tasks: ['odd'], includeVersions: true })).document!;
    expect((await to(importTasksOperation, { data, overwriteExisting: true })).imported).toMatchObject([
      { outcome: 'UPDATED', version: '1.0.0' },
    ]);
    expect((await to(taskSourceOperation, { id: 'odd' })).files['main.js']).toBe(odd['main.js']);
    const { versions } = await to(taskVersionsOperation, { id: 'odd' });
    expect(versions.find(({ checksum }) => checksum === before.checksum)).toMatchObject({ version: '1.0.0', isCurrent: false });
  });

  it('are all or nothing one by one: what is wrong with one is named by its place and field', async () => {
    const to = await server(async (files) =>
      files['main.js']!.includes('bad')
        ? { passed: 0, failed: 1, failures: [{ name: 'one', message: 'no' }] }
        : { passed: 1, failed: 0, failures: [] },
    );
    const good = {
      name: 'good',
      code: '(input) => input',
      input_schema: { type: 'object' },
      test_cases: [{ name: 'x', input: {}, expected_output: {} }],
      tags: ['a'],
    };
    const answer = await to(importTasksOperation, {
      data: [
        good,
        { name: 'lost', code: '(input) => ' },
        'no task at all',
        { code: '1' },
        { name: 'bad', code: '() => "bad"' },
        { name: 'so bad', code: '() => 1' },
        { files: { ...taskText({ uuid: uuidOf(3), name: 'two' }), '../x.js': '' } },
        {
          files: taskText({ uuid: uuidOf(4), name: 'mixed' }),
          versions: [{ files: taskText({ uuid: uuidOf(5), name: 'mixed', version: '0.9.0' }) }],
        },
        { files: taskText({ uuid: uuidOf(6), name: 'changed' }), checksum: 'f'.repeat(64) },
        { ...good, name: 'Good', version: '1.0', metadata: { network: ['http://x'] } },
      ],
    });
    expect(answer).toMatchObject({ importedCount: 1, errorCount: 9, imported: [{ index: 0, name: 'good', outcome: 'CREATED' }] });
    expect(answer.errors.map(({ index, field, code }) => `${index} ${field} ${code}`)).toEqual([
      '1 1.main.js:1 TASK_INVALID',
      '2 2 REQUEST_INVALID',
      '3 3.name REQUEST_INVALID',
      '4 4 TASK_TESTS_FAILED',
      '5 5.name REQUEST_INVALID',
      '6 6."../x.js" TASK_FILES_REFUSED',
      '7 7.versions TASK_FILES_REFUSED',
      '8 8.checksum TASK_FILES_REFUSED',
      '9 9.version REQUEST_INVALID',
    ]);
    expect((await to(listTasksOperation, {})).items.map(({ name }) => name)).toEqual(['good']);
    const { metadata } = await to(showTaskOperation, { id: 'good' });
    expect(metadata).toMatchObject({ tags: ['a'] });
    // Without a look at its tests it is stored as a draft is.
    expect((await to(importTasksOperation, { data: [{ name: 'bad', code: '() => "bad"' }], validateTasks: false })).importedCount).toBe(1);
  });

  it('are read from folders as an object, in the words of older programs, too', async () => {
    const to = await server();
    const tree = {
      'metadata.json': { uuid: uuidOf(1), name: 'one', version: '1.0.0' },
      'main.js': '() => 1',
      tests: { 'test-001.json': { input: {}, expected_output: 1 } },
    };
    const data = {
      directory_structure: {
        tasks: { one: tree },
        collections: { more: { two: { ...tree, 'metadata.json': { uuid: uuidOf(2), name: 'two', version: '1.0.0' } } } },
        templates: { three: tree },
      },
    };
    const answer = await to(importTasksOperation, { data, format: 'DIRECTORY' });
    expect(answer).toMatchObject({
      importedCount: 2,
      errors: [],
      ignored: ['templates/three'],
      imported: [
        { index: 0, name: 'one' },
        { index: 1, name: 'two' },
      ],
    });
    expect((await to(taskSourceOperation, { id: 'one' })).files).toHaveProperty(['tests/test-001.json']);
    expect(
      (await to(importTasksOperation, { format: 'directory', data: { tasks: { four: { code: '() => 1', version: '2.0.0' } } } })).imported,
    ).toMatchObject([{ name: 'four', version: '2.0.0' }]);
    expect(
      (await to(importTasksOperation, { format: 'zip', data: { zip_contents: { tasks: [{ name: 'five', code: '() => 1' }] } } }))
        .importedCount,
    ).toBe(1);
  });
});

describe('what cannot be imported', () => {
  const open = temporaryDatabases(temporarySqlite);
  const server = async () => caller(catalogueOn(await open()));
  const sound = [
    { name: 'a/metadata.json', content: JSON.stringify({ uuid: uuidOf(1), name: 'a', version: '1.0.0' }) },
    { name: 'a/main.js', content: '() => 1' },
  ];
  const zip = (entries: Parameters<typeof rawZip>[0]) => rawZip(entries).toString('base64');

  it.each<[string, Parameters<typeof rawZip>[0][number]]>([
    ['a path that leaves it', { name: '../x.js', content: 'x' }],
    ['a link', { name: 'a/x.json', content: '/etc/passwd', mode: 0o120777 }],
    ['a compression bomb', { name: 'a/x.json', content: Buffer.alloc(3_000_000, ' ') }],
    ['two names that differ in case', { name: 'A/Main.js', content: 'x' }],
    ['an entry that is larger than it says', { name: 'a/x.json', content: Buffer.alloc(1_000_000, 'x'), claimedSize: 10 }],
  ])('is an archive with %s', async (_what, entry) => {
    const to = await server();
    const entries = entry.name === 'A/Main.js' ? [...sound, { ...entry, name: 'a/Main.js' }] : [...sound, entry];
    await expect(to(importTasksOperation, { data: zip(entries), format: 'zip' })).rejects.toMatchObject({ code: 'TASK_ARCHIVE_UNSAFE' });
    expect((await to(listTasksOperation, {})).total).toBe(0);
  });

  it('is said in the words of whoever sent it', async () => {
    const to = await server();
    const refused = (data: string | unknown[] | Record<string, unknown>, format: string) =>
      to(importTasksOperation, { data, format }).then(
        () => 'imported',
        (error: { code: string }) => error.code,
      );
    expect((await to(importTasksOperation, { data: zip(sound), format: 'zip' })).importedCount).toBe(1);
    expect(await refused('bm8gemlw', 'zip')).toBe('TASK_ARCHIVE_UNSAFE');
    expect(await refused('%%%', 'zip')).toBe('TASK_ARCHIVE_UNSAFE');
    expect(await refused(zip([{ name: 'x.js', content: '1' }]), 'zip')).toBe('TASK_IMPORT_UNREADABLE');
    expect(await refused({ nothing: 1 }, 'zip')).toBe('TASK_IMPORT_UNREADABLE');
    expect(await refused('text', 'json')).toBe('TASK_IMPORT_UNREADABLE');
    expect(await refused([], 'json')).toBe('TASK_IMPORT_UNREADABLE');
    expect(await refused({ tasks: [] }, 'json')).toBe('TASK_IMPORT_UNREADABLE');
    expect(await refused({ format: 'ratchet-tasks', formatVersion: 2, tasks: [{}] }, 'json')).toBe('TASK_IMPORT_UNREADABLE');
    expect(await refused({ tasks: { x: { y: 1 } } }, 'directory')).toBe('TASK_IMPORT_UNREADABLE');
    expect(await refused({}, 'tar')).toBe('REQUEST_INVALID');
    expect(await refused(zip([...sound, { name: 'ratchet-export.json', content: '{}' }]), 'zip')).toBe('TASK_IMPORT_UNREADABLE');
  });
});
