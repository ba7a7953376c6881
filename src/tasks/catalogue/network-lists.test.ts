import { expect, it } from 'vitest';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import { caller, catalogueOn, taskText, uuidOf } from './catalogue-for-test.ts';
import { createTaskOperation, disableTaskOperation } from './changing-operations.ts';
import { networkLists } from './network-lists.ts';
import { createVersionOperation } from './version-operations.ts';

await describeOnBoth('network lists', (open) => {
  it('are those of the versions that run, of tasks that are enabled', async () => {
    const database = await open();
    const ask = caller(catalogueOn(database));
    const add = (number: number, name: string, metadata: Record<string, unknown>) =>
      ask(createTaskOperation, { files: taskText({ uuid: uuidOf(number), name, version: '1.0.0', metadata }) });
    await add(1, 'narrow', { network: ['a.example'] });
    await add(2, 'closed', { network: [] });
    await add(3, 'open', {});
    await add(4, 'off', { network: ['*'] });
    await ask(disableTaskOperation, { id: 'off' });
    const metadata = {
      ...JSON.parse(taskText({ uuid: uuidOf(1), name: 'narrow', version: '2.0.0' })['metadata.json']),
      network: ['*.b.example'],
    };
    await ask(createVersionOperation, { id: 'narrow', newVersion: '2.0.0', changeDescription: 'wider', activate: false, metadata });
    expect(await networkLists(database.read)).toEqual([
      { name: 'closed', lines: [] },
      { name: 'narrow', lines: ['a.example'] },
      { name: 'open', lines: null },
    ]);
  });
});
