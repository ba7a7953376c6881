import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingsFrom } from '#kernel/index.ts';
import { ConfiguredSource } from './configured-source.ts';
import { registrySources } from './settings.ts';

const read = (said: Readonly<Record<string, unknown>>) =>
  ConfiguredSource.parse({ name: 'tasks', uri: 'file://./sample/js-tasks', ...said });
const complaint = (said: Readonly<Record<string, unknown>>) =>
  ConfiguredSource.safeParse({ name: 'tasks', uri: 'file://./sample/js-tasks', ...said }).error?.issues.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

describe('a source in the configuration', () => {
  it.each([
    { watch: true },
    { config: { watch: true } },
    { config: { watch_for_changes: true } },
    { config: { watch_changes: true, auto_reload: true } },
    { config: { filesystem: { watch_changes: true } } },
    { filesystem: { watch: true } },
  ])('says in every spelling that it is watched: %o', (said) => {
    expect(read(said)).toMatchObject({ isWatched: true, address: { kind: 'filesystem', path: resolve('sample/js-tasks') } });
  });

  it('says nothing about watching when it does not', () => {
    expect(read({})).toMatchObject({ isWatched: null, pollSeconds: null, enabled: true, ref: null, options: {} });
  });

  it.each([
    { source_type: 'git', config: { branch: 'main' } },
    { source_type: 'git', config: { git: { git_ref: 'main' } } },
    { git: { branch: 'main' } },
    { git_ref: 'main' },
    { config: { ref: 'main' } },
  ])('names a branch in every spelling: %o', (said) => {
    expect(read({ uri: 'https://example.com/tasks.git', ...said })).toMatchObject({ ref: 'main', address: { kind: 'git' } });
  });

  it('takes the whole of a Git source, with durations and sizes as people write them', () => {
    const said = {
      uri: 'https://example.com/tasks.git',
      polling_interval: '10m',
      auth_name: 'team',
      config: {
        git: {
          branch: 'release',
          subdirectory: 'tasks',
          shallow: true,
          depth: 3,
          sync_strategy: 'fetch',
          cleanup_on_error: true,
          verify_signatures: true,
          allowed_refs: ['release', 'v*'],
          timeout: 120,
          max_repo_size: '100MB',
          cache_ttl: 3600,
          keep_history: false,
        },
        // A section of another kind says nothing about this one.
        filesystem: { watch_changes: true },
      },
    };
    expect(read(said)).toMatchObject({
      ref: 'release',
      subdirectory: 'tasks',
      authName: 'team',
      pollSeconds: 600,
      isWatched: null,
      options: { depth: 3, timeoutMs: 120_000, maxBytes: 100 * 1024 ** 2, verifySignatures: true, allowedRefs: ['release', 'v*'] },
    });
    expect(read({ uri: 'https://example.com/tasks.git', config: { shallow: false } }).options).toEqual({ depth: 0 });
  });

  it('keeps a token that stands beside it as a credential of its own', () => {
    expect(read({ uri: 'https://registry.example.com/tasks', config: { auth_token: 'secret' } })).toMatchObject({
      address: { kind: 'http' },
      ownAuth: { type: 'bearer', token: 'secret' },
    });
    expect(read({ uri: 'https://example.com/tasks.git', config: { auth_token: 'secret' } })).toMatchObject({
      ownAuth: { type: 'token', token: 'secret' },
    });
  });

  it('is refused with what is wrong and where', () => {
    expect(complaint({ config: { wach: true } })).toEqual(['config.wach: is nothing that can be said of a source; did you mean watch?']);
    expect(complaint({ colour: 'red' })).toEqual(['colour: is nothing that can be said of a source']);
    expect(complaint({ uri: 'https://user:secret@example.com/tasks.git' })!.join()).toMatch(/^uri: .*holds credentials/);
    expect(complaint({ uri: 'https://user:secret@example.com/tasks.git' })!.join()).not.toContain('secret');
    expect(complaint({ source_type: 's3' })).toEqual(['source_type: must be filesystem, git or http']);
    expect(complaint({ name: '12' })!.join()).toContain('must not be a number');
    expect(complaint({ polling_interval: 'often' })!.join()).toContain('is no duration');
    expect(complaint({ config: { follow_symlinks: true } })!.join()).toContain('links are never followed');
    expect(complaint({ polling_interval: 0 })).toHaveLength(1);
  });

  it('has a name of its own', () => {
    const twice = [1, 2].map((number) => ({ name: 'tasks', uri: `/tasks-${number}` }));
    expect(() => settingsFrom({ 'registry.sources': twice }).get(registrySources)).toThrow('is tasks, as that of another source');
  });
});
