import { writeFileSync } from 'node:fs';
import { reportUnwritable, type TestReport } from '#task-tests/index.ts';
import type { Screen } from '../../command.ts';
import { jsonText, type Paint } from '../../terminal.ts';
import { coverageText } from './coverage-text.ts';
import { failuresText } from './failure-text.ts';
import { junitXml } from './junit.ts';
import { suiteText } from './suite-text.ts';
import { summaryText } from './summary-text.ts';

export type Reporter = 'default' | 'verbose' | 'json' | 'junit';

/** The whole report as one text, for a file or for standard output. */
export function reportText(report: TestReport, reporter: Reporter, isPretty: boolean, paint: Paint): string {
  if (reporter === 'json') return `${jsonText(report, isPretty)}\n`;
  if (reporter === 'junit') return junitXml(report);
  return suitesText(report, reporter === 'verbose', paint) + endText(report, paint);
}

/** A line per suite; of a single one, a line per test. */
export function suitesText({ suites }: TestReport, isVerbose: boolean, paint: Paint): string {
  return suites.map((suite) => suiteText(suite, { paint, isVerbose: isVerbose || suites.length === 1 })).join('');
}

/** What follows the suites: failures, coverage, and the sums. */
export function endText(report: TestReport, paint: Paint): string {
  return failuresText(report.suites, paint) + coverageText(report.suites, paint) + summaryText(report, paint);
}

/** Writes a report into a file. @throws TEST_REPORT_UNWRITABLE */
export function writeReport(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw reportUnwritable({ path, reason: (error as NodeJS.ErrnoException).code ?? (error as Error).message }, error);
  }
}

/** What standard output gets: `--format json` means the report as JSON unless a reporter says otherwise. */
export function screenReporter(reporter: Reporter, hasFile: boolean, screen: Screen): Reporter {
  const wanted = hasFile ? 'default' : reporter;
  return wanted === 'default' && screen.format !== 'auto' ? 'json' : wanted;
}
