import type { BenchReport } from '#benching/index.ts';
import { sizeText } from '../../size.ts';
import { printable, type Paint } from '../../terminal.ts';

type Measurement = BenchReport['measurement'];
type Change = NonNullable<BenchReport['comparison']>['wallMs'];

/** A measurement for a person: what was measured, a table, and what can be said of an earlier one. */
export function benchText(report: BenchReport, paint: Paint): string {
  const { measurement, comparison } = report;
  const parts = [headText(report, paint), measurement.runs === 0 ? 'No run ended.\n' : tableText(measurement, paint)];
  if (comparison !== null) parts.push(comparisonText(comparison, measurement, paint));
  return parts.join('\n');
}

function headText({ state, measurement }: BenchReport, paint: Paint): string {
  const { conditions, runs, warmup, elapsedMs, firstMs, requestsPerRun } = measurement;
  const { task, isolation, concurrency, test } = conditions;
  const requests =
    requestsPerRun === 0
      ? ''
      : `, ${round(requestsPerRun)} ${test === null ? 'live' : 'mocked'} request${requestsPerRun === 1 ? '' : 's'} each`;
  const stopped = state === 'stopped' ? paint('yellow', 'Stopped early. ') : '';
  return (
    `${paint('bold', printable(`${task.label} ${task.version}`))}\n` +
    `${stopped}${count(runs, 'run')} in ${timeText(elapsedMs)} after ${warmup} to warm up, ${concurrency} at a time, isolation ${isolation}${requests}\n` +
    `${paint('dim', `The first run of all took ${timeText(firstMs)}, the start of a worker in it.`)}\n`
  );
}

function tableText(measurement: Measurement, paint: Paint): string {
  const { perSecond, wallMs, cpuMs, waitedMs, heapBytes, shape, failures, runs } = measurement;
  const columns = ['mean', 'p50', 'p90', 'p99', 'max'] as const;
  const row = (name: string, summary: Measurement['wallMs'], text: (value: number) => string) =>
    `  ${name.padEnd(8)}${columns.map((column) => text(summary[column]).padStart(11)).join('')}\n`;
  const lines = [
    `  ${'runs/s'.padEnd(8)}${paint('bold', round(perSecond).padStart(11))}\n\n`,
    paint('dim', `  ${' '.repeat(8)}${columns.map((column) => column.padStart(11)).join('')}\n`),
    row('wall', wallMs, timeText),
    row('CPU', cpuMs, timeText),
    // Waiting for a worker says something about the machine, and nothing where nobody waited.
    ...(waitedMs.p99 >= 0.05 ? [row('waiting', waitedMs, timeText)] : []),
    row('heap', heapBytes, sizeText),
    `\n  ${sparkline(shape)}  ${paint('dim', `wall, from ${timeText(wallMs.min)} to ${timeText(wallMs.p99)} (p99)`)}\n`,
  ];
  if (failures.length === 0) lines.push(`  ${paint('green', 'no run failed')}\n`);
  for (const { code, count: failed, message } of failures) {
    const share = failed === runs ? 'every run' : `${count(failed, 'run')} (${round((100 * failed) / runs)} %)`;
    lines.push(`  ${paint('red', `${share} failed`)} ${code} ${paint('dim', printable(message).replaceAll(/\s+/g, ' ').slice(0, 100))}\n`);
  }
  return lines.join('');
}

function comparisonText(comparison: NonNullable<BenchReport['comparison']>, now: Measurement, paint: Paint): string {
  const when = new Date(comparison.measuredAt).toISOString().slice(0, 16).replace('T', ' ');
  return (
    `Compared with ${printable(comparison.path)} (${printable(comparison.version)}, ${when} UTC)\n` +
    changeText('wall', comparison.wallMs, comparison.before.wallMs.p50, now.wallMs.p50, paint) +
    changeText('CPU', comparison.cpuMs, comparison.before.cpuMs.p50, now.cpuMs.p50, paint) +
    comparison.notes.map((note) => `  ${paint('yellow', printable(note))}\n`).join('')
  );
}

function changeText(name: string, { verdict, ratio, low, high }: Change, before: number, now: number, paint: Paint): string {
  const medians = paint('dim', `p50 ${timeText(before)}, now ${timeText(now)}`);
  const text = {
    slower: () => `${paint('red', `slower by ${percent(ratio)}`)} (between ${percent(low)} and ${percent(high)})`,
    faster: () => `${paint('green', `faster by ${percent(ratio)}`)} (between ${percent(high)} and ${percent(low)})`,
    same: () => `no difference seen (between ${signed(low)} and ${signed(high)})`,
    'too-few': () => 'too few runs to say anything',
  }[verdict]();
  return `  ${name.padEnd(8)}${text}  ${medians}\n`;
}

function percent(ratio: number): string {
  return `${round(Math.abs(ratio - 1) * 100)} %`;
}

function signed(ratio: number): string {
  return `${ratio < 1 ? '-' : '+'}${percent(ratio)}`;
}

const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

function sparkline(shape: readonly number[]): string {
  return shape.map((share) => (share === 0 ? ' ' : blocks[Math.min(blocks.length - 1, Math.floor(share * blocks.length))])).join('');
}

function count(many: number, one: string): string {
  return `${many.toLocaleString('en')} ${one}${many === 1 ? '' : 's'}`;
}

/** Three digits are what a measurement is good for. */
function round(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 3 });
}

/** `812 µs`, `12.3 ms`, `4.56 s`. */
function timeText(ms: number): string {
  if (ms < 1) return `${round(ms * 1000)} µs`;
  return ms < 1_000 ? `${round(ms)} ms` : `${round(ms / 1000)} s`;
}
