import type { BrokenTest, TestCase } from '../test-case.ts';
import type { Suite } from './suite.ts';

/** One test with what is to be done with it. */
export interface Planned {
  readonly suite: Suite;
  readonly test: TestCase | BrokenTest;
  /** Why it is left out; null when it is to be run. */
  readonly skip: string | null;
}

/** The tests of a suite in order. Where one says `only`, the others of its task are left out; broken ones fail all the same. */
export function planOf<One extends Pick<Suite, 'tests'>>(suite: One): (Omit<Planned, 'suite'> & { readonly suite: One })[] {
  const chosen = suite.tests.find((test) => test.kind === 'case' && test.only && test.skip === null);
  return suite.tests.map((test) => {
    if (test.kind === 'broken') return { suite, test, skip: null };
    if (test.skip !== null) return { suite, test, skip: test.skip };
    return { suite, test, skip: chosen === undefined || test.only ? null : `${chosen.file} says only` };
  });
}
