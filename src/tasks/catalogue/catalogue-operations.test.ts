import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Database } from '#storage/index.ts';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import { callableOf } from '../evaluate-for-test.ts';
import { allPass, caller, catalogueOn, syncFolder, taskText, temporaryFolders, uuidOf, writeFiles } from './catalogue-for-test.ts';
import type { TestTask } from './change-task.ts';
import {
  changeTaskSourceOperation,
  createTaskOperation,
  disableTaskOperation,
  disableVersionOperation,
  enableTaskOperation,
  enableVersionOperation,
  removeTaskOperation,
  rollbackTaskOperation,
  updateTaskOperation,
} from './changing-operations.ts';
import { catalogueOperations } from './operations.ts';
import {
  listTasksOperation,
  showTaskOperation,
  taskSourceOperation,
  taskStatsOperation,
  taskVersionsOperation,
  validateDraftOperation,
  validateStoredTaskOperation,
} from './reading-operations.ts';
import { splitPin } from './versions.ts';

const doubling = {
  name: 'double',
  description: 'Doubles a number',
  sourceCode: '(input) => ({ n: input.n * 2 })',
  inputSchema: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] },
  outputSchema: { type: 'object' },
  metadata: { tags: ['maths'], timeout: 500 },
  tests: [{ input: { n: 2 }, expected_output: { n: 4 } }],
};

it('has one name and one route per operation', () => {
  const names = catalogueOperations.map(({ name }) => name);
  const routes = catalogueOperations.map(({ on }) => (typeof on.rest === 'string' ? on.rest : on.rest?.route));
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(routes).size).toBe(routes.length);
  expect(routes).not.toContain(undefined);
});

