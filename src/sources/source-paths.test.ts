import { symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { testedSources, uuidOf, writeTask, writeText } from './sources-for-test.ts';
import { findSourceTasks, isMatched, localRoot } from './source-paths.ts';

describe('the tasks of a source', () => {
  const { newFolder } = testedSources();
  const collection = (...names: string[]): string => {
    const folder = newFolder();
    for (const [index, name] of names.entries()) writeTask(join(folder, name), { uuid: uuidOf(index + 1), name: `task-${index}` });
    return folder;
  };
  const found = async (folder: string, options = {}) =>
    (await findSourceTasks(folder, options)).paths.map((path) => relative(folder, path)).toSorted();

  it('are all there are, unless patterns choose', async () => {
    const folder = collection('a', 'drafts/b', 'team/c', 'team/drafts/d');
    expect(await found(folder)).toEqual(['a', 'drafts/b', 'team/c', 'team/drafts/d']);
    expect(await found(folder, { ignorePatterns: ['drafts'] })).toEqual(['a', 'team/c']);
    expect(await found(folder, { ignorePatterns: ['drafts/**'] })).toEqual(['a', 'team/c', 'team/drafts/d']);
    expect(await found(folder, { includePatterns: ['team/**'], ignorePatterns: ['**/d'] })).toEqual(['team/c']);
    expect(await found(folder, { includePatterns: ['**/metadata.json'] })).toHaveLength(4);
  });

  it('are those below tasks where the source is a task repository, or where its own patterns find them', async () => {
    const folder = collection('tasks/a', 'tasks/old/b', 'templates/c', 'more/d');
    writeText(join(folder, '.ratchet/registry.yaml'), 'name: team\nversion: 1.0.0\n');
    expect(await found(folder)).toEqual(['tasks/a', 'tasks/old/b']);
    writeText(
      join(folder, '.ratchet/registry.yaml'),
      'name: team\nversion: 1.0.0\ndiscovery:\n  include_patterns: ["tasks/**", "more/*"]\n  exclude_patterns: ["**/old/**"]\n',
    );
    expect(await found(folder)).toEqual(['more/d', 'tasks/a']);
    writeText(join(folder, '.ratchet/registry.yaml'), `name: ${'x'.repeat(300_000)}`);
    expect((await findSourceTasks(folder, {})).unreadable).toMatchObject([{ reason: expect.stringContaining('are read at most') }]);
    writeText(join(folder, '.ratchet/registry.yaml'), 'name: [');
    const { paths, unreadable } = await findSourceTasks(folder, {});
    expect(paths).toHaveLength(4);
    expect(unreadable).toMatchObject([{ path: join(folder, '.ratchet/registry.yaml') }]);
  });

  it('are looked for inside the source and nowhere else', () => {
    const folder = collection('inside/a');
    const uri = pathToFileURL(folder).href;
    symlinkSync(newFolder(), join(folder, 'out'));
    expect(localRoot({ uri, subdirectory: 'inside' })).toBe(join(folder, 'inside'));
    expect(localRoot({ uri, subdirectory: null })).toBe(folder);
    for (const subdirectory of ['..', '../..', 'inside/../..', '/etc', 'out', 'none', 'inside/a/main.js']) {
      expect(() => localRoot({ uri, subdirectory })).toThrow('has no folder');
    }
    expect(() => localRoot({ uri: `${uri}/none`, subdirectory: null })).toThrow('there is nothing at this path');
  });

  it.each([
    ['a/b', 'a', true],
    ['a/b', 'b', true],
    ['a/b', 'a/b', true],
    ['a/b', './a/', true],
    ['a/b', 'a/*', true],
    ['a/b/c', 'a/*', true],
    ['a/b', 'c', false],
    ['ab', 'a', false],
    ['a/b', '**/*.json', true],
    ['v1.2.0', 'v*', true],
  ])('%s is matched by %s: %s', (path, pattern, isSo) => {
    expect(isMatched(path, [pattern])).toBe(isSo);
  });
});
