import type { DevState } from '#dev/index.ts';
import { progressText } from '../../live.ts';
import { sizeText } from '../../size.ts';
import { jsonLines, shortJsonLine } from './json-lines.ts';
import { wrapped, type Line, type Piece } from './line.ts';

/** Lines of an output, and entries of a list, on a screen that scrolls. */
const mostJsonLines = 200;
const mostEntries = 100;

/**
 * Everything a session shows between its first and its last line.
 * @param columns where long messages are broken
 * @param now milliseconds since 1970 UTC
 */
export function devLines(state: DevState, columns: number, now: number): Line[] {
  const { error } = state;
  const sections = error !== null && state.problems.length === 0 ? [errorLines(error, columns)] : [problemLines(state, columns)];
  const isKnown = state.run !== null || state.running !== null || state.tests !== null || state.testShare !== null;
  if (state.isStale) sections.push([[['yellow', 'Below is what the last valid version did.']]]);
  if (isKnown) sections.push(testLines(state, columns), runLines(state, columns, now));
  return sections.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : [[], ...lines]));
}

function heading(name: string, ...pieces: readonly Piece[]): Line {
  return [['bold', name.padEnd(10)], ...pieces];
}

function errorLines({ message, hint, code }: NonNullable<DevState['error']>, columns: number): Line[] {
  return [
    heading('Problem', ['red', code]),
    ...indented(wrapped(message, columns - 2, 'red')),
    ...indented(wrapped(hint, columns - 2, 'dim')),
  ];
}

function problemLines({ problems, phase, task }: DevState, columns: number): Line[] {
  if (problems.length === 0) return [heading('Problems', phase === 'checking' && task === null ? ['dim', 'looking'] : ['green', 'none'])];
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  const counts: Piece[] = [
    ...(errors > 0 ? [['red', count(errors, 'error')] as const] : []),
    ...(errors > 0 && warnings > 0 ? [[null, ', '] as const] : []),
    ...(warnings > 0 ? [['yellow', count(warnings, 'warning')] as const] : []),
  ];
  const shown = problems.slice(0, mostEntries).flatMap(({ severity, file, line, column, code, message, hint }): Line[] => {
    const place = [file === '' ? '.' : file, line, line === null ? null : column].filter((part) => part !== null).join(':');
    const isError = severity === 'error';
    return [
      [
        [null, '  '],
        [isError ? 'red' : 'yellow', isError ? '✗ ' : '! '],
        ['bold', place],
        ['dim', ` ${code}`],
      ],
      ...indented(wrapped(message, columns - 4), 4),
      ...(isError ? indented(wrapped(hint, columns - 4, 'dim'), 4) : []),
    ];
  });
  return [heading('Problems', ...counts), ...shown];
}

const signs = { passed: ['green', '✓'], failed: ['red', '✗'], skipped: ['yellow', '-'], 'not-run': ['dim', '-'] } as const;

function testLines({ tests, testShare }: DevState, columns: number): Line[] {
  const share: Piece[] = testShare === null ? [] : [['dim', `running ${Math.round(testShare * 100)}%`]];
  if (tests === null) return [heading('Tests', ...(share.length > 0 ? share : [['dim', 'none'] as const]))];
  const { passed, failed, skipped, total } = tests.tests;
  const counts: Piece[] = [
    ...(total === 0 ? [['dim', 'none'] as const] : []),
    ...(passed > 0 ? [['green', `${passed} passed`] as const] : []),
    ...(failed > 0 ? [['red', `${passed > 0 ? ', ' : ''}${failed} failed`] as const] : []),
    ...(skipped > 0 ? [['yellow', `${passed + failed > 0 ? ', ' : ''}${skipped} skipped`] as const] : []),
    ['dim', share.length > 0 ? '  ' : total > 0 ? `  ${timeText(tests.durationMs)}` : ''],
    ...share,
  ];
  const cases = tests.suites.flatMap((suite) => suite.cases);
  const failing = cases.filter(({ state }) => state === 'failed').slice(0, mostEntries);
  return [
    heading('Tests', ...counts),
    ...failing.flatMap(({ name, state, failures, file, line }): Line[] => [
      [
        [null, '  '],
        [signs[state][0], `${signs[state][1]} `],
        ['bold', name],
        ['dim', `  ${file}${line === null ? '' : `:${line}`}`],
      ],
      ...failures
        .slice(0, 3)
        .flatMap(({ message, details = [], diff = [], place }): Line[] => [
          ...indented(wrapped(message, columns - 4, 'red'), 4),
          ...details.slice(0, 5).flatMap((detail) => indented(wrapped(detail, columns - 6), 6)),
          ...diff
            .slice(0, 30)
            .map(({ sign, text }): Line => [[sign === '-' ? 'green' : sign === '+' ? 'red' : 'dim', `    ${sign} ${text}`]]),
          ...(place ? [[['cyan', `    at ${place.file}:${place.line}:${place.column}`]] as Line] : []),
        ]),
    ]),
  ];
}

/** In milliseconds: a run that is over sooner is shown when it is over, or the screen would jump with every save. */
const quickMs = 400;

