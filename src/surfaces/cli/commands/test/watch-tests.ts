import { RatchetError, toRatchetError } from '#kernel/index.ts';
import { testId, watchTasks, type TestReport } from '#task-tests/index.ts';
import type { Screen, Shown } from '../../command.ts';
import type { Keyboard } from '../../keyboard.ts';
import { errorText } from '../../show-error.ts';
import { oneLine } from './suite-text.ts';

export interface WatchTestsOptions {
  readonly path: string;
  /** What the person asked for by `--only`. */
  readonly only: readonly string[];
  readonly screen: Screen;
  readonly keyboard: Keyboard | null;
  readonly signal: AbortSignal;
  /** Runs tests and shows their report. */
  readonly run: (more: { only: readonly string[]; update?: boolean }, signal: AbortSignal) => Promise<TestReport>;
}

/** What is to be run: all that was asked for, those that failed last, or the tests of some tasks. */
type Scope = { readonly kind: 'all' | 'failed'; readonly update?: boolean } | { readonly kind: 'tasks'; readonly tasks: readonly string[] };

const keys = `  Press a or Enter to run all tests, f to run those that failed, r to run the same again,\n  u to write outputs into tests that expect others, q to quit.\n`;

const clearScreen = '\u001b[2J\u001b[3J\u001b[H';

/** Runs tests, and again whenever a file changes or a key asks for it, until q or an interruption. Survives files that are half written. */
export async function watchTests({ path, only, screen, keyboard, signal, run }: WatchTestsOptions): Promise<Shown> {
  const wishes = new Wishes();
  const watch = await watchTasks(
    path,
    (tasks) => wishes.add(tasks === null ? { kind: 'all' } : { kind: 'tasks', tasks }),
    (error) => screen.err(`${screen.paintErr('yellow', `Watching is incomplete: ${error.message}`)}\n`),
  );
  const stopKeys = keyboard?.listen((key) => wishes.press(key));
  const onAbort = () => wishes.quit();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const failed = new FailedTests();
  try {
    for (let scope: Scope | null = { kind: 'all' }; scope !== null; scope = await wishes.next()) {
      const selected = scope.kind === 'tasks' ? scope.tasks : scope.kind === 'failed' ? failed.ids() : only;
      if (scope.kind === 'failed' && selected.length === 0) {
        screen.err('No test failed.\n');
        continue;
      }
      if (screen.isOutTerminal) screen.out(clearScreen);
      if (scope.kind === 'tasks') screen.err(`${screen.paintErr('cyan', 'Changed:')} ${scope.tasks.map(oneLine).join(', ')}\n`);
      await perform(scope, selected);
      if (!wishes.hasNext())
        screen.err(
          `\n${screen.paintErr('dim', 'Waiting for changes of files.')}\n${keyboard === null ? '' : screen.paintErr('dim', keys)}`,
        );
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    stopKeys?.();
    await watch.close();
  }
  return { exit: signal.aborted ? 'interrupted' : 'ok' };

  async function perform(scope: Scope, selected: readonly string[]): Promise<void> {
    const stop = wishes.startRun(scope);
    try {
      const isUpdate = scope.kind !== 'tasks' && scope.update === true;
      failed.note(await run({ only: selected, ...(isUpdate ? { update: true } : {}) }, AbortSignal.any([signal, stop])));
    } catch (caught) {
      const error = caught instanceof RatchetError ? caught : toRatchetError(caught, 'run the tests');
      screen.err(errorText(error, screen.paintErr));
    } finally {
      wishes.endRun();
    }
  }
}

/** What was asked for and not yet begun. A new wish ends the run under way, and what that has not finished is run again with it. */
class Wishes {
  #next: Scope | null = null;
  #running: Scope | null = null;
  #last: Scope = { kind: 'all' };
  #stop = new AbortController();
  #hasQuit = false;
  #wake: (() => void) | null = null;

  add(scope: Scope): void {
    const before = this.#next ?? this.#running;
    this.#next = before === null ? scope : union(before, scope);
    this.#stop.abort();
    this.#wake?.();
  }

  press(key: string): void {
    if (key === 'q') this.quit();
    else if (key === 'a' || key === '\r' || key === '\n') this.#replace({ kind: 'all' });
    else if (key === 'f') this.#replace({ kind: 'failed' });
    else if (key === 'r') this.#replace(this.#last);
    else if (key === 'u') this.#replace({ kind: 'all', update: true });
  }

  quit(): void {
    this.#hasQuit = true;
    this.#stop.abort();
    this.#wake?.();
  }

  hasNext(): boolean {
    return this.#hasQuit || this.#next !== null;
  }

  startRun(scope: Scope): AbortSignal {
    this.#running = scope;
    this.#last = scope;
    this.#stop = new AbortController();
    if (this.hasNext()) this.#stop.abort();
    return this.#stop.signal;
  }

  endRun(): void {
    this.#running = null;
  }

  /** Null when there is nothing more to do. */
  async next(): Promise<Scope | null> {
    while (!this.hasNext()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    const scope = this.#hasQuit ? null : this.#next;
    this.#next = null;
    return scope;
  }

  #replace(scope: Scope): void {
    this.#next = scope;
    this.#stop.abort();
    this.#wake?.();
  }
}

function union(one: Scope, other: Scope): Scope {
  if (one.kind !== 'tasks' || other.kind !== 'tasks') return { kind: 'all' };
  return { kind: 'tasks', tasks: [...new Set([...one.tasks, ...other.tasks])] };
}

/** Which tests failed when they were last run; of a task that cannot be loaded, the task. */
class FailedTests {
  readonly #bySuite = new Map<string, readonly string[]>();

  note({ suites, state }: TestReport): void {
    if (state === 'stopped') return;
    for (const { path, cases, error } of suites) {
      const failed = cases.filter((one) => one.state === 'failed').map((one) => testId(path, one));
      // A run of some tests says nothing about the others.
      const ran = new Set(cases.map((one) => testId(path, one)));
      const kept = (this.#bySuite.get(path) ?? []).filter((id) => !ran.has(id) && id !== path);
      if (cases.length > 0 || error !== null) this.#bySuite.set(path, error === null ? [...kept, ...failed] : [path]);
    }
  }

  ids(): string[] {
    return [...this.#bySuite.values()].flat();
  }
}
