import type { Line } from '#surfaces/cli/commands/dev/line.ts';
import { cutText, widthOf } from '#surfaces/cli/commands/dev/line.ts';
import { durationText, oneLine } from '#surfaces/cli/remote/cell.ts';
import type { Metric, SeenLine, SeenWorker } from './monitor-state.ts';

interface Part {
  /** How far it is scrolled. */
  readonly picked: number;
  /** Rows there are. */
  readonly room: number;
}

const fixed = (text: string, width: number) => {
  const part = cutText(oneLine(text), width);
  return part + ' '.repeat(Math.max(0, width - widthOf(part)));
};

/** A title, and as many lines below it as there is room for, from the one it is scrolled to. */
function listed(title: string, lines: readonly Line[], { picked, room }: Part): Line[] {
  const first = Math.max(0, Math.min(picked, lines.length - room + 1));
  return [[['bold', title]], ...lines.slice(first, first + room - 1), ...(lines.length === 0 ? [[['dim', '  none']] as Line] : [])];
}

const statusStyles: Readonly<Record<string, Line[number][0]>> = { RUNNING: 'cyan', IDLE: 'green', STOPPING: 'yellow', ERROR: 'red' };

export function workerLines(workers: readonly SeenWorker[], part: Part): Line[] {
  const lines = workers.map((worker): Line => {
    const { id, pid, status, taskCount, currentTask, uptimeSeconds, memoryUsageMb, cpuUsagePercent } = worker;
    return [
      [null, `  ${fixed(id, 10)}`],
      [statusStyles[status] ?? null, fixed(status.toLowerCase(), 10)],
      ['dim', fixed(String(pid ?? ''), 9)],
      [null, `${String(Math.round(memoryUsageMb)).padStart(5)} MB  ${String(Math.round(cpuUsagePercent)).padStart(3)}%  `],
      [null, `${fixed(durationText(uptimeSeconds * 1_000), 10)}${String(taskCount).padStart(6)}`],
      ['cyan', currentTask === null ? '' : `  ${oneLine(currentTask)}`],
    ];
  });
  return listed(
    `  ${'Worker'.padEnd(10)}${'Status'.padEnd(10)}${'Process'.padEnd(9)}  Memory   CPU  ${'Since'.padEnd(10)} Tasks  Runs`,
    lines,
    part,
  );
}

const levelStyles: Readonly<Record<string, Line[number][0]>> = { error: 'red', warn: 'yellow', info: 'cyan' };

/** The newest lines, the last one lowest. */
export function logLines(log: readonly SeenLine[], room: number): Line[] {
  if (log.length === 0) return [[['bold', '  Log']], [['dim', '  Lines that executions log from now on appear here.']]];
  const lines = log.slice(1 - room).map(({ at, executionId, level, message }): Line => [
    ['dim', `  ${at.slice(11, 23)} ${fixed(executionId, 8)}`],
    [levelStyles[level] ?? 'dim', fixed(level, 6)],
    [null, oneLine(message)],
  ]);
  return [[['bold', '  Log']], ...lines];
}

export function metricLines(metrics: readonly Metric[], { columns, ...part }: Part & { readonly columns: number }): Line[] {
  const width = Math.max(20, Math.min(columns - 18, Math.max(0, ...metrics.map(({ name, labels }) => name.length + labels.length + 2))));
  const lines = metrics.map(({ name, labels, value }): Line => [
    [null, `  ${fixed(labels === '' ? name : `${name} ${labels}`, width)}`],
    ['cyan', `  ${value.toLocaleString('en-US', { maximumFractionDigits: 3 })}`],
  ]);
  return listed('  Metrics', lines, part);
}
