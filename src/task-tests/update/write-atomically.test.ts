import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { replaceText } from './write-atomically.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-replace-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('replacing the text of a file', () => {
  it('keeps its mode, its byte order mark and the link that leads to it', () => {
    const file = join(folder, 'a.json');
    writeFileSync(file, '\uFEFF{"a": 1}');
    chmodSync(file, 0o640);
    symlinkSync(file, join(folder, 'link.json'));
    expect(replaceText(join(folder, 'link.json'), '{"a": 1}', '{"a": 2}')).toBeNull();
    expect(readFileSync(file, 'utf8')).toBe('\uFEFF{"a": 2}');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readlinkSync(join(folder, 'link.json'))).toBe(file);
    expect(readdirSync(folder)).toEqual(['a.json', 'link.json']);
  });

  it('does nothing when somebody else was faster, or the file is gone', () => {
    const file = join(folder, 'b.json');
    writeFileSync(file, 'theirs');
    expect(replaceText(file, 'ours', 'new')).toBe('the file was changed meanwhile');
    expect(readFileSync(file, 'utf8')).toBe('theirs');
    expect(replaceText(join(folder, 'gone.json'), '', 'new')).toBe('ENOENT');
  });
});
