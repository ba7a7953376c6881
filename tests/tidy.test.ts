import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkArrows, checkCycles, checkTargets } from './tidy/architecture.ts';
import {
  checkConsole,
  checkGenerators,
  checkLeftovers,
  checkLength,
  checkLockFile,
  checkNames,
  checkTestNames,
  medianLength,
} from './tidy/habits.ts';
import { printed, readTree } from './tidy/source-tree.ts';

const tree = readTree(join(import.meta.dirname, '..'));

describe('the repository', () => {
  it('keeps the arrows between its parts', () => expect(printed(checkArrows(tree))).toEqual([]));
  it('imports only files that exist', () => expect(printed(checkTargets(tree))).toEqual([]));
  it('has no cycle of modules', () => expect(printed(checkCycles(tree))).toEqual([]));
  it('names files for the one thing they hold', () => expect(printed(checkNames(tree))).toEqual([]));
  it('has no file with a second noun in it', () => expect(printed(checkLength(tree))).toEqual([]));
  it('leaves nothing behind', () => expect(printed(checkLeftovers(tree))).toEqual([]));
  it('prints only where printing belongs', () => expect(printed(checkConsole(tree))).toEqual([]));
  it('installs from any registry', () => expect(printed(checkLockFile(tree))).toEqual([]));
  it('names the generator of every generated file', () => expect(printed(checkGenerators(tree))).toEqual([]));
  it('gives every test file a name of its own', () => expect(printed(checkTestNames(tree))).toEqual([]));
  it('keeps half of its files short', () => {
    const median = medianLength(tree);
    if (median > 120) process.stderr.write(`Half of the files under src/ are longer than ${median} lines; 120 is the aim.\n`);
    expect(median).toBeLessThan(160);
  });
});
