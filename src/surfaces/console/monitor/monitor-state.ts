import type { Key } from '#surfaces/cli/commands/dev/keys.ts';

/** An execution as the monitor shows it. */
export interface Seen {
  readonly id: string;
  readonly taskName: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly progress: number | null;
  readonly errorMessage: string | null;
}

/** A schedule that is to come due. */
export interface Due {
  readonly id: string;
  readonly name: string;
  readonly taskName: string;
  readonly nextRun: string | null;
}

/** What the server says of itself at one moment. */
export interface Snapshot {
  readonly health: string;
  readonly jobs: Readonly<Record<'queued' | 'processing' | 'retrying' | 'completed' | 'failed' | 'cancelled', number>>;
  readonly isPaused: boolean;
  readonly workers: readonly SeenWorker[];
  readonly running: readonly Seen[];
  readonly failures: readonly Seen[];
  readonly due: readonly Due[];
  /** What the server measures; only asked for where it is shown. */
  readonly metrics: readonly Metric[];
}

/** A worker process as the monitor shows it. */
export interface SeenWorker {
  readonly id: string;
  readonly pid: number | null;
  readonly status: string;
  readonly taskCount: number;
  readonly currentTask: string | null;
  readonly uptimeSeconds: number;
  readonly memoryUsageMb: number;
  readonly cpuUsagePercent: number;
}

/** One value of a metric. */
export interface Metric {
  readonly name: string;
  /** `status=failed task=addition`; empty without any. */
  readonly labels: string;
  readonly value: number;
}

/** A line of a log, as it came. */
export interface SeenLine {
  readonly at: string;
  readonly executionId: string;
  readonly level: string;
  readonly message: string;
}

export const views = ['dashboard', 'executions', 'workers', 'logs', 'metrics'] as const;
/** What fills the screen; the keys 1 to 5 choose it. */
export type View = (typeof views)[number];

/** What may stand behind `monitor`: where it opens. */
export const monitorParts: Readonly<Record<string, { readonly view: View; readonly summary: string }>> = {
  '': { view: 'dashboard', summary: 'Watch the server: jobs, workers, executions, failures, schedules' },
  start: { view: 'dashboard', summary: 'Watch the server' },
  dashboard: { view: 'dashboard', summary: 'Watch the server, everything at a glance' },
  live: { view: 'dashboard', summary: 'Watch the server as things happen' },
  executions: { view: 'executions', summary: 'Watch what runs, and what failed' },
  workers: { view: 'workers', summary: 'Watch the processes that run tasks' },
  logs: { view: 'logs', summary: 'Watch what executions log' },
  metrics: { view: 'metrics', summary: 'Watch what the server measures' },
};

export const panels = ['running', 'failures', 'due'] as const;
export type Panel = (typeof panels)[number];

/** The panels of a view; the others have none. */
export const panelsOf = (view: View): readonly Panel[] =>
  view === 'dashboard' ? panels : view === 'executions' ? ['running', 'failures'] : [];

export interface MonitorState {
  readonly url: string;
  readonly view: View;
  /** The newest lines of all logs, oldest first. */
  readonly log: readonly SeenLine[];
  readonly snapshot: Snapshot | null;
  readonly isConnected: boolean;
  /** Jobs that ended in each step of time, the present one last. */
  readonly ended: readonly number[];
  /** Milliseconds that jobs took, summed, in the same steps. */
  readonly tookMs: readonly number[];
  /** When the present step began, milliseconds since 1970. */
  readonly stepAt: number;
  /** When jobs began that run now, by their number. */
  readonly begun: ReadonlyMap<string, number>;
  readonly panel: Panel;
  readonly picked: number;
  readonly notice: { readonly text: string; readonly isError: boolean } | null;
  /** What was opened, line by line, and how far it is scrolled. */
  readonly opened: { readonly title: string; readonly lines: readonly string[]; readonly scroll: number } | null;
}

/** One step of the sparklines, and how many of them there are: two minutes. */
export const stepMs = 2_000;
export const steps = 60;

export function firstState(url: string, now: number, view: View = 'dashboard'): MonitorState {
  return {
    url,
    view,
    log: [],
    snapshot: null,
    isConnected: true,
    ended: Array.from({ length: steps }, () => 0),
    tookMs: Array.from({ length: steps }, () => 0),
    stepAt: now,
    begun: new Map(),
    panel: 'running',
    picked: 0,
    notice: null,
    opened: null,
  };
}

/** Steps that are over move to the left. */
export function atTime(state: MonitorState, now: number): MonitorState {
  const over = Math.min(steps, Math.floor((now - state.stepAt) / stepMs));
  if (over <= 0) return state;
  const moved = (values: readonly number[]) => [...values.slice(over), ...Array.from({ length: over }, () => 0)];
  const stepAt = state.stepAt + Math.floor((now - state.stepAt) / stepMs) * stepMs;
  return { ...state, ended: moved(state.ended), tookMs: moved(state.tookMs), stepAt };
}

