import type { Execution } from '#executions/index.ts';
import type { Tracer } from '#executions/operations.ts';
import { toRatchetError } from '#kernel/index.ts';
import type { Recordings } from '#recordings/index.ts';
import type { Task } from '#tasks/index.ts';
import type { InputWish } from './choose-input.ts';
import type { DevReport } from './dev-report.ts';
import { afterStep, firstState, type DevState } from './dev-state.ts';
import { look, type LookParts } from './look.ts';

export interface DevParts extends LookParts {
  readonly tracer: () => Promise<Tracer>;
  readonly recordings: () => Promise<Pick<Recordings, 'mask' | 'saveTest'>>;
}

/** The author's loop without a screen: what is shown at any moment, and everything a key can ask for. */
export interface DevSession {
  readonly state: DevState;
  /** Called after every change of the state. */
  onChange(listener: (state: DevState) => void): void;
  /** Called with every look that came to its end. */
  onReport(listener: (report: DevReport) => void): void;
  /** Files have changed. What is under way is cut short. */
  lookAgain(): Promise<void>;
  /** Everything is to be run again. */
  rerun(): Promise<void>;
  /** Runs another input; tests are not run again. */
  changeInput(change: Partial<Pick<InputWish, 'typed' | 'test'>>): Promise<void>;
  toggleHttp(): Promise<void>;
  toggleLogs(): void;
  /** Writes the page of the run that is shown. @returns its path, or null where it could not be written, which the notice says */
  writeTrace(): Promise<string | null>;
  /** Writes the run that is shown as a test of the task. */
  saveTest(): Promise<void>;
  note(text: string): void;
  /** Ends what is under way. */
  close(): void;
}

/** @param wish what is to be run, as far as the command line says */
export function createDevSession(parts: DevParts, path: string, wish: InputWish): DevSession {
  const listeners: ((state: DevState) => void)[] = [];
  const reportListeners: ((report: DevReport) => void)[] = [];
  const closed = new AbortController();
  let state = firstState(path, wish, parts.clock.now());
  let stop = new AbortController();
  /** What is shown as the run, whole: for its trace and for saving it. */
  let shown: { execution: Execution; task: Task } | null = null;

  const change = (part: Partial<DevState>) => {
    state = { ...state, ...part };
    for (const listener of listeners) listener(state);
  };

  const start = async (withTests: boolean): Promise<void> => {
    // Tests that a run of another input cuts short would be missing until the next change.
    const isTesting = state.testShare !== null;
    stop.abort();
    const own = (stop = new AbortController());
    change({
      at: parts.clock.now(),
      phase: 'checking',
      running: null,
      testShare: withTests || isTesting ? 0 : null,
    });
    const report = await look(parts, {
      path,
      wish: state.wish,
      withTests: withTests || isTesting,
      signal: AbortSignal.any([own.signal, closed.signal]),
      onStep(step) {
        if (own.signal.aborted) return;
        if (step.kind === 'ran') shown = { execution: step.execution, task: step.task };
        change(afterStep(state, step, parts.clock.now()));
      },
    });
    if (own.signal.aborted || closed.signal.aborted) return;
    change({ phase: 'waiting', running: null, testShare: null });
    for (const listener of reportListeners) listener(report);
  };

  const attempt = async <Value>(
    what: string,
    action: (now: { execution: Execution; task: Task }) => Promise<Value>,
  ): Promise<Value | null> => {
    if (shown === null) {
      change({ notice: { text: 'There is no run yet.', isError: true } });
      return null;
    }
    try {
      return await action(shown);
    } catch (caught) {
      const { message, hint } = toRatchetError(caught, what);
      change({ notice: { text: `${message} ${hint}`, isError: true } });
      return null;
    }
  };

  return {
    get state() {
      return state;
    },
    onChange: (listener) => void listeners.push(listener),
    onReport: (listener) => void reportListeners.push(listener),
    lookAgain: () => start(true),
    rerun() {
      change({ notice: null });
      return start(true);
    },
    changeInput(part) {
      change({ wish: { ...state.wish, ...part }, notice: null });
      return start(false);
    },
    toggleHttp() {
      const now = state.run?.http ?? state.wish.http ?? 'live';
      change({ wish: { ...state.wish, http: now === 'live' ? 'mocked' : 'live' }, notice: null });
      return start(false);
    },
    toggleLogs: () => change({ showsLogs: !state.showsLogs }),
    writeTrace: () =>
      attempt('write the trace', async ({ execution, task }) => {
        const file = (await parts.tracer()).write(execution, task, 'html', null);
        change({ notice: { text: `Trace saved to: ${file}`, isError: false } });
        return file;
      }),
    async saveTest() {
      await attempt('save the run as a test', async ({ execution, task }) => {
        const recordings = await parts.recordings();
        const { run } = recordings.mask(execution, task);
        const { file, failures } = await recordings.saveTest(task, run, null, closed.signal);
        const but = failures.length === 0 ? '' : ` It fails, though: ${failures[0]}`;
        change({ notice: { text: `Saved as ${file}.${but}`, isError: failures.length > 0 } });
      });
    },
    note: (text) => change({ notice: { text, isError: false } }),
    close() {
      closed.abort();
    },
  };
}
