import type { CoverageReport, FileCoverage, SuiteReport } from '#task-tests/index.ts';
import type { Paint } from '../../terminal.ts';
import { oneLine, suiteName } from './suite-text.ts';

/** What ran of the code of each task: a table of its files, with the lines that no test reaches. */
export function coverageText(suites: readonly SuiteReport[], paint: Paint): string {
  return suites.flatMap((suite) => (suite.coverage === null ? [] : [taskText(suiteName(suite), suite.coverage, paint)])).join('');
}

type Part = { readonly total: number; readonly covered: number };

function taskText(name: string, { files }: CoverageReport, paint: Paint): string {
  const rows = files.map((file) => ({ name: oneLine(file.file), file, missing: missingText(file) }));
  const sum = (key: 'lines' | 'branches' | 'functions'): Part => ({
    total: files.reduce((total, file) => total + file[key].total, 0),
    covered: files.reduce((total, file) => total + file[key].covered, 0),
  });
  const all = { lines: sum('lines'), branches: sum('branches'), functions: sum('functions') };
  const width = Math.max(9, ...rows.map((row) => row.name.length));
  const line = (title: string, part: Record<keyof typeof all, Part>, missing: string) =>
    `   ${title.padEnd(width)}  ${columns.map((key) => percentText(part[key], paint)).join('  ')}  ${paint('dim', missing)}`.trimEnd();
  const head = `   ${'File'.padEnd(width)}  ${columns.map((key) => key.padStart(columnWidth)).join('  ')}  not reached`;
  return [
    '',
    ` ${paint('bold', `Coverage of ${name}`)}`,
    paint('dim', head),
    ...rows.map((row) => line(row.name, row.file, row.missing)),
    ...(rows.length > 1 ? [line('all files', all, '')] : []),
    '',
  ].join('\n');
}

const columns = ['lines', 'branches', 'functions'] as const;
const columnWidth = 16;

/** `80 % (8/10)`; nothing to cover is all covered. */
function percentText({ total, covered }: Part, paint: Paint): string {
  // Rounded down, so that 100 % means all of it.
  const percent = total === 0 ? 100 : Math.floor((100 * covered) / total);
  const text = `${percent} % (${covered}/${total})`.padStart(columnWidth);
  return paint(percent === 100 ? 'green' : percent >= 50 ? 'yellow' : 'red', text);
}

const mostShown = 8;

/** `4-5, 9; branches 12:7`. */
function missingText({ lines, branches }: FileCoverage): string {
  const ranges = lines.uncovered.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`));
  // A branch on a line that is listed already says nothing new.
  const isListed = (line: number) => lines.uncovered.some(({ from, to }) => line >= from && line <= to);
  const places = branches.uncovered.filter(({ line }) => !isListed(line)).map(({ line, column }) => `${line}:${column}`);
  const parts = [listed(ranges), places.length === 0 ? '' : `branches at ${listed(places)}`];
  return parts.filter((part) => part !== '').join('; ');
}

function listed(texts: readonly string[]): string {
  const more = texts.length - mostShown;
  return `${texts.slice(0, mostShown).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
