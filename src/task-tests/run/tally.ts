import type { SuiteReport, TestReport } from '../report.ts';

/** The sums of a report. A run in which something failed has failed; one without tests has passed. */
export function tally(suites: SuiteReport[]): Pick<TestReport, 'state' | 'suites' | 'tasks' | 'tests'> {
  const cases = suites.flatMap((suite) => suite.cases);
  const tasksThatAre = (state: SuiteReport['state']) => suites.filter((suite) => suite.state === state).length;
  const casesThatAre = (state: (typeof cases)[number]['state']) => cases.filter((one) => one.state === state).length;
  return {
    state: tasksThatAre('failed') > 0 ? 'failed' : 'passed',
    suites,
    tasks: {
      total: suites.length,
      passed: tasksThatAre('passed'),
      failed: tasksThatAre('failed'),
      empty: tasksThatAre('empty'),
      notRun: tasksThatAre('not-run'),
    },
    tests: {
      total: cases.length,
      passed: casesThatAre('passed'),
      failed: casesThatAre('failed'),
      skipped: casesThatAre('skipped'),
      notRun: casesThatAre('not-run'),
    },
  };
}
