import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RatchetError } from '#kernel/index.ts';
import { readSourceAddress, type SourceKind } from './source-address.ts';

const read = (uri: string, kind?: SourceKind) => readSourceAddress(uri, { kind, baseFolder: '/base' });

describe('the address of a source', () => {
  it.each([
    ['file:///srv/tasks', '/srv/tasks'],
    ['file://localhost/srv/tasks', '/srv/tasks'],
    ['file://./sample/js-tasks', '/base/sample/js-tasks'],
    ['file:///srv/with%20blank', '/srv/with blank'],
    ['./tasks', '/base/tasks'],
    ['/srv/tasks.zip', '/srv/tasks.zip'],
    ['C:tasks', '/base/C:tasks'],
  ])('%s is a path of this machine', (uri, path) => {
    expect(read(uri)).toEqual({ kind: 'filesystem', uri, path });
  });

  it.each([
    ['https://example.org/team/tasks.git', 'https', 'https://example.org/team/tasks.git', 'example.org', 443],
    ['http://localhost:3000/tasks.git', 'http', 'http://localhost:3000/tasks.git', 'localhost', 3000],
    ['git+https://example.org/tasks', 'https', 'https://example.org/tasks', 'example.org', 443],
    ['https://[2001:db8::1]:8443/x.git', 'https', 'https://[2001:db8::1]:8443/x.git', '2001:db8::1', 8443],
    ['ssh://git@example.org:2222/team/tasks', 'ssh', 'ssh://git@example.org:2222/team/tasks', 'example.org', 2222],
    ['git@example.org:team/tasks.git', 'ssh', 'git@example.org:team/tasks.git', 'example.org', 22],
    ['git+ssh://git@example.org/x', 'ssh', 'ssh://git@example.org/x', 'example.org', 22],
    ['file:///srv/tasks.git', 'file', '/srv/tasks.git', null, null],
    ['../tasks.git/', 'file', '/tasks.git', null, null],
  ])('%s is a Git repository', (uri, transport, remote, host, port) => {
    expect(read(uri)).toEqual({ kind: 'git', uri, transport, remote, host, port });
  });

  it.each(['https://example.org/tasks.zip', 'https://example.org/tasks/', 'http://localhost:8080/index.json?x=1'])(
    '%s is a place of the web',
    (uri) => {
      expect(read(uri)).toEqual({ kind: 'http', uri, url: uri });
    },
  );

  it('is what it is said to be, where the words leave it open', () => {
    expect(read('https://example.org/team/tasks', 'git')).toMatchObject({ kind: 'git', transport: 'https' });
    expect(read('https://example.org/tasks.git', 'http')).toMatchObject({ kind: 'http' });
    expect(read('/srv/tasks.git', 'filesystem')).toMatchObject({ kind: 'filesystem' });
    expect(read('/srv/tasks', 'git')).toMatchObject({ kind: 'git', transport: 'file', remote: '/srv/tasks' });
  });

  it.each([
    ['', 'it is empty'],
    ['https://ada:secret@example.org/x.git', 'it holds credentials'],
    ['https://token@example.org/x.zip', 'it holds credentials'],
    ['ssh://git:secret@example.org/x', 'it holds a password'],
    ['git://example.org/x.git', 'git:// neither encrypts'],
    ['ext::sh -c true', 'helpers of git'],
    ['s3://bucket/x', 's3:// is not understood'],
    ['ssh://-oProxyCommand=x/y', 'its host is not the name of a host'],
    ['-oProxyCommand=x@host:y', 'its user is not the name of a user'],
    ['git@-oProxyCommand:y', 'its host is not the name of a host'],
    ['git@host:-y', 'it names no path'],
    ['https://example.org/x.git#main', 'ends with its path'],
    ['tasks\nmore', 'control character'],
    ['https://', 'it is no URL'],
    ['ssh://%zz@example.org/x', 'its user is not the name of a user'],
  ])('%j is refused', (uri, reason) => {
    expect(() => read(uri)).toThrow(expect.objectContaining({ code: 'SOURCE_URI_INVALID', message: expect.stringContaining(reason) }));
  });

  it('is refused where it is longer than any', () => {
    expect(() => read('x'.repeat(3_000))).toThrow('more than 2000 characters');
  });

  it('is refused without its secrets', () => {
    try {
      read('https://ada:pa@ss@example.org/x.git');
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error)).not.toContain('pa@ss');
      expect((error as RatchetError).message).toContain('https://***@example.org/x.git');
    }
  });

  it('is refused in one way only, whatever stands there', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('file://', 'git+', 'https://', 'ssh://', '@', ':', '/', '..', '.git', '%', '[', '::', '-'),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), fc.constantFrom(undefined, 'git', 'http', 'filesystem'), (words, kind) => {
        try {
          const address = read(words.join(''), kind);
          if (address.kind === 'git' && address.transport === 'ssh') expect(address.remote.startsWith('-')).toBe(false);
        } catch (error) {
          expect((error as RatchetError).code).toBe('SOURCE_URI_INVALID');
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
