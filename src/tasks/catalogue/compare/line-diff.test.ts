import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineDiff } from './line-diff.ts';

it('names added and removed lines with what stands around them', () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`).join('\n') + '\n';
  const after = before.replace('line 3\n', '').replace('line 15\n', 'line fifteen\nand more\n');
  expect(lineDiff(before, after)).toEqual({
    linesAdded: 2,
    linesRemoved: 2,
    text: `@@ -1,6 +1,5 @@
 line 1
 line 2
-line 3
 line 4
 line 5
 line 6
@@ -12,7 +11,8 @@
 line 12
 line 13
 line 14
-line 15
+line fifteen
+and more
 line 16
 line 17
 line 18
`,
  });
});

it('is empty for equal texts, and whole for one that comes or goes', () => {
  expect(lineDiff('a\nb\n', 'a\nb\n')).toEqual({ linesAdded: 0, linesRemoved: 0, text: '' });
  expect(lineDiff('', 'a\n').text).toBe('@@ -0,0 +1 @@\n+a\n');
  expect(lineDiff('a', '').text).toBe('@@ -1 +0,0 @@\n-a\n\\ No newline at end of file\n');
});

it('takes no longer than it should for texts that have nothing in common', () => {
  const text = (word: string) => Array.from({ length: 20_000 }, (_, index) => `${word} ${index}`).join('\n');
  const { linesAdded, linesRemoved } = lineDiff(text('a'), text('b'));
  expect([linesAdded, linesRemoved]).toEqual([20_000, 20_000]);
});

it('is understood by git, which makes one text of the other with it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'line-diff-'));
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 30 });
  const text = fc.tuple(lines, fc.boolean()).map(([some, ends]) => some.join('\n') + (ends && some.length > 0 ? '\n' : ''));
  try {
    execFileSync('git', ['init', '--quiet', folder]);
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after && before !== '' && after !== '');
        const file = join(folder, 'file');
        writeFileSync(file, before);
        execFileSync('git', ['-C', folder, 'apply', '--whitespace=nowarn', '--unidiff-zero', '-'], {
          input: `--- a/file\n+++ b/file\n${lineDiff(before, after).text}`,
        });
        expect(readFileSync(file, 'utf8')).toBe(after);
      }),
      { numRuns: 60 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