function runLines(state: DevState, columns: number, now: number): Line[] {
  const { run, running, showsLogs } = state;
  const runningMs = running === null ? 0 : now - running.startedAt;
  if (running !== null && (run === null || runningMs >= quickMs)) {
    const progress = running.progress === null ? [] : [[['dim', `  ${progressText(running.progress)}`]] as Line];
    const forSo = runningMs >= 1_000 ? `  ${Math.floor(runningMs / 1_000)} s` : '';
    return [heading('Run', ['cyan', 'running'], ['dim', forSo]), ...progress, ...(showsLogs ? logLines(running.logs, 0, columns) : [])];
  }
  if (run === null) return [];
  const { execution, input, source, http, mocksOf } = run;
  const { state: end, cost, error, output, effects, logs, logsDropped } = execution;
  const mocks =
    http === 'mocked'
      ? `  HTTP answered by ${mocksOf === null ? 'no mock' : `the mocks of "${mocksOf}"`}`
      : effects.length > 0
        ? '  live HTTP'
        : '';
  const lines: Line[] = [
    heading('Run', end === 'completed' ? ['green', 'completed'] : ['red', 'failed'], ['dim', mocks]),
    [['dim', '  input   '], ...shortJsonLine(input), ['dim', `  ${sourceText(source)}`]],
  ];
  if (error !== null) lines.push(...runErrorLines(error, columns));
  else lines.push([['dim', '  output']], ...indented(jsonLines(output, mostJsonLines), 4));
  if (effects.length > 0) {
    lines.push([['dim', '  requests']], ...effects.slice(0, mostEntries).map(effectLine));
    if (effects.length > mostEntries) lines.push([['dim', `    … ${effects.length - mostEntries} more`]]);
  }
  if (logs.length + logsDropped > 0) {
    lines.push([['dim', `  logs    ${count(logs.length + logsDropped, 'line')}${showsLogs ? '' : ', hidden'}`]]);
    if (showsLogs) lines.push(...logLines(logs, logsDropped, columns));
  }
  const requests = count(cost.requests, 'request');
  lines.push([
    [
      'dim',
      `  cost    wall ${timeText(cost.wallMs - cost.waitedMs)}, CPU ${timeText(cost.cpuMs)}, heap ${sizeText(cost.heapBytes)}, ${requests}`,
    ],
  ]);
  return lines;
}

function runErrorLines({ message, hint, data }: NonNullable<NonNullable<DevState['run']>['execution']['error']>, columns: number): Line[] {
  const frames = (Array.isArray(data['frames']) ? (data['frames'] as Partial<Record<string, string | number>>[]) : []).slice(0, 5);
  return [
    ...indented(wrapped(message, columns - 4, 'red'), 4),
    ...frames.map(({ file, line, column, function: name }): Line => [
      ['cyan', `    at ${file}:${line}:${column}`],
      ['dim', ` ${name ?? ''}`],
    ]),
    ...indented(wrapped(hint, columns - 4, 'dim'), 4),
  ];
}

function effectLine(effect: NonNullable<DevState['run']>['execution']['effects'][number]): Line {
  const { startedMs, method, url, status, failure, durationMs, responseBytes, attempts, site } = effect;
  const outcome: Piece = failure
    ? ['red', `${failure.name} (${failure.reason})`]
    : [status === null ? 'dim' : status < 400 ? 'green' : 'yellow', status === null ? 'no answer' : String(status)];
  const again = attempts > 1 ? `  ${attempts} attempts` : '';
  const from = site === null ? '' : `  ${site.file}:${site.line}`;
  // The outcome first: an address may be longer than the screen is wide.
  return [
    ['dim', `    +${timeText(startedMs).padEnd(8)} `],
    outcome,
    ['dim', `  ${timeText(durationMs)}  ${sizeText(responseBytes)}${again}${from}  `],
    [null, `${method} ${url}`],
  ];
}

const levels: Readonly<Record<string, Piece[0]>> = { error: 'red', warn: 'yellow', info: 'cyan' };

function logLines(logs: readonly { readonly level: string; readonly message: string }[], dropped: number, columns: number): Line[] {
  const shown = logs.slice(-mostEntries);
  const before = logs.length - shown.length;
  return [
    ...(before > 0 ? [[['dim', `    … ${before} before`]] as Line] : []),
    ...shown.flatMap(({ level, message }): Line[] => {
      const [first = [], ...rest] = wrapped(message, columns - 11).slice(0, 20);
      return [[[null, '    '], [levels[level] ?? 'dim', level.padEnd(6)], ...first], ...indented(rest, 10)];
    }),
    ...(dropped > 0 ? [[['dim', `    … ${dropped} more were not kept`]] as Line] : []),
  ];
}

function sourceText(source: NonNullable<DevState['run']>['source']): string {
  if (source.kind === 'test') return `from the test "${source.name}"`;
  return { given: 'from the command line', edited: 'typed here', empty: 'no input given, and no test' }[source.kind];
}

function indented(lines: readonly Line[], by = 2): Line[] {
  return lines.map((line) => [[null, ' '.repeat(by)], ...line]);
}

function count(many: number, one: string): string {
  return `${many.toLocaleString('en')} ${one}${many === 1 ? '' : 's'}`;
}

function timeText(ms: number): string {
  if (ms < 10) return `${Math.max(0, ms).toFixed(1)} ms`;
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