await describeOnBoth('operations on the tasks of a server', (open) => {
  const newFolder = temporaryFolders();
  const start = async (testTask: TestTask = allPass, database?: Database) => {
    const used = database ?? (await open());
    const catalogue = catalogueOn(used, testTask);
    return { catalogue, database: used, ask: caller(catalogue) };
  };

  it('store a task from fields as the files of a folder, tested first, and show it', async () => {
    const tested: unknown[] = [];
    const { catalogue, ask } = await start(async (files) => {
      tested.push({ ...files });
      return { passed: 1, failed: 0, failures: [] };
    });
    const made = await ask(createTaskOperation, { ...doubling, maxConcurrent: 2, changeDescription: 'First' });
    expect(made).toMatchObject({
      id: '1',
      name: 'double',
      label: 'double',
      version: '1.0.0',
      availableVersions: ['1.0.0'],
      enabled: true,
      storageType: 'DATABASE',
      registrySource: false,
      isEditable: true,
      maxConcurrent: 2,
      inSync: true,
      inputSchema: doubling.inputSchema,
      metadata: { tags: ['maths'], timeout: 500, description: 'Doubles a number' },
      sourceCode: doubling.sourceCode,
      sourceType: 'javascript',
    });
    expect(made.uuid).toMatch(/^[0-9a-f]{8}-/);
    const { files } = await ask(taskSourceOperation, { id: made.uuid });
    expect(Object.keys(files).toSorted()).toEqual([
      'input.schema.json',
      'main.js',
      'metadata.json',
      'output.schema.json',
      'tests/test-001.json',
    ]);
    expect(tested).toEqual([files]);
    for (const ref of ['1', made.uuid, made.uuid.toUpperCase(), 'double']) {
      expect({ ...made, ...(await ask(showTaskOperation, { id: ref })) }).toEqual(made);
    }
    await expect(ask(showTaskOperation, { id: 'nothing' })).rejects.toMatchObject({ code: 'TASK_NOT_FOUND', http: 404 });
    const task = await catalogue.load(1, null);
    expect([callableOf(task.program)({ n: 4 }), task.hash]).toEqual([{ n: 8 }, made.checksum]);
    expect((await ask(taskVersionsOperation, { id: '1' })).versions).toMatchObject([
      { version: '1.0.0', isCurrent: true, changedBy: 'local', changeDescription: 'First' },
    ]);
  });

  it('store a task from files, TypeScript too, and a sample as it is', async () => {
    const { ask } = await start();
    const folder = join(import.meta.dirname, '../../../sample/js-tasks/addition');
    const names = ['metadata.json', 'main.js', 'input.schema.json', 'output.schema.json'];
    const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
    expect(await ask(createTaskOperation, { files })).toMatchObject({ name: 'addition', uuid: JSON.parse(files['metadata.json']!).uuid });
    const typed = await ask(createTaskOperation, {
      name: 'typed',
      sourceCode: 'export default (input: { n: number }) => input.n;',
      sourceType: 'TypeScript',
    });
    expect(typed).toMatchObject({ sourceType: 'typescript', inputSchema: null });
    expect(Object.keys((await ask(taskSourceOperation, { id: 'typed' })).files)).toContain('main.ts');
  });

  it('refuse a task whose own tests fail, unless forced', async () => {
    const failing: TestTask = async () => ({ passed: 1, failed: 1, failures: [{ name: 'doubles', message: 'n is 5, not 4' }] });
    const { ask } = await start(failing);
    await expect(ask(createTaskOperation, doubling)).rejects.toMatchObject({
      code: 'TASK_TESTS_FAILED',
      http: 422,
      message: '1 of 2 tests of the task double failed, so it was not stored: doubles: n is 5, not 4',
      data: { failures: [{ name: 'doubles', message: 'n is 5, not 4' }] },
    });
    expect((await ask(listTasksOperation, {})).total).toBe(0);
    expect(await ask(createTaskOperation, { ...doubling, force: true })).toMatchObject({ name: 'double' });
  });

  it('refuse what `ratchet validate` refuses, with every problem, and run nothing of it', async () => {
    const { ask } = await start(() => Promise.reject(new Error('nothing that is not valid may run')));
    const wrong = { ...doubling, sourceCode: '(input) => {', inputSchema: { type: 'nonsense' } };
    await expect(ask(createTaskOperation, wrong)).rejects.toMatchObject({
      code: 'TASK_INVALID',
      data: {
        problems: expect.arrayContaining([
          expect.objectContaining({ file: 'main.js' }),
          expect.objectContaining({ file: 'input.schema.json' }),
        ]),
      },
    });
    expect(await ask(validateDraftOperation, wrong)).toMatchObject({
      valid: false,
      errors: expect.arrayContaining([expect.objectContaining({ field: expect.stringMatching(/^main\.js:1:/), code: 'code-syntax' })]),
    });
    expect(await ask(validateDraftOperation, doubling)).toEqual({ valid: true, errors: [], warnings: [] });
    for (const broken of [
      { name: 'a b' },
      { name: 'x'.repeat(101) },
      { version: '1.0' },
      { version: 'v1.0.0' },
      { sourceType: 'ruby' },
      { sourceCode: undefined },
    ]) {
      await expect(ask(createTaskOperation, { ...doubling, ...broken })).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
      });
    }
    expect((await ask(listTasksOperation, {})).total).toBe(0);
  });

  it('refuse a second task with the name or the uuid of one', async () => {
    const { ask } = await start();
    await ask(createTaskOperation, { ...doubling, metadata: { uuid: uuidOf(1) } });
    await expect(ask(createTaskOperation, doubling)).rejects.toMatchObject({ code: 'TASK_EXISTS', http: 409, data: { field: 'name' } });
    await expect(ask(createTaskOperation, { ...doubling, name: 'other', metadata: { uuid: uuidOf(1) } })).rejects.toMatchObject({
      data: { field: 'uuid' },
    });
    const both = await Promise.allSettled(
      [1, 2].map(() => ask(createTaskOperation, { ...doubling, name: 'same', metadata: { uuid: uuidOf(2) } })),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('raise the patch number of changed files by themselves, and say so', async () => {
    const { catalogue, ask } = await start();
    await ask(createTaskOperation, doubling);
    const changed = await ask(updateTaskOperation, {
      id: 'double',
      sourceCode: '(input) => ({ n: input.n * 3 })',
      changeDescription: 'Triples',
    });
    expect(changed).toMatchObject({
      version: '1.0.1',
      versionRaisedFrom: '1.0.0',
      availableVersions: ['1.0.0', '1.0.1'],
      metadata: { tags: ['maths'] },
    });
    expect(callableOf((await catalogue.load(1, null)).program)({ n: 1 })).toEqual({ n: 3 });
    expect(callableOf((await catalogue.load(1, '1.0.0')).program)({ n: 1 })).toEqual({ n: 2 });
    expect(
      (await ask(taskVersionsOperation, { id: '1' })).versions.map(({ version, changeDescription }) => [version, changeDescription]),
    ).toEqual([
      ['1.0.1', 'Triples'],
      ['1.0.0', null],
    ]);
    const same = await ask(updateTaskOperation, { id: 'double', sourceCode: '(input) => ({ n: input.n * 3 })' });
    expect(same).toMatchObject({ version: '1.0.1', versionRaisedFrom: null });
    expect(await ask(updateTaskOperation, { id: 'double', version: '2.0.0', description: 'New' })).toMatchObject({
      version: '2.0.0',
      description: 'New',
      versionRaisedFrom: null,
    });
    await expect(ask(updateTaskOperation, { id: 'double', version: '1.0.0', description: 'Newer' })).rejects.toMatchObject({
      code: 'TASK_VERSION_EXISTS',
      data: { next: '2.0.1' },
    });
    const { files } = await ask(taskSourceOperation, { id: 'double' });
    const whole = await ask(updateTaskOperation, { id: 'double', files: { ...files, 'main.js': '() => ({ n: 0 })' } });
    expect(whole).toMatchObject({ version: '2.0.1', versionRaisedFrom: '2.0.0', uuid: changed.uuid });
    await expect(ask(updateTaskOperation, { id: 'double', metadata: { uuid: uuidOf(9) } })).rejects.toMatchObject({
      code: 'TASK_FILES_REFUSED',
    });
    const without = await ask(updateTaskOperation, {
      id: 'double',
      outputSchema: null,
      tests: [],
      sourceType: 'typescript',
      metadata: { tags: null },
    });
    expect(without).toMatchObject({ outputSchema: null, sourceType: 'typescript', sourceCode: '() => ({ n: 0 })' });
    expect(without.metadata).not.toHaveProperty('tags');
    expect(Object.keys((await ask(taskSourceOperation, { id: 'double' })).files).toSorted()).toEqual([
      'input.schema.json',
      'main.ts',
      'metadata.json',
    ]);
  });

  it('let only one of two changes of the same files in', async () => {
    let testing = 0;
    const bothAreThere = Promise.withResolvers<void>();
    const { ask } = await start(async (files) => {
      if (files['main.js']!.includes('change')) {
        if (++testing === 2) bothAreThere.resolve();
        await bothAreThere.promise;
      }
      return { passed: 0, failed: 0, failures: [] };
    });
    await ask(createTaskOperation, doubling);
    const changes = await Promise.allSettled(
      [1, 2].map((number) => ask(updateTaskOperation, { id: 'double', sourceCode: `() => 'change ${number}'` })),
    );
    const refused = changes.filter((one) => one.status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'TASK_CHANGED', retryable: true } }]);
    expect((await ask(taskVersionsOperation, { id: 'double' })).versions).toHaveLength(2);
  });

  it('go back to an earlier version, and to a content of it', async () => {
    const { catalogue, ask } = await start();
    const first = await ask(createTaskOperation, doubling);
    await ask(updateTaskOperation, { id: 'double', description: 'Other', metadata: { concurrency: 4 } });
    expect(await ask(showTaskOperation, { id: 'double' })).toMatchObject({ version: '1.0.1', maxConcurrent: 4 });
    expect(await ask(rollbackTaskOperation, { id: 'double', version: '1.0.0' })).toMatchObject({
      version: '1.0.0',
      description: 'Doubles a number',
      availableVersions: ['1.0.0', '1.0.1'],
      maxConcurrent: null,
    });
    expect((await catalogue.load(1, null)).hash).toBe(first.checksum);
    // What is changed now becomes a version above all others, or it would not run.
    expect(await ask(updateTaskOperation, { id: 'double', description: 'Third' })).toMatchObject({ version: '1.0.2' });
    await expect(ask(rollbackTaskOperation, { id: 'double', version: '7.0.0' })).rejects.toMatchObject({ code: 'TASK_VERSION_NOT_FOUND' });
    const checksum = 'a'.repeat(64);
    await expect(ask(rollbackTaskOperation, { id: 'double', version: '1.0.0', checksum })).rejects.toMatchObject({
      code: 'TASK_VERSION_NOT_FOUND',
    });
  });

  it('show and run the version in the name of a task, and refuse two that differ', async () => {
    const { ask } = await start();
    await ask(createTaskOperation, doubling);
    await ask(changeTaskSourceOperation, {
      id: 'double',
      sourceCode: '(input) => ({ n: input.n + input.n })',
      changeDescription: 'Why not',
    });
    expect(await ask(showTaskOperation, { id: 'double@1.0.0' })).toMatchObject({ version: '1.0.0', sourceCode: doubling.sourceCode });
    expect(await ask(taskSourceOperation, { id: 'double@1.0.1' })).toMatchObject({ version: '1.0.1' });
    expect(await ask(showTaskOperation, { id: 'double@1.0.0', version: '1.0.0' })).toMatchObject({ version: '1.0.0' });
    await expect(ask(showTaskOperation, { id: 'double@1.0.0', version: '1.0.1' })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(ask(showTaskOperation, { id: 'double@3.0.0' })).rejects.toMatchObject({ code: 'TASK_VERSION_NOT_FOUND' });
    // What is no version is part of a name that no task has.
    await expect(ask(showTaskOperation, { id: 'double@latest' })).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
    expect(await ask(disableVersionOperation, { id: 'double', version: '1.0.1' })).toMatchObject({
      version: '1.0.0',
      disabledVersions: ['1.0.1'],
      message: 'Version 1.0.1 of task double is disabled',
    });
    expect((await ask(taskVersionsOperation, { id: 'double' })).versions).toMatchObject([
      { version: '1.0.1', enabled: false, standing: 'STANDING', repositoryId: null, changeDescription: 'Why not' },
      { version: '1.0.0', enabled: true },
    ]);
    expect(await ask(enableVersionOperation, { id: 'double', version: '1.0.1' })).toMatchObject({ version: '1.0.1', disabledVersions: [] });
    await expect(ask(changeTaskSourceOperation, { id: 'double' })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it.each([
    ['sum@1.2.0', 'sum', '1.2.0'],
    ['sum@1.2.0-beta.1+build.5', 'sum', '1.2.0-beta.1+build.5'],
    ['sum', 'sum', null],
    ['sum@', 'sum@', null],
    ['@1.0.0', '@1.0.0', null],
    ['sum@1', 'sum@1', null],
    ['sum@v1.0.0', 'sum@v1.0.0', null],
    ['a@b@1.0.0', 'a@b', '1.0.0'],
  ])('%s is the task %s in version %s', (said, ref, version) => {
    expect(splitPin(said)).toEqual({ ref, version });
  });

  it('leave the files of a task from a folder to the folder, and switch and limit it all the same', async () => {
    const folder = newFolder();
    const { catalogue, database } = await start();
    const ask = caller(catalogue);
    const sync = () => syncFolder(database, catalogue, folder);
    writeFiles(join(folder, 'one'), taskText({ name: 'one', uuid: uuidOf(1) }));
    expect(await sync()).toMatchObject({ added: ['one'], errors: [] });
    await expect(ask(updateTaskOperation, { id: 'one', description: 'x' })).rejects.toMatchObject({ code: 'TASK_READ_ONLY' });
    await expect(ask(removeTaskOperation, { id: 'one' })).rejects.toMatchObject({ code: 'TASK_READ_ONLY' });
    expect(await ask(updateTaskOperation, { id: 'one', maxConcurrent: 3, enabled: false })).toMatchObject({
      maxConcurrent: 3,
      enabled: false,
    });
    expect(await ask(enableTaskOperation, { id: 'one' })).toMatchObject({ enabled: true, message: 'Task one is enabled' });
    expect(await ask(disableTaskOperation, { id: 'one' })).toMatchObject({ enabled: false });
    expect(await ask(updateTaskOperation, { id: 'one', maxConcurrent: null })).toMatchObject({ maxConcurrent: null });
    writeFiles(join(folder, 'one'), taskText({ name: 'one', uuid: uuidOf(1), version: '2.0.0' }));
    await sync();
    expect(await ask(rollbackTaskOperation, { id: 'one', version: '1.0.0' })).toMatchObject({ version: '1.0.0' });
    // The folder says nothing new, so the rollback stands.
    await sync();
    expect(await ask(showTaskOperation, { id: 'one' })).toMatchObject({ version: '1.0.0', registrySource: true });
    writeFiles(join(folder, 'one'), { 'main.js': '(input) => {' });
    expect(await ask(validateStoredTaskOperation, { id: 'one' })).toMatchObject({
      valid: false,
      errors: [{ field: expect.stringContaining('main.js') }],
    });
    expect(await ask(taskStatsOperation, {})).toMatchObject({ totalTasks: 1, enabledTasks: 0, registryTasks: 1, databaseTasks: 0 });
  });

  it('list by every filter, and page', async () => {
    const { ask } = await start();
    for (const name of ['alpha', 'beta', 'gamma', 'delta']) await ask(createTaskOperation, { ...doubling, name, enabled: name !== 'beta' });
    const names = async (filter: Record<string, unknown>, more: object = {}) =>
      (await ask(listTasksOperation, { filter, ...more })).items.map((item) => item.name);
    expect(await names({})).toEqual(['alpha', 'beta', 'delta', 'gamma']);
    expect(await names({ name: { contains: 'LT' } })).toEqual(['delta']);
    expect(await names({ name: { startsWith: 'g' }, enabled: { eq: true } })).toEqual(['gamma']);
    expect(await names({ enabled: { eq: false } })).toEqual(['beta']);
    expect(await names({ id: { in: ['1', '3', 'x'] } })).toEqual(['alpha', 'gamma']);
    expect(await names({ registrySource: { eq: true } })).toEqual([]);
    expect(await names({ registrySource: { ne: true }, hasValidation: { eq: true }, inSync: { eq: true } })).toHaveLength(4);
    expect(await names({ hasValidation: { eq: false } })).toEqual([]);
    expect(await names({ version: { in: ['1.0.0'] }, createdAt: { gt: 0 }, updatedAt: { gt: Date.now() + 1e6 } })).toEqual([]);
    expect(await names({}, { sort: { field: 'id', order: 'desc' }, limit: 2, offset: 1 })).toEqual(['gamma', 'beta']);
    const first = await ask(listTasksOperation, { limit: 3 });
    expect([first.total, first.isTotalExact]).toEqual([4, true]);
    expect(first.items[0]).not.toHaveProperty('sourceCode');
    expect(await names({}, { limit: 3, after: first.next })).toEqual(['gamma']);
  });

  it('remove a task with its jobs and executions, not while one runs, and keep the counts of rows right', async () => {
    const database = await open();
    const { catalogue, ask } = await start(allPass, database);
    await ask(createTaskOperation, doubling);
    const job = (uuid: string, status: string, more: string) =>
      database.write((queries) =>
        queries.run(
          `INSERT INTO jobs (uuid, task_id, status, priority, turn, run_at, queued_at, owner, lease_until, completed_at) VALUES ($1, 1, $2, 0, 0, 0, 0, ${more})`,
          [uuid, status],
        ),
      );
    await job('j1', 'completed', 'NULL, NULL, 1');
    await job('j2', 'processing', "'me', 1, NULL");
    await database.write((queries) =>
      queries.run("INSERT INTO row_counts (name, stripe, value) VALUES ('jobs.completed', 0, 1), ('jobs.processing', 0, 1)"),
    );
    await expect(ask(removeTaskOperation, { id: 'double' })).rejects.toMatchObject({ code: 'TASK_BUSY', data: { running: 1 } });
    await database.write(async (queries) => {
      await queries.run("DELETE FROM jobs WHERE uuid = 'j2'");
      await queries.run("UPDATE row_counts SET value = 0 WHERE name = 'jobs.processing'");
    });
    await ask(removeTaskOperation, { id: 'double' });
    expect(await database.read.all('SELECT id FROM jobs')).toEqual([]);
    expect(await database.read.all("SELECT sum(value) AS sum FROM row_counts WHERE name = 'jobs.completed'")).toEqual([{ sum: 0 }]);
    expect(await catalogue.find('double')).toBeNull();
    await expect(catalogue.load(1, null)).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
  });
});
