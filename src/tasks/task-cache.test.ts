import { cpSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settingsFrom } from '#kernel/index.ts';
import { taskCacheBytes, taskCacheSize } from './settings.ts';
import { createTaskCache } from './task-cache.ts';

const samples = join(import.meta.dirname, '../../sample/js-tasks');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'task-'));
  cpSync(join(samples, 'addition'), join(folder, 'a'), { recursive: true });
  cpSync(join(samples, 'dummy-task'), join(folder, 'b'), { recursive: true });
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the task cache', () => {
  it('loads once', async () => {
    const cache = createTaskCache(settingsFrom());
    const first = await cache.load(join(folder, 'a'));
    expect(await cache.load(join(folder, 'a'))).toBe(first);
    expect(cache.stats()).toMatchObject({ entries: 1, hits: 1, misses: 1 });
    expect(cache.stats().bytes).toBeGreaterThan(5_000);
  });

  it('keeps nothing when caches are off, and only for a while when they are of the type ttl', async () => {
    const off = createTaskCache(settingsFrom({ 'cache.enabled': false }));
    expect(await off.load(join(folder, 'a'))).not.toBe(await off.load(join(folder, 'a')));
    expect(off.stats().entries).toBe(0);
    const brief = createTaskCache(settingsFrom({ 'cache.task_cache.cache_type': 'ttl', 'cache.task_cache.ttl': 0.001 }));
    const first = await brief.load(join(folder, 'a'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await brief.load(join(folder, 'a'))).not.toBe(first);
    const unbound = createTaskCache(settingsFrom({ 'cache.task_cache.ttl': 0.001 }));
    const kept = await unbound.load(join(folder, 'a'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await unbound.load(join(folder, 'a'))).toBe(kept);
  });

  it('forgets every task when the process runs short of memory', async () => {
    let percent = 10;
    const cache = createTaskCache(settingsFrom(), undefined, () => percent);
    await cache.load(join(folder, 'a'));
    percent = 95;
    await cache.load(join(folder, 'b'));
    expect(cache.stats().entries).toBe(1);
  });

  it('loads once for callers that come together', async () => {
    const cache = createTaskCache(settingsFrom());
    const [one, two] = await Promise.all([cache.load(join(folder, 'a')), cache.load(join(folder, 'a'))]);
    expect(one).toBe(two);
  });

  it('notices an edit, a new file and a removed one', async () => {
    const cache = createTaskCache(settingsFrom());
    const path = join(folder, 'a');
    const first = await cache.load(path);
    writeFileSync(join(path, 'main.js'), 'x => ({ sum: 0 })');
    const second = await cache.load(path);
    writeFileSync(join(path, 'tests/new.json'), '{"expected_output": 1}');
    const third = await cache.load(path);
    rmSync(join(path, 'input.schema.json'));
    const fourth = await cache.load(path);
    expect(new Set([first, second, third, fourth].map(({ hash }) => hash)).size).toBe(4);
    expect(fourth.program.inputCheck).toBeNull();
  });

  it('notices an archive that was replaced', async () => {
    const cache = createTaskCache(settingsFrom());
    const path = join(folder, 'task.zip');
    cpSync(join(samples, 'addition.zip'), path);
    const first = await cache.load(path);
    cpSync(join(samples, 'weather-api.zip'), path);
    utimesSync(path, 10, 10);
    expect((await cache.load(path)).uuid).not.toBe(first.uuid);
  });

  it('holds no more than it may, by number and by size', async () => {
    const byNumber = createTaskCache(settingsFrom({ [taskCacheSize.key]: 1 }));
    const bySize = createTaskCache(settingsFrom({ [taskCacheBytes.key]: 10 }));
    for (const cache of [byNumber, bySize]) for (const name of ['a', 'b']) await cache.load(join(folder, name));
    expect(byNumber.stats().entries).toBe(1);
    expect(bySize.stats()).toMatchObject({ entries: 0, bytes: 0 });
    expect((await bySize.load(join(folder, 'a'))).name).toBe('addition');
  });

  it('can be purged', async () => {
    const cache = createTaskCache(settingsFrom());
    await cache.load(join(folder, 'a'));
    cache.purge();
    expect(cache.stats()).toMatchObject({ entries: 0, bytes: 0 });
    await cache.load(join(folder, 'a'));
    expect(cache.stats().misses).toBe(2);
  });

  it('does not remember failures', async () => {
    const cache = createTaskCache(settingsFrom());
    const path = join(folder, 'later');
    await expect(cache.load(path)).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
    cpSync(join(folder, 'a'), path, { recursive: true });
    expect((await cache.load(path)).name).toBe('addition');
  });
});
