import { cutLine, cutText, widthOf, type Line, type Piece } from '#surfaces/cli/commands/dev/line.ts';
import { agoText, durationText, oneLine } from '#surfaces/cli/remote/cell.ts';
import { panelsOf, stepMs, views, type MonitorState, type Panel, type Seen } from './monitor-state.ts';
import { logLines, metricLines, workerLines } from './part-view.ts';
import { progressBar, sparkline } from './sparkline.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The whole screen: exactly as many lines as it has rows, none wider than it. */
export function monitorLines(state: MonitorState, size: Size, now: number): Line[] {
  const head = [headLine(state, size.columns, now)];
  const body = state.opened === null ? viewLines(state, size, now) : openedLines(state.opened, size);
  const foot = footLines(state, size.columns);
  const room = Math.max(0, size.rows - head.length - foot.length);
  const blank = Array.from({ length: Math.max(0, room - body.length) }, (): Line => []);
  return [...head, ...body.slice(0, room), ...blank, ...foot].slice(0, size.rows).map((line) => cutLine(line, size.columns));
}

const healthStyles: Readonly<Record<string, Piece[0]>> = { healthy: 'green', degraded: 'yellow' };

function headLine({ url, snapshot, isConnected }: MonitorState, columns: number, now: number): Line {
  const health = isConnected ? (snapshot?.health ?? 'asking') : 'no answer';
  const time = new Date(now).toTimeString().slice(0, 8);
  const left = `Ratchet  ${url}  `;
  const gap = Math.max(1, columns - widthOf(left) - health.length - time.length - (snapshot?.isPaused ? 8 : 0));
  return [
    ['bold', left],
    [isConnected ? (healthStyles[health] ?? 'red') : 'red', health],
    ...(snapshot?.isPaused ? [['yellow', '  PAUSED'] as const] : []),
    [null, ' '.repeat(gap)],
    ['dim', time],
  ];
}

function viewLines(state: MonitorState, size: Size, now: number): Line[] {
  const { snapshot, view, log, picked } = state;
  // Head, keys and notice take three rows.
  const room = Math.max(2, size.rows - 3);
  if (view === 'logs') return logLines(log, room);
  if (snapshot === null) return [[], [['dim', 'Asking the server.']]];
  if (view === 'workers') return workerLines(snapshot.workers, { picked, room });
  if (view === 'metrics') return metricLines(snapshot.metrics, { picked, room, columns: size.columns });
  return overview(state, snapshot, size, now);
}

function overview(state: MonitorState, snapshot: NonNullable<MonitorState['snapshot']>, { columns, rows }: Size, now: number): Line[] {
  const panels = panelsOf(state.view);
  const top =
    state.view === 'dashboard'
      ? [jobsLine(snapshot.jobs), ...rateLines(state, columns), workersLine(snapshot.workers)]
      : [jobsLine(snapshot.jobs)];
  // Head, keys and notice take three rows, each panel its title.
  const room = Math.max(3, rows - 3 - top.length - panels.length);
  const wanted = panels.map((panel) => Math.max(1, snapshot[panel].length));
  const lines = panels.flatMap((panel, index) => {
    const others = wanted.filter((_one, at) => at !== index).reduce((sum, one) => sum + Math.min(one, Math.floor(room / panels.length)), 0);
    return panelLines(state, panel, Math.max(Math.floor(room / panels.length), Math.min(wanted[index]!, room - others)), columns, now);
  });
  return [...top, ...lines];
}

const jobStyles = { queued: null, processing: 'cyan', retrying: 'yellow', completed: 'green', failed: 'red', cancelled: 'dim' } as const;

function jobsLine(jobs: NonNullable<MonitorState['snapshot']>['jobs']): Line {
  const counts = Object.entries(jobStyles).flatMap(([status, style], index): Piece[] => {
    const count = jobs[status as keyof typeof jobStyles];
    return [
      [null, `${index === 0 ? '' : '  '}${status === 'processing' ? 'running' : status} `],
      [count === 0 ? 'dim' : style, count.toLocaleString('en-US')],
    ];
  });
  return [['bold', 'Jobs    '], ...counts];
}

function rateLines({ ended, tookMs }: MonitorState, columns: number): Line[] {
  const width = Math.max(10, Math.min(ended.length, columns - 40));
  const count = ended.reduce((sum, one) => sum + one, 0);
  const perSecond = count / ((ended.length * stepMs) / 1_000);
  const latencies = tookMs.map((ms, at) => ms / Math.max(1, ended[at]!));
  const average = count === 0 ? null : tookMs.reduce((sum, ms) => sum + ms, 0) / count;
  return [
    [
      ['bold', 'Rate    '],
      ['cyan', sparkline(ended, width).padStart(width)],
      [null, `  ${perSecond.toFixed(perSecond < 10 ? 1 : 0)} jobs/s`],
      ['dim', ', last 2 minutes'],
    ],
    [
      ['bold', 'Took    '],
      ['magenta', sparkline(latencies, width).padStart(width)],
      [null, average === null ? '  --' : `  ${durationText(average)}`],
      ['dim', average === null ? '' : ' on average'],
    ],
  ];
}

