import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { toRatchetError, type RatchetError } from '#kernel/index.ts';
import type { Task, Tasks } from '#tasks/index.ts';
import { readTestCases } from '../read-test-cases.ts';
import type { BrokenTest, TestCase } from '../test-case.ts';
import type { FoundTask } from './find-tasks.ts';

/** The tests of one task, before they are run. `task` is null when it cannot be loaded, and `problem` says why. */
export interface Suite {
  readonly path: string;
  readonly task: Task | null;
  readonly problem: RatchetError | null;
  /** Why there are no tests. */
  readonly note: string | null;
  readonly tests: readonly (TestCase | BrokenTest)[];
}

/** Loads a task with its tests. Never rejects. */
export async function loadSuite(tasks: Pick<Tasks, 'load'>, { path, onlyFile }: FoundTask): Promise<Suite> {
  try {
    const task = await tasks.load(path);
    const tests = readTestCases(task).filter(({ file }) => onlyFile === null || file === onlyFile);
    return { path, task, problem: null, note: tests.length === 0 ? whyNone(path) : null, tests };
  } catch (caught) {
    return { path, task: null, problem: toRatchetError(caught, `load ${path}`), note: null, tests: [] };
  }
}

/** The words are those this command has always said. */
function whyNone(path: string): string {
  const folder = join(path, 'tests');
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder && !existsSync(folder) ? `No tests directory found at: ${folder}` : `No test files found in: ${folder}`;
}
