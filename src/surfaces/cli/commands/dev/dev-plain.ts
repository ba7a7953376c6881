import { stateOf, type DevReport } from '#dev/index.ts';
import type { Screen } from '../../command.ts';
import { jsonText } from '../../terminal.ts';
import { devLines } from './dev-lines.ts';
import { cutLine, painted } from './line.ts';

/** Wider than any line a person wants in a log of a build. */
const columns = 400;

/** One look as plain lines, or as one line of JSON. */
export function devText(report: DevReport, screen: Pick<Screen, 'format' | 'paintOut'>): string {
  if (screen.format !== 'auto') return `${jsonText(report, screen.format === 'pretty')}\n`;
  const name = report.task === null ? report.path : `${report.task.label} ${report.task.version}`;
  const lines = [[['bold', name] as const], [], ...devLines(stateOf(report), columns, report.at)];
  return `${lines.map((line) => painted(cutLine(line, columns), screen.paintOut)).join('\n')}\n`;
}
