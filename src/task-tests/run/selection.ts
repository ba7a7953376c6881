import { join, resolve } from 'node:path';
import { pathText } from '#kernel/index.ts';
import { filterInvalid } from '../errors.ts';
import { fitsText } from '../judge/fits-text.ts';
import type { BrokenTest, TestCase, TextRule } from '../test-case.ts';

/** Which tests were asked for. */
export interface Wishes {
  /** A part of the name, or a regular expression between slashes. */
  readonly filter?: string | undefined;
  /** Paths of tasks, of files of tests, or of single tests as `testId` writes them. */
  readonly only?: readonly string[] | undefined;
}

/** One name for one test: `tasks/addition/tests/sums.json[2]`. */
export function testId(suite: string, { file, path }: Pick<TestCase, 'file' | 'path'>): string {
  return pathText(join(suite, file), path);
}

/** Whether a test of the task at `suite` is among those asked for. @throws TEST_FILTER_INVALID */
export function selectionOf({ filter, only }: Wishes): (suite: string, taskName: string, test: TestCase | BrokenTest) => boolean {
  const rule = filter === undefined || filter === '' ? null : filterRule(filter);
  const wanted = only === undefined || only.length === 0 ? null : new Set(only.map((path) => resolve(path)));
  return (suite, taskName, test) => {
    if (wanted !== null && ![suite, join(suite, test.file), testId(suite, test)].some((id) => wanted.has(resolve(id)))) return false;
    return rule === null || rule(`${taskName} ${test.file} ${test.name}`);
  };
}

function filterRule(filter: string): (text: string) => boolean {
  const [, source, flags = ''] = /^\/(.+)\/([dgimsuvy]*)$/s.exec(filter) ?? [];
  if (source === undefined) return (text) => text.toLowerCase().includes(filter.toLowerCase());
  try {
    void new RegExp(source, flags);
  } catch (error) {
    throw filterInvalid({ filter, reason: (error as Error).message });
  }
  const rule: TextRule = { kind: 'pattern', source, flags };
  return (text) => fitsText(rule, text) === true;
}
