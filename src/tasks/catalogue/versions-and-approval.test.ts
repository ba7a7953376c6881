import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { settingsFrom, systemClock } from '#kernel/index.ts';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import { allPass, caller, catalogueOn, taskText, temporaryFolders, uuidOf } from './catalogue-for-test.ts';
import { createTaskOperation, removeTaskOperation, rollbackTaskOperation, updateTaskOperation } from './changing-operations.ts';
import {
  listTasksOperation,
  showTaskOperation,
  taskSourceOperation,
  taskVersionsOperation,
  validateStoredTaskOperation,
} from './reading-operations.ts';
import { refuseUnapproved } from './refuse-unapproved.ts';
import { exportTasksOperation, importTasksOperation } from './transfer/operations.ts';
import { createTaskBackups } from './transfer/task-backups.ts';
import { approveVersionOperation, compareVersionsOperation, createVersionOperation } from './version-operations.ts';

const files = (network: readonly string[] | null, version = '1.0.0') =>
  taskText({ uuid: uuidOf(1), name: 'one', version, metadata: network === null ? {} : { network } });

await describeOnBoth('versions of a task', (open) => {
  const folder = temporaryFolders();
  const start = async () => {
    const ask = caller(catalogueOn(await open()));
    await ask(createTaskOperation, { files: files([]) });
    return ask;
  };

  it('are stored with what they change, run at once or only where they are named, and lead back', async () => {
    const ask = await start();
    const made = await ask(createVersionOperation, {
      id: 'one',
      newVersion: '1.1.0',
      changeDescription: 'adds two',
      sourceCode: '(input) => ({ n: input.n + 2 })',
      inputSchema: { type: 'object', properties: { n: { type: 'integer' } } },
      breaking: true,
    });
    expect(made).toMatchObject({
      version: '1.1.0',
      versionCreated: '1.1.0',
      previousVersion: '1.0.0',
      isActive: true,
      isBreaking: true,
      networkGrowth: [],
      changes: { linesAdded: 15, linesRemoved: 3, files: [{ path: 'input.schema.json' }, { path: 'main.js' }, { path: 'metadata.json' }] },
    });
    expect(made.changes.schemaChanges.map(({ path, change }) => `${path} ${change}`)).toEqual([
      'input.properties.n.type CHANGED',
      'input.required REMOVED',
    ]);
    const inactive = await ask(createVersionOperation, {
      id: 'one',
      newVersion: '2.0.0',
      changeDescription: 'later',
      description: 'x',
      activate: false,
    });
    expect(inactive).toMatchObject({ isActive: false, versionCreated: '2.0.0', version: '2.0.0' });
    expect(await ask(showTaskOperation, { id: 'one' })).toMatchObject({ version: '1.1.0', availableVersions: ['1.0.0', '1.1.0', '2.0.0'] });
    await ask(rollbackTaskOperation, { id: 'one', version: '2.0.0' });
    expect((await ask(showTaskOperation, { id: 'one' })).version).toBe('2.0.0');
    expect((await ask(taskVersionsOperation, { id: 'one' })).versions.map(({ version, isBreaking }) => [version, isBreaking])).toEqual([
      ['2.0.0', false],
      ['1.1.0', true],
      ['1.0.0', false],
    ]);
  });

  it('have to be higher than all others, by the rules of semantic versioning', async () => {
    const ask = await start();
    const version = (newVersion: string) =>
      ask(createVersionOperation, { id: 'one', newVersion, changeDescription: 'x', description: newVersion }).then(
        ({ versionCreated }) => versionCreated,
        (error: { code: string }) => error.code,
      );
    expect(await version('0.9.9')).toBe('TASK_VERSION_NOT_HIGHER');
    expect(await version('1.0.0')).toBe('TASK_VERSION_NOT_HIGHER');
    expect(await version('1.0.0-rc.1')).toBe('TASK_VERSION_NOT_HIGHER');
    expect(await version('1.1.0-beta.1')).toBe('1.1.0-beta.1');
    expect(await version('1.1.0-beta.11')).toBe('1.1.0-beta.11');
    expect(await version('1.1.0-beta.2')).toBe('TASK_VERSION_NOT_HIGHER');
    expect(await version('1.1.0')).toBe('1.1.0');
    expect(await version('1.10')).toBe('REQUEST_INVALID');
  });

  it('are compared file by file, the one that runs with the one before unless said otherwise', async () => {
    const ask = await start();
    expect(await ask(compareVersionsOperation, { id: 'one' })).toMatchObject({ isIdentical: true, files: [], from: { version: '1.0.0' } });
    await ask(createVersionOperation, {
      id: 'one',
      newVersion: '1.1.0',
      changeDescription: 'x',
      files: { ...files(['a.test'], '1.1.0'), 'lib/x.js': 'export {};\n' },
    });
    const there = await ask(compareVersionsOperation, { id: 'one' });
    expect(there).toMatchObject({
      from: { version: '1.0.0' },
      to: { version: '1.1.0' },
      networkAdded: ['a.test'],
      networkRemoved: [],
      files: [
        { path: 'lib/x.js', change: 'ADDED', linesAdded: 1, diff: '--- /dev/null\n+++ b/lib/x.js\n@@ -0,0 +1 @@\n+export {};\n' },
        { path: 'metadata.json', change: 'CHANGED' },
      ],
    });
    const back = await ask(compareVersionsOperation, { id: 'one', from: '1.1.0', to: '1.0.0' });
    expect(back).toMatchObject({ networkAdded: [], networkRemoved: ['a.test'], linesRemoved: there.linesAdded });
    await expect(ask(compareVersionsOperation, { id: 'one', from: '7.0.0' })).rejects.toMatchObject({ code: 'TASK_VERSION_NOT_FOUND' });
  });

  it('can be checked with a draft laid over them, and nothing is stored', async () => {
    const ask = await start();
    const draft = { sourceCode: '(input) =>' };
    expect(await ask(validateStoredTaskOperation, { id: 'one', draft })).toMatchObject({ valid: false, errors: [{ code: 'code-syntax' }] });
    expect(await ask(validateStoredTaskOperation, { id: 'one@1.0.0' })).toMatchObject({ valid: true });
    expect((await ask(taskVersionsOperation, { id: 'one' })).versions).toHaveLength(1);
  });

  it('are kept in a file when the task is removed with a backup, and nothing is removed where that cannot be written', async () => {
    const database = await open();
    const kept = join(folder(), 'data', 'backups');
    const ask = caller(catalogueOn(database), { taskBackups: createTaskBackups(kept, systemClock) });
    await ask(createTaskOperation, { files: files([]) });
    await ask(updateTaskOperation, { id: 'one', description: 'second' });
    const original = await ask(taskSourceOperation, { id: 'one', version: '1.0.0' });
    const answer = await ask(removeTaskOperation, { id: 'one', backup: true });
    expect(answer!.backup.startsWith(kept)).toBe(true);
    expect((await ask(listTasksOperation, {})).total).toBe(0);
    await ask(importTasksOperation, { data: readFileSync(answer!.backup).toString('base64'), format: 'zip' });
    expect(await ask(taskSourceOperation, { id: 'one', version: '1.0.0' })).toEqual(original);
    // A file where the folder should be.
    const broken = caller(catalogueOn(database), { taskBackups: createTaskBackups(join(answer!.backup, 'x'), systemClock) });
    await expect(broken(removeTaskOperation, { id: 'one', backup: true })).rejects.toMatchObject({
      code: 'TASK_BACKUP_UNWRITABLE',
      http: 507,
    });
    expect((await ask(listTasksOperation, {})).total).toBe(1);
    expect(await ask(removeTaskOperation, { id: 'one' })).toBeUndefined();
    expect(readdirSync(kept)).toHaveLength(1);
  });

  it('say whether the task is to be a tool of its own, and lists find those', async () => {
    const ask = await start();
    expect((await ask(showTaskOperation, { id: 'one' })).mcpTool).toBe(false);
    await ask(updateTaskOperation, { id: 'one', metadata: { mcp: { tool: true } } });
    expect((await ask(listTasksOperation, { filter: { mcpTool: { eq: true } } })).items).toMatchObject([{ name: 'one', mcpTool: true }]);
    await ask(rollbackTaskOperation, { id: 'one', version: '1.0.0' });
    expect((await ask(listTasksOperation, { filter: { mcpTool: { eq: true } } })).total).toBe(0);
    await expect(ask(updateTaskOperation, { id: 'one', metadata: { mcp: { tool: 'yes' } } })).rejects.toMatchObject({
      code: 'TASK_INVALID',
    });
  });
});

