import { expect, it, vi } from 'vitest';
import { settingsFrom } from '#kernel/index.ts';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import { testClock } from '../../testing/test-clock.ts';
import { loadText } from '../evaluate-for-test.ts';
import { taskCachePressure } from '../settings.ts';
import { allPass, catalogueOn, taskText, uuidOf } from './catalogue-for-test.ts';
import { createReadyTasks } from './ready-tasks.ts';

const change = { by: 'somebody', note: null, force: false };

await describeOnBoth('loading a task of the catalogue', (open) => {
  it('compiles it once, however many ask at once, and asks the database nothing the second time', async () => {
    const database = await open();
    const catalogue = catalogueOn(database);
    const announced = new Promise((resolve) => catalogue.onChange(resolve));
    const { id } = await catalogue.create(taskText({ uuid: uuidOf(1) }), change);
    await announced;
    const first = await Promise.all(Array.from({ length: 20 }, () => catalogue.load(id, null)));
    expect(new Set(first).size).toBe(1);
    const asked = vi.spyOn(database.read.kysely, 'selectFrom');
    expect(await catalogue.load(id, null)).toBe(first[0]);
    expect(await catalogue.load(id, '1.0.0')).toBe(first[0]);
    expect(asked).not.toHaveBeenCalled();
    expect(await catalogue.find('plus-one')).toMatchObject({ id });
    const calls = asked.mock.calls.length;
    expect(calls).toBeGreaterThan(0);
    expect(await catalogue.find('plus-one')).toMatchObject({ id });
    expect(asked).toHaveBeenCalledTimes(calls);
  });

  it('sees what another process has changed, and tells those who listen', async () => {
    const database = await open();
    const [one, other] = [catalogueOn(database), catalogueOn(await open({ url: database.url }).catch(() => database))];
    const { id } = await one.create(taskText({ uuid: uuidOf(1) }), change);
    const before = await other.load(id, null);
    const heard = new Promise<number>((resolve) => other.onChange(resolve));
    const base = (await one.content(id, null)).checksum;
    await one.change(id, { ...change, files: taskText({ uuid: uuidOf(1), version: '1.1.0' }), base, version: null });
    expect(await heard).toBe(id);
    expect(await other.load(id, null)).toMatchObject({ version: '1.1.0' });
    expect(await other.load(id, '1.0.0')).toBe(before);
    one.close();
    other.close();
  });

  it('believes nothing for longer than five seconds, should an announcement be lost', async () => {
    const database = await open();
    const clock = testClock();
    const catalogue = catalogueOn(database, allPass, clock);
    const announced = new Promise((resolve) => catalogue.onChange(resolve));
    const { id } = await catalogue.create(taskText({ uuid: uuidOf(1) }), change);
    await announced;
    await catalogue.load(id, null);
    await database.write((queries) => queries.run('UPDATE tasks SET missing_since = 1 WHERE id = $1', [id]));
    expect(await catalogue.load(id, null)).toMatchObject({ version: '1.0.0' });
    clock.advance(5_001);
    await expect(catalogue.load(id, null)).rejects.toMatchObject({ code: 'TASK_SOURCE_GONE' });
  });

  it('gives what ran once by its checksum, and nothing for what it does not know', async () => {
    const catalogue = catalogueOn(await open());
    const { id } = await catalogue.create(taskText({ uuid: uuidOf(1) }), change);
    const { hash } = await catalogue.load(id, null);
    expect(await catalogue.files(id, '1.0.0', hash)).toEqual(taskText({ uuid: uuidOf(1) }));
    expect(await catalogue.files(id, '1.0.0', null)).not.toBeNull();
    expect(await catalogue.files(id, '1.0.0', 'x')).toBeNull();
    expect(await catalogue.files(id + 1, '1.0.0', null)).toBeNull();
    await expect(catalogue.load(id + 1, null)).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
  });
});

it('tasks kept ready are tried again after a failure, and forgotten when the heap is nearly full', async () => {
  let percent = 0;
  const settings = settingsFrom({ [taskCachePressure.key]: 80 });
  const ready = createReadyTasks(settings, () => percent);
  await expect(ready.get('a', () => Promise.reject(new Error('once')))).rejects.toThrow('once');
  const task = await loadText({ 'main.js': '() => 1' });
  const make = vi.fn<() => Promise<typeof task>>(async () => task);
  await ready.get('a', make);
  await ready.get('a', make);
  expect(make).toHaveBeenCalledTimes(1);
  percent = 81;
  await ready.get('b', make);
  await ready.get('a', make);
  expect(make).toHaveBeenCalledTimes(3);
});
