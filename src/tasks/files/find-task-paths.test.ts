import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTaskPaths } from './find-task-paths.ts';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'find-'));
  const manifest = (folder: string, name = 'metadata.json') => {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, name), '{}');
  };
  manifest('b');
  manifest('a/deep/er');
  manifest('b/inside');
  manifest('old', 'task.yaml');
  manifest('node_modules/x');
  manifest('.hidden/x');
  manifest(`${'d/'.repeat(13)}x`);
  writeFileSync(join(root, 'c.ZIP'), '');
  writeFileSync(join(root, 'readme.md'), '');
  symlinkSync(join(root, 'b'), join(root, 'link'));
});
afterAll(() => rmSync(root, { recursive: true }));

const found = (path: string) => findTaskPaths(path).paths.map((one) => relative(root, one));

describe('the tasks at a path', () => {
  it('are the folders with a manifest and the archives, in order, without what lies inside a task, links and hidden folders', () => {
    expect(found(root)).toEqual(['a/deep/er', 'b', 'c.ZIP', 'old']);
  });

  it('are one where the path is one', () => {
    expect(found(join(root, 'b'))).toEqual(['b']);
    expect(found(join(root, 'c.ZIP'))).toEqual(['c.ZIP']);
  });

  it('are not there where nothing is', () => {
    expect(() => findTaskPaths(join(root, 'nowhere'))).toThrow(/ENOENT/);
  });

  it.skipIf(process.getuid?.() === 0)('may be in a folder that cannot be read, which is said', () => {
    const closed = join(root, 'a', 'deep');
    chmodSync(closed, 0);
    try {
      expect(findTaskPaths(root)).toMatchObject({ unreadable: [{ path: closed, reason: expect.stringContaining('EACCES') }] });
    } finally {
      chmodSync(closed, 0o755);
    }
  });
});