/** An event of the server. */
export interface MonitorEvent {
  readonly kind: string;
  readonly at: string;
  readonly jobId: string | null;
  readonly executionId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** More lines of logs than any terminal has rows. */
const mostLines = 500;

const endings = new Set(['job.completed', 'job.failed', 'job.retrying']);

/** What an event changes at once; the rest comes with the next snapshot. */
export function afterEvent(state: MonitorState, { kind, at, jobId, executionId, details }: MonitorEvent): MonitorState {
  if (kind === 'job.started' && jobId !== null) {
    // Whoever never hears of the end of a job, because events were missed, forgets it some day.
    const begun = new Map([...state.begun].slice(-5_000));
    return { ...state, begun: begun.set(jobId, Date.parse(at)) };
  }
  if (endings.has(kind) && jobId !== null) {
    const began = state.begun.get(jobId);
    const begun = new Map(state.begun);
    begun.delete(jobId);
    if (began === undefined) return { ...state, begun, ended: withLast(state.ended, 1) };
    return { ...state, begun, ended: withLast(state.ended, 1), tookMs: withLast(state.tookMs, Math.max(0, Date.parse(at) - began)) };
  }
  if (kind === 'execution.log' && executionId !== null) {
    const line = { at, executionId, level: String(details['level']), message: String(details['message']) };
    return { ...state, log: [...state.log.slice(1 - mostLines), line] };
  }
  const share = details['share'];
  if (kind === 'execution.progress' && state.snapshot !== null && typeof share === 'number') {
    const running = state.snapshot.running.map((one) => (one.id === executionId ? { ...one, progress: share } : one));
    return { ...state, snapshot: { ...state.snapshot, running } };
  }
  return state;
}

const withLast = (values: readonly number[], more: number): number[] =>
  values.map((value, at) => (at === values.length - 1 ? value + more : value));

/** The server has answered. */
export function afterSnapshot(state: MonitorState, snapshot: Snapshot): MonitorState {
  return kept({ ...state, snapshot, isConnected: true });
}

/** What can be chosen in the panel that is worked in, or scrolled in a view without panels. */
export function entriesOf({ snapshot, panel, view, log }: Pick<MonitorState, 'snapshot' | 'panel' | 'view' | 'log'>): readonly unknown[] {
  if (view === 'logs') return log;
  if (snapshot === null) return [];
  return view === 'workers' ? snapshot.workers : view === 'metrics' ? snapshot.metrics : snapshot[panel];
}

const kept = (state: MonitorState): MonitorState => ({
  ...state,
  picked: Math.max(0, Math.min(state.picked, entriesOf(state).length - 1)),
});

/** What the person wants of the server. */
export type MonitorWish =
  | { readonly kind: 'quit' | 'pause' }
  | { readonly kind: 'cancel' | 'retry' | 'open'; readonly panel: Panel; readonly id: string };

/** The state after a key, and what has to be asked of the server. */
export function afterMonitorKey(state: MonitorState, key: Key): { state: MonitorState; wish: MonitorWish | null } {
  const only = (next: Partial<MonitorState>) => ({ state: kept({ ...state, ...next }), wish: null });
  if (state.opened !== null) return afterOpenedKey(state, state.opened, key);
  switch (key.kind) {
    case 'up':
      return only({ picked: state.picked - 1 });
    case 'down':
      return only({ picked: state.picked + 1 });
    case 'tab': {
      const own = panelsOf(state.view);
      return only({ panel: own[(own.indexOf(state.panel) + 1) % own.length] ?? state.panel, picked: 0, notice: null });
    }
    case 'page-up':
      return only({ picked: state.picked - 10 });
    case 'page-down':
      return only({ picked: state.picked + 10 });
    case 'escape':
    case 'end-of-input':
      return { state, wish: { kind: 'quit' } };
    case 'enter':
      return asked(state, 'open');
    case 'text':
      break;
    default:
      return { state, wish: null };
  }
  const view = views[Number(key.text) - 1];
  if (view !== undefined) return only({ view, panel: 'running', picked: 0, notice: null });
  switch (key.text) {
    case 'q':
      return { state, wish: { kind: 'quit' } };
    case 'j':
      return only({ picked: state.picked + 1 });
    case 'k':
      return only({ picked: state.picked - 1 });
    case 'p':
      return { state, wish: { kind: 'pause' } };
    case 'c':
      return asked(state, 'cancel');
    case 'r':
      return asked(state, 'retry');
    case 'o':
      return asked(state, 'open');
    default:
      return { state, wish: null };
  }
}

function asked(state: MonitorState, kind: 'cancel' | 'retry' | 'open'): { state: MonitorState; wish: MonitorWish | null } {
  const tell = (text: string) => ({ state: { ...state, notice: { text, isError: true } }, wish: null });
  if (panelsOf(state.view).length === 0) return tell('There is nothing to choose here: 1 shows the dashboard.');
  const entry = state.snapshot?.[state.panel][state.picked];
  if (kind === 'cancel' && state.panel !== 'running') return tell('Only what runs can be cancelled: Tab chooses the panel.');
  if (kind === 'retry' && state.panel !== 'failures') return tell('Only what failed can be retried: Tab chooses the panel.');
  return entry === undefined ? tell('There is nothing to choose here.') : { state, wish: { kind, panel: state.panel, id: entry.id } };
}

function afterOpenedKey(state: MonitorState, opened: NonNullable<MonitorState['opened']>, key: Key): { state: MonitorState; wish: null } {
  const moves: Partial<Record<Key['kind'], number>> = { up: -1, down: 1, 'page-up': -10, 'page-down': 10 };
  const by = moves[key.kind] ?? (key.kind === 'text' ? { j: 1, k: -1, ' ': 10 }[key.text] : undefined);
  if (by !== undefined) {
    const scroll = Math.max(0, Math.min(opened.lines.length - 1, opened.scroll + by));
    return { state: { ...state, opened: { ...opened, scroll } }, wish: null };
  }
  const isLeaving =
    key.kind === 'escape' || key.kind === 'enter' || key.kind === 'end-of-input' || (key.kind === 'text' && key.text === 'q');
  return { state: isLeaving ? { ...state, opened: null } : state, wish: null };
}
