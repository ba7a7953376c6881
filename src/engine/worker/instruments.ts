import type { FromWorker, ToWorkerOf } from '../protocol.ts';
import { DebugSessions } from './debug-sessions.ts';
import { InspectorSession } from './inspector-session.ts';
import type { Lease } from './isolates.ts';
import type { ivm } from './native.ts';
import type { KeptProgram } from './program-store.ts';
import { newIsolate, TaskIsolate } from './realm.ts';

export type DebugMessage = ToWorkerOf<'attach'> | ToWorkerOf<'command'> | ToWorkerOf<'detach'> | ToWorkerOf<'proceed'> | ToWorkerOf<'gate'>;

/** Short tasks are the rule, and V8's usual millisecond would see nothing of them. */
const sampleMicroseconds = 100;
const title = 'execution';
/** Times of rest that are told; a task that waits more often is charged a little for the later ones. */
const mostRests = 20_000;
/** How long the isolate may take to tell what was seen. A busy one answers when it next looks for interrupts, in microseconds. */
const patienceMs = 2_000;
/** Longer ones are not told: a frame has a limit. */
const mostChars = 64 * 1024 * 1024;

/**
 * What looks into one execution: makes an isolate of its own for it, starts the instruments before any of the task's code is compiled,
 * and tells what they saw before the execution ends. Only here and in what it uses does the worker know of inspectors.
 */
export class Instruments {
  readonly #wish: ToWorkerOf<'instruments'>;
  readonly #tell: (message: FromWorker, text?: string) => void;
  readonly #startedMs = performance.now();
  #isolate: ivm.Isolate | undefined;
  #program: KeptProgram | undefined;
  #session: InspectorSession | undefined;
  #sessions: DebugSessions | undefined;
  #profileStartedMs = 0;
  #report: Promise<void> | undefined;
  readonly #rests: [from: number, to: number][] = [];
  #restingSince: number | undefined;
  readonly #proceeding = Promise.withResolvers<void>();
  #isGateClosed = false;
  #hasReported = false;
  /** The isolate went before its sessions, and its thread is lost: the process should be replaced. */
  isStuck = false;

  constructor(wish: ToWorkerOf<'instruments'>, tell: (message: FromWorker, text?: string) => void) {
    this.#wish = wish;
    this.#tell = tell;
  }

  /**
   * Makes the isolate and the realm, and waits for the debugger where that was asked for.
   * Throws what V8 says when the code does not compile.
   */
  async begin(program: KeptProgram, memoryMb: number): Promise<Lease> {
    const { coverage, profile, debugger: debug, execution } = this.#wish;
    const hasInspector = coverage || profile === 'inspector' || debug;
    const made = newIsolate(memoryMb, hasInspector);
    this.#isolate = made;
    this.#program = program;
    if (coverage || profile === 'inspector') {
      this.#session = new InspectorSession(made);
      await this.#session.ask('Profiler.enable');
    }
    // Only functions that are compiled afterwards have their blocks counted.
    if (coverage) await this.#session!.ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    const isolate = new TaskIsolate(program, memoryMb, {
      isolate: made,
      hasInspector,
      isGateClosed: () => this.#isGateClosed,
      closeSessions: () => this.#closeSessions(),
    });
    const lease = { isolate, realm: isolate.takeRealm() };
    if (debug) {
      this.#sessions = new DebugSessions(made, (session, json) => this.#tell({ type: 'inspected', execution, session }, json));
      this.#tell({ type: 'inspectable', execution });
      await this.#proceeding.promise;
    }
    // What samples belongs to the thread that started it, so it starts on the isolate's own, and last.
    this.#profileStartedMs = performance.now() - this.#startedMs;
    if (profile === 'inspector') {
      await this.#session!.ask('Profiler.setSamplingInterval', { interval: sampleMicroseconds });
      await this.#session!.ask('Profiler.start');
    } else if (profile === 'sampler') made.startCpuProfiler(title);
    this.rests();
    return lease;
  }

  /** The isolate has nothing to do. No samples are taken then, and without this the last function before would be charged with the time. */
  rests(): void {
    if (this.#wish.profile !== '') this.#restingSince ??= microseconds();
  }

  wakes(): void {
    if (this.#restingSince === undefined) return;
    if (this.#rests.length < mostRests) this.#rests.push([this.#restingSince, microseconds()]);
    this.#restingSince = undefined;
  }

  /** What the host says to debuggers' sessions. */
  receive(message: DebugMessage, text: string): void {
    if (message.type === 'attach') this.#sessions?.attach(message.session);
    else if (message.type === 'command') this.#sessions?.send(message.session, text);
    else if (message.type === 'detach') this.#sessions?.detach(message.session);
    else if (message.type === 'proceed') this.#proceeding.resolve();
    else this.#isGateClosed = message.isClosed;
  }

  /**
   * Tells the host what was seen, before the isolate goes; it is worth most where a limit ends the execution.
   * @returns false when everything was told before; else `next` is called afterwards, also when there is nothing to tell
   */
  reportsFirst(next: () => void): boolean {
    if (this.#hasReported) return false;
    void this.#reportThen(next);
    return true;
  }

  async #reportThen(next: () => void): Promise<void> {
    this.#report ??= this.#reportInTime();
    await this.#report;
    this.#hasReported = true;
    next();
  }

  async #reportInTime(): Promise<void> {
    const isolate = this.#isolate;
    if (!isolate || isolate.isDisposed || (!this.#wish.coverage && this.#wish.profile === '')) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
    await Promise.race([late, this.#reportAll(isolate).catch(() => {})]);
    clearTimeout(timer);
  }

  async #reportAll(isolate: ivm.Isolate): Promise<void> {
    const { coverage, profile, execution } = this.#wish;
    const say = (kind: string, seen: unknown) => {
      const json = JSON.stringify(seen);
      if (json.length <= mostChars) this.#tell({ type: 'insight', execution, kind, atMs: this.#profileStartedMs }, json);
    };
    this.wakes();
    if (profile === 'inspector') say('profile', { ...(await this.#session!.ask('Profiler.stop')), rests: this.#rests });
    if (profile === 'sampler') say('samples', { profiles: await isolate.stopCpuProfiler(title), rests: this.#rests });
    if (coverage) say('coverage', programIn((await this.#session!.ask('Profiler.takePreciseCoverage'))['result'], this.#program!));
  }

  #closeSessions(): void {
    const own = this.#session?.close() ?? true;
    const debuggers = this.#sessions?.close() ?? true;
    if (!own || !debuggers) this.isStuck = true;
  }

  /** Frees the isolate of an execution that ended before it had taken it. */
  dispose(): void {
    this.#proceeding.resolve();
    this.#closeSessions();
    if (this.#isolate && !this.#isolate.isDisposed) this.#isolate.dispose();
  }
}

/** By the clock that V8 takes for the moments of samples. */
function microseconds(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

interface Covered {
  readonly scriptId: string;
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly { readonly endOffset: number }[] }[];
}

/** What was counted of the program, without the platform and what the task made with `eval`, under whatever name. */
function programIn(result: unknown, { script }: KeptProgram): Covered | null {
  const candidates = (result as Covered[]).filter(
    ({ url, functions }) => url !== 'platform:realm' && functions[0]?.ranges[0]?.endOffset === script.length,
  );
  // Scripts are numbered as they are compiled, and the program was before anything of the task could run.
  return candidates.toSorted((a, b) => Number(a.scriptId) - Number(b.scriptId))[0] ?? null;
}
