import { describe, expect, it } from 'vitest';
import type { FileCoverage, SuiteReport } from '#task-tests/index.ts';
import { coverageText } from './coverage-text.ts';

const file = (name: string, more: Partial<FileCoverage> = {}): FileCoverage => ({
  file: name,
  lines: { total: 10, covered: 10, uncovered: [] },
  branches: { total: 0, covered: 0, uncovered: [] },
  functions: { total: 2, covered: 2, uncovered: [] },
  ...more,
});
const suite = (files: readonly FileCoverage[] | null): SuiteReport => ({
  path: 'tasks/demo',
  task: { uuid: 'u', name: 'demo', label: 'Demo', version: '1.0.0' },
  state: 'passed',
  error: null,
  note: null,
  durationMs: 1,
  cases: [],
  coverage: files === null ? null : { files },
});
const plain = (_style: unknown, text: string) => text;

describe('coverage', () => {
  it('is a table of files, with what no test reaches, and a sum of several', () => {
    const main = file('main.ts', {
      lines: {
        total: 10,
        covered: 7,
        uncovered: [
          { from: 4, to: 5 },
          { from: 9, to: 9 },
        ],
      },
      branches: {
        total: 3,
        covered: 1,
        uncovered: [
          { line: 4, column: 3 },
          { line: 12, column: 7 },
        ],
      },
    });
    expect(coverageText([suite([main, file('money.ts')])], plain)).toBe(`
 Coverage of demo
   File                  lines          branches         functions  not reached
   main.ts         70 % (7/10)        33 % (1/3)       100 % (2/2)  4-5, 9; branches at 12:7
   money.ts      100 % (10/10)       100 % (0/0)       100 % (2/2)
   all files      85 % (17/20)        33 % (1/3)       100 % (4/4)
`);
  });

  it('says 100 % only where all is covered, lists no more than a line holds, and nothing where nobody asked', () => {
    const uncovered = Array.from({ length: 12 }, (_, index) => ({ from: index * 2 + 1, to: index * 2 + 1 }));
    const text = coverageText([suite([file('main.js', { lines: { total: 1_000, covered: 999, uncovered } })])], plain);
    expect(text).toContain('99 % (999/1000)');
    expect(text).toContain('1, 3, 5, 7, 9, 11, 13, 15 and 4 more');
    expect(text).not.toContain('all files');
    expect(coverageText([suite(null)], plain)).toBe('');
  });
});
