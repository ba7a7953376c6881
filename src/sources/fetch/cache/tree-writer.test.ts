import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filesIn, temporaryFolder } from '../fetch-for-test.ts';
import { judgePath } from './judge-path.ts';
import { createTreeWriter } from './tree-writer.ts';

describe('writing files from outside', () => {
  it('writes each that is accepted, where it says, and nothing anywhere else', () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '', 'a', 'b', 'a.json', '.git', '.GIT ', 'git~1', 'c:', '\\', '..\\x', 'x\0y', '\u200c.git', 'é', 'con'),
      fc.string({ maxLength: 6 }),
    );
    const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
    const around = mkdtempSync(join(tmpdir(), 'tree-'));
    try {
      let round = 0;
      fc.assert(
        fc.property(fc.array(path, { maxLength: 12 }), (paths) => {
          const outer = join(around, String(round++));
          const folder = join(outer, 'deep', 'inside');
          mkdirSync(folder, { recursive: true });
          const writer = createTreeWriter(folder, 'x', 1_000);
          const written: string[] = [];
          for (const one of paths) {
            if (!writer.accepts(one, 1)) continue;
            writer.write(one, Buffer.from('1'));
            written.push(one);
          }
          expect(writer.finish()).toMatchObject({ files: written.length, bytes: written.length });
          expect(filesIn(outer)).toEqual(written.map((one) => join('deep', 'inside', one)).toSorted());
          rmSync(outer, { recursive: true });
        }),
        { numRuns: 300 },
      );
      expect(readdirSync(around)).toEqual([]);
    } finally {
      rmSync(around, { recursive: true, force: true });
    }
  });

  it('has one checksum for the same files in any order, and another for any other', () => {
    const sum = (files: readonly (readonly [string, string])[]) => {
      const writer = createTreeWriter(temporaryFolder('tree'), 'x', 1_000);
      for (const [path, text] of files) if (writer.accepts(path, text.length)) writer.write(path, Buffer.from(text));
      return writer.finish().checksum;
    };
    const same = sum([
      ['a', '1'],
      ['b/c', '2'],
    ]);
    expect(
      sum([
        ['b/c', '2'],
        ['a', '1'],
      ]),
    ).toBe(same);
    for (const other of [
      [
        ['a', '2'],
        ['b/c', '1'],
      ],
      [
        ['a', '1'],
        ['b/d', '2'],
      ],
      [['a', '1']],
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ] as const) {
      expect(sum(other)).not.toBe(same);
    }
  });

  it('takes usual names, of other scripts too', () => {
    for (const path of [
      'tasks/add/main.js',
      'ünïcode/任务.json',
      '.ratchet/index.json',
      '.github/x.yml',
      'a..b/...c',
      'git/x',
      `${'d/'.repeat(20)}x`,
    ]) {
      expect(judgePath(path)).toBe(null);
    }
    expect(sep).toBe('/');
  });
});
