import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderStamp, openFolder } from './task-folder.ts';

let folder: string;
let outside: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'task-'));
  outside = mkdtempSync(join(tmpdir(), 'outside-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  rmSync(outside, { recursive: true });
});

describe('a folder as the files of a task', () => {
  it('lists source files only, with forward slashes, sorted', () => {
    for (const path of ['tests', 'node_modules/x', '.git']) mkdirSync(join(folder, path), { recursive: true });
    for (const path of [
      'main.js',
      'tests/b.json',
      'tests/a.json',
      'node_modules/x/index.js',
      '.git/config.json',
      'data.bin',
      'README.md',
    ]) {
      writeFileSync(join(folder, path), path);
    }
    const files = openFolder(folder);
    expect(files.list()).toEqual(['main.js', 'tests/a.json', 'tests/b.json']);
    expect(files.read('tests/a.json')).toBe('tests/a.json');
    expect(files.read('README.md')).toBeUndefined();
    expect(files.read('../x.js')).toBeUndefined();
  });

  it('drops the byte order mark', () => {
    writeFileSync(join(folder, 'metadata.json'), '\uFEFF{}');
    expect(openFolder(folder).read('metadata.json')).toBe('{}');
  });

  it('follows links that stay inside and no others', () => {
    writeFileSync(join(outside, 'secret.json'), 'secret');
    writeFileSync(join(folder, 'real.js'), 'real');
    symlinkSync(join(folder, 'real.js'), join(folder, 'linked.js'));
    symlinkSync(join(outside, 'secret.json'), join(folder, 'leak.json'));
    symlinkSync(join(folder, 'gone.json'), join(folder, 'dangling.json'));
    symlinkSync(outside, join(folder, 'elsewhere'));
    const files = openFolder(folder);
    expect(files.list()).toEqual(['linked.js', 'real.js']);
    expect(files.read('leak.json')).toBeUndefined();
    expect(files.skipped.map(({ path }) => path).toSorted()).toEqual(['dangling.json', 'leak.json']);
  });

  it('does not walk in circles', () => {
    symlinkSync(folder, join(folder, 'again'));
    writeFileSync(join(folder, 'main.js'), '1');
    expect(openFolder(folder).list()).toEqual(['main.js']);
  });

  it('refuses a file that is too large before reading it', () => {
    writeFileSync(join(folder, 'huge.json'), '');
    truncateSync(join(folder, 'huge.json'), 10 * 1024 ** 3);
    expect(() => openFolder(folder)).toThrow(expect.objectContaining({ code: 'TASK_TOO_LARGE' }));
  });

  it('refuses too many files and too deep folders', () => {
    for (let i = 0; i <= 2000; i++) writeFileSync(join(folder, `f${i}.json`), '');
    expect(() => openFolder(folder)).toThrow(/more than 2000 source files/);
    mkdirSync(join(outside, Array.from({ length: 18 }, () => 'd').join('/')), { recursive: true });
    expect(() => openFolder(outside)).toThrow(/levels deep/);
  });

  it('refuses too much in all', () => {
    for (let i = 0; i < 5; i++) writeFileSync(join(folder, `f${i}.json`), Buffer.alloc(4_000_000, 'x'));
    const files = openFolder(folder);
    expect(() => files.list().forEach((path) => files.read(path))).toThrow(/bytes together/);
  });

  it('has a stamp that changes with every edit, addition and removal', () => {
    writeFileSync(join(folder, 'main.js'), 'a');
    const first = folderStamp(folder);
    expect(folderStamp(folder)).toBe(first);
    utimesSync(join(folder, 'main.js'), 1, 1);
    const second = folderStamp(folder);
    writeFileSync(join(folder, 'other.js'), 'b');
    const third = folderStamp(folder);
    rmSync(join(folder, 'main.js'));
    expect(new Set([first, second, third, folderStamp(folder)]).size).toBe(4);
  });
});