await describeOnBoth('where a person has to approve of more network', (open) => {
  const settings = settingsFrom({ 'tasks.require_network_approval': true });
  const start = async () => {
    const catalogue = catalogueOn(await open(), allPass, systemClock, settings);
    return { catalogue, ask: caller(catalogue, { settings, by: 'Ada' }) };
  };

  it('a version that may reach more than the one before is stored and not run, until somebody has', async () => {
    const { catalogue, ask } = await start();
    expect(await ask(createTaskOperation, { files: files([]) })).toMatchObject({ networkGrowth: [], needsApproval: false });
    expect(await ask(updateTaskOperation, { id: 'one', metadata: { network: ['a.test'] } })).toMatchObject({
      version: '1.0.1',
      networkGrowth: ['a.test'],
      needsApproval: true,
    });
    const { id } = (await catalogue.find('one'))!;
    await expect(catalogue.load(id, null)).rejects.toMatchObject({ code: 'TASK_NEEDS_APPROVAL', data: { hosts: ['a.test'] } });
    await expect(refuseUnapproved(catalogue, 'one', null)).rejects.toMatchObject({ code: 'TASK_NEEDS_APPROVAL' });
    await expect(refuseUnapproved(catalogue, 'one@1.0.0', null)).resolves.toBeUndefined();
    await expect(catalogue.load(id, '1.0.0')).resolves.toMatchObject({ version: '1.0.0' });
    // What waits allows nothing to what follows it, and what allows less needs nobody.
    expect(await ask(updateTaskOperation, { id: 'one', description: 'again' })).toMatchObject({
      version: '1.0.2',
      networkGrowth: ['a.test'],
      needsApproval: true,
    });
    expect(await ask(updateTaskOperation, { id: 'one', metadata: { network: [] } })).toMatchObject({
      version: '1.0.3',
      networkGrowth: [],
      needsApproval: false,
    });
    expect((await ask(showTaskOperation, { id: 'one' })).unapprovedVersions).toEqual(['1.0.1', '1.0.2']);
    const { checksum } = await ask(taskSourceOperation, { id: 'one', version: '1.0.1' });
    await expect(ask(approveVersionOperation, { id: 'one', version: '1.0.1', checksum: 'f'.repeat(64) })).rejects.toMatchObject({
      code: 'TASK_CHANGED',
    });
    await expect(ask(approveVersionOperation, { id: 'one', version: '7.0.0' })).rejects.toMatchObject({ code: 'TASK_VERSION_NOT_FOUND' });
    expect(await ask(approveVersionOperation, { id: 'one', version: '1.0.1', checksum })).toMatchObject({
      unapprovedVersions: ['1.0.2'],
      message: 'Version 1.0.1 of task one may run',
    });
    await expect(catalogue.load(id, '1.0.1')).resolves.toMatchObject({ network: ['a.test'] });
    expect((await ask(taskVersionsOperation, { id: 'one' })).versions.find(({ version }) => version === '1.0.1')).toMatchObject({
      needsApproval: false,
      approvedBy: 'Ada',
      approvedAt: expect.any(String),
    });
    expect((await ask(approveVersionOperation, { id: 'one', version: '1.0.0' })).message).toBe(
      'Version 1.0.0 of task one needs no approval',
    );
  });

  it('a new task, an imported one and a list that goes away are more as well', async () => {
    const { ask } = await start();
    expect(await ask(createTaskOperation, { files: files(null) })).toMatchObject({ networkGrowth: ['*:*'], needsApproval: true });
    await ask(approveVersionOperation, { id: 'one', version: '1.0.0' });
    expect(await ask(updateTaskOperation, { id: 'one', metadata: { network: ['a.test'] } })).toMatchObject({
      networkGrowth: [],
      needsApproval: false,
    });
    expect(await ask(updateTaskOperation, { id: 'one', metadata: { network: null } })).toMatchObject({
      networkGrowth: ['*:*'],
      needsApproval: true,
    });
    const { document } = await ask(exportTasksOperation, { includeVersions: true });
    const { imported } = await ask(importTasksOperation, { data: document!, namePrefix: 'copy-' });
    expect(imported).toMatchObject([{ networkGrowth: ['*:*'], needsApproval: true }]);
    expect((await ask(showTaskOperation, { id: 'copy-one' })).unapprovedVersions).toEqual(['1.0.0', '1.0.1', '1.0.2']);
  });
});