function workersLine(workers: NonNullable<MonitorState['snapshot']>['workers']): Line {
  const count = (status: string) => workers.filter((worker) => worker.status === status).length;
  const sum = (of: (worker: (typeof workers)[number]) => number) => Math.round(workers.reduce((total, worker) => total + of(worker), 0));
  const bad = count('ERROR');
  return [
    ['bold', 'Workers '],
    [null, `${workers.length}: ${count('RUNNING')} running, ${count('IDLE')} idle`],
    ...(bad > 0 ? [['red', `, ${bad} silent`] as const] : []),
    ['dim', `   ${sum((worker) => worker.memoryUsageMb)} MB, ${sum((worker) => worker.cpuUsagePercent)}% CPU`],
  ];
}

const titles: Readonly<Record<Panel, string>> = { running: 'Running', failures: 'Failures', due: 'Schedules due' };

/** A title and as many entries as there is room for, around the one that is chosen. */
function panelLines(state: MonitorState, panel: Panel, room: number, columns: number, now: number): Line[] {
  const entries = state.snapshot![panel];
  const isChosen = state.panel === panel;
  const first = isChosen ? Math.max(0, Math.min(state.picked - room + 1, entries.length - room)) : 0;
  const visible = entries.slice(first, first + room);
  const title = `${titles[panel]} (${entries.length}${entries.length > visible.length ? `, ${visible.length} shown` : ''}) `;
  const rule: Line = [
    [isChosen ? ['bold', 'cyan'] : 'bold', title],
    ['dim', '─'.repeat(Math.max(0, columns - widthOf(title)))],
  ];
  const lines = visible.map((entry, index): Line => {
    const isPicked = isChosen && first + index === state.picked;
    const text: Line =
      panel === 'running'
        ? runningLine(entry as Seen, columns, now)
        : panel === 'failures'
          ? failureLine(entry as Seen, now)
          : dueLine(entry as NonNullable<MonitorState['snapshot']>['due'][number], now);
    return [[isPicked ? 'cyan' : null, isPicked ? '❯ ' : '  '], ...text];
  });
  return [rule, ...lines, ...(visible.length === 0 ? [[['dim', '  none']] as Line] : [])];
}

/** A text in so many columns exactly. */
const fixed = (text: string, width: number) => {
  const part = cutText(oneLine(text), width);
  return part + ' '.repeat(Math.max(0, width - widthOf(part)));
};

function runningLine({ id, taskName, startedAt, progress }: Seen, columns: number, now: number): Line {
  const took = startedAt === null ? '' : durationText(Math.max(0, now - Date.parse(startedAt)));
  return [
    ['dim', fixed(id, 8)],
    [null, fixed(taskName, Math.max(10, Math.min(32, columns - 48)))],
    [null, '  '],
    ['green', progressBar(progress, 16)],
    [null, `  ${took}`],
  ];
}

function failureLine({ id, taskName, completedAt, errorMessage }: Seen, now: number): Line {
  return [
    ['dim', fixed(id, 8)],
    [null, fixed(taskName, 20)],
    ['dim', ` ${fixed(completedAt === null ? '' : agoText(completedAt, now), 9)}`],
    ['red', oneLine(errorMessage ?? '')],
  ];
}

function dueLine({ id, name, taskName, nextRun }: NonNullable<MonitorState['snapshot']>['due'][number], now: number): Line {
  return [
    ['dim', fixed(id, 8)],
    [null, fixed(name, 24)],
    [null, ` ${fixed(taskName, 20)} `],
    ['cyan', nextRun === null ? '' : agoText(nextRun, now)],
  ];
}

function openedLines({ title, lines, scroll }: NonNullable<MonitorState['opened']>, { rows }: Size): Line[] {
  const room = Math.max(1, rows - 4);
  const visible = lines.slice(scroll, scroll + room);
  return [[['bold', title]], ...visible.map((text): Line => [[null, text]])];
}

function footLines({ notice, opened, panel, snapshot, view }: MonitorState, columns: number): Line[] {
  const hasPanels = panelsOf(view).length > 0;
  const all: readonly (readonly [key: string, does: string])[] =
    opened !== null
      ? [
          ['↑↓', 'scroll'],
          ['Esc', 'back'],
        ]
      : [
          ['q', 'quit'],
          ['↑↓', hasPanels ? 'choose' : 'scroll'],
          ...(hasPanels ? ([['Tab', 'panel'] as const, ['o', 'open'] as const] as const) : []),
          ...(!hasPanels ? [] : panel === 'running' ? [['c', 'cancel'] as const] : panel === 'failures' ? [['r', 'retry'] as const] : []),
          ['p', snapshot?.isPaused ? 'resume' : 'pause'],
          ...views.map((name, index) => [String(index + 1), name] as const),
        ];
  // What has no room is left out whole, the last first.
  const fits = (count: number) => all.slice(0, count).reduce((sum, [key, does]) => sum + widthOf(key) + does.length + 3, -2) <= columns;
  const keys = all.filter((_one, index) => fits(index + 1));
  return [
    notice === null ? [] : [[notice.isError ? 'red' : 'green', notice.text]],
    keys.flatMap(([key, does], index): Line => [
      [null, index === 0 ? '' : '  '],
      ['bold', key],
      ['dim', ` ${does}`],
    ]),
  ];
}
