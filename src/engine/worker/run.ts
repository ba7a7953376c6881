import type { ivm } from './native.ts';
import { isolatedVm } from './native.ts';
import type { Ending, ToWorkerOf } from '../protocol.ts';
import { CheckStopped } from './checker.ts';
import type { IsolationLevel, Isolates, Lease } from './isolates.ts';
import type { Pipe } from './pipe.ts';
import type { KeptProgram } from './program-store.ts';
import { answerQuestion, RandomBytes } from './questions.ts';
import type { RealmListener } from './realm.ts';

type Body = string | ArrayBuffer;

export interface RunEnd {
  /** False when V8 did not stop after being told to: the process can only be replaced. */
  readonly stopped: Promise<boolean>;
}

const longestTimerMs = 2_147_483_647;
const stopPatienceMs = 250;
/** How long a task may keep this thread. */
const hereMs = 5;
/** What realms say with `send`. */
const messages = new Set(['log', 'progress', 'fetch', 'abort', 'timer', 'untimer', 'settle']);

/** One execution inside the worker: leads the realm through its life and tells the host what happens. */
export class Run implements RealmListener {
  readonly message: ToWorkerOf<'execute'>;
  readonly #program: KeptProgram;
  readonly #input: string;
  readonly #options: string;
  readonly #pipe: Pipe;
  readonly #isolates: Isolates;
  readonly #onEnd: (end: RunEnd) => void;
  readonly #startedMs = performance.now();
  /** Pending timers of the task; the value stops one. */
  readonly #timers = new Map<number, () => void>();
  /** Requests the host has not answered; the value wakes a realm that waits for the answer. */
  readonly #requests = new Map<number, ((answer: [string, Body]) => void) | null>();
  /** Answers on their way into the realm, kept until they are in, for a realm that asks meanwhile. */
  readonly #answers = new Map<number, [string, Body]>();
  #lease: Lease | undefined;
  #entered = 0;
  #inside: Promise<unknown> = Promise.resolve();
  #settled: { tag: string; text: string; facts: string } | undefined;
  #hasEnded = false;
  #isChecking = false;
  #hasAsked = false;
  /** What the realm says while it runs on this thread; null when it does not. */
  #held: unknown[][] | null = null;
  #needsThread = false;
  #cpuSeenMs = 0;
  #cpuBefore = 0n;
  #random: RandomBytes | undefined;

  constructor(
    message: ToWorkerOf<'execute'>,
    program: KeptProgram,
    texts: { input: string; options: string },
    parts: { pipe: Pipe; isolates: Isolates; onEnd: (end: RunEnd) => void },
  ) {
    this.message = message;
    this.#program = program;
    this.#input = texts.input;
    this.#options = texts.options;
    this.#pipe = parts.pipe;
    this.#isolates = parts.isolates;
    this.#onEnd = parts.onEnd;
  }

  start(): void {
    this.#checked('input', this.#input, 'compile', (verdict) => {
      if (verdict !== '') return this.#end('input-invalid', verdict);
      this.#lease = this.#takeLease();
      if (this.message.checkOnly) return this.#end('result', 'null');
      if (this.#program.calm.isCalm && this.#enterHere()) return;
      this.#enter(this.#runArguments('run'));
    });
  }

  /** Checks one side against its schema and goes on, at once if it can. */
  #checked(side: 'input' | 'output', json: string, otherwise: Ending, next: (verdict: string) => void): void {
    const goOn = (verdict: string) => {
      if (this.#hasEnded) return;
      try {
        next(verdict);
      } catch (error) {
        this.#endOnThrow(error, otherwise);
      }
    };
    const source = side === 'input' ? this.#program.inputCheck : this.#program.outputCheck;
    if (source === null) return goOn('');
    try {
      const verdict = this.#isolates.checker(this.#program).check(side, json, this.message.cpuMs);
      if (typeof verdict === 'string') return goOn(verdict);
      verdict.then(goOn, (error: unknown) => this.#endOnThrow(error, 'check-failed'));
    } catch (error) {
      this.#endOnThrow(error, 'check-failed');
    }
  }

  #takeLease(): Lease {
    const lease = this.#isolates.take(this.#program, this.message.memoryMb, this.message.isolation as IsolationLevel);
    lease.realm.listener = this;
    this.#cpuBefore = lease.isolate.isolate.cpuTime;
    return lease;
  }

  #runArguments(event: 'run' | 'run-here'): readonly unknown[] {
    return [event, this.#lease!.realm.wrapper.derefInto(), this.#input, this.#options];
  }

  /**
   * Runs the task on this thread, which saves two hops between threads: half of what a short execution costs. Only for programs whose
   * last executions were over in a moment and asked for nothing, and only for a few milliseconds.
   * What the realm says is held back until it returns. If it does not return in time, or wants to wait for an answer, nothing has left
   * this process: the attempt is dropped, and the execution starts again on a thread of its own.
   * @returns false when it has to start again
   */
  #enterHere(): boolean {
    const { realm, isolate } = this.#lease!;
    const held: unknown[][] = [];
    this.#held = held;
    this.#needsThread = false;
    let thrown: { error: unknown } | null = null;
    try {
      realm.enterHere(this.#runArguments('run-here'), hereMs);
    } catch (error) {
      thrown = { error };
    }
    this.#held = null;
    if (this.#needsThread || (thrown !== null && isTimeout(thrown.error))) {
      this.#program.calm.disappointed();
      realm.listener = null;
      isolate.dispose();
      this.#isolates.giveBack(this.#lease!, this.message.isolation as IsolationLevel, 0);
      this.#random = undefined;
      this.#lease = this.#takeLease();
      return false;
    }
    // Still inside, as far as its messages can tell: a rejection that nobody handles outweighs the result.
    this.#entered++;
    for (const [message, a, b, c] of held) this.send(message, a, b, c);
    this.#entered--;
    if (thrown !== null) this.#endOnThrow(thrown.error, 'failure');
    else this.#finishIfDone();
    return true;
  }

  /** Ends the execution now, whatever it does. */
  stop(ending: 'cpu' | 'wall' | 'memory' | 'evicted' | 'cancelled'): void {
    if (this.#hasEnded) return;
    void this.cpuMs;
    this.#lease?.isolate.dispose();
    this.#end(ending, '');
  }

  /** Milliseconds since the start. */
  get wallMs(): number {
    return performance.now() - this.#startedMs;
  }

  /** Processor time of the task's thread so far, in milliseconds; an upper bound while a piece of code runs. */
  get cpuMs(): number {
    // A disposed isolate no longer tells; what it told last (the watchdog asks every 25 ms) is close.
    if (!this.#lease || this.#lease.isolate.isolate.isDisposed) return this.#cpuSeenMs;
    this.#cpuSeenMs = Number(this.#lease.isolate.isolate.cpuTime - this.#cpuBefore) / 1e6;
    return this.#cpuSeenMs;
  }

  answer(effect: number, head: string, body: Body): void {
    if (this.#hasEnded || !this.#requests.has(effect)) return;
    const wake = this.#requests.get(effect);
    this.#requests.delete(effect);
    if (wake) return wake([head, body]);
    this.#answers.set(effect, [head, body]);
    this.#enter(['response', effect, head, transferable(body)], () => this.#answers.delete(effect));
  }

  call(question: unknown, a: unknown, b: unknown, c: unknown): unknown {
    if (this.#held !== null) {
      if (question === 'needs-thread') this.#needsThread = true;
      else if (typeof question === 'string' && messages.has(question)) this.#held.push([question, a, b, c]);
      else return answerQuestion(question, a, b, () => this.#randomBytes());
      return undefined;
    }
    return answerQuestion(question, a, b, () => this.#randomBytes());
  }

  #randomBytes(): RandomBytes {
    return (this.#random ??= new RandomBytes((JSON.parse(this.#options) as { seed: string }).seed));
  }

  send(message: unknown, a: unknown, b: unknown, c: unknown): void {
    if (this.#hasEnded) return;
    const execution = this.message.execution;
    if (message === 'settle' && typeof a === 'string' && typeof b === 'string' && typeof c === 'string') {
      this.#settled ??= { tag: a, text: b, facts: c };
      this.#finishIfDone();
    } else if (message === 'fetch' && typeof a === 'number' && typeof b === 'string') {
      this.#requests.set(a, null);
      this.#hasAsked = true;
      this.#pipe.send({ type: 'effect', execution, effect: a, head: b }, bytesOf(c));
    } else if (message === 'abort' && typeof a === 'number') {
      if (this.#requests.has(a)) this.#pipe.send({ type: 'abort', execution, effect: a });
    } else if (message === 'log' && typeof a === 'string' && typeof b === 'string' && typeof c === 'number') {
      this.#pipe.sendText({ type: 'log', execution, level: a, at: Number.isFinite(c) ? c : 0 }, b);
    } else if (message === 'progress' && typeof a === 'string') {
      this.#pipe.sendText({ type: 'progress', execution }, a);
    } else if (message === 'timer' && typeof a === 'number' && typeof b === 'number') {
      this.#startTimer(a, Number.isFinite(b) ? Math.min(Math.max(b, 0), longestTimerMs) : 0);
    } else if (message === 'untimer' && typeof a === 'number') {
      this.#timers.get(a)?.();
      this.#timers.delete(a);
      this.#finishIfDone();
    }
  }

  async wait(id: unknown): Promise<ivm.Copy<readonly [string, Body]>> {
    const known = typeof id === 'number' ? this.#answers.get(id) : undefined;
    const answer = known ?? (await new Promise<[string, Body]>((resolve) => this.#waitFor(id, resolve)));
    return new (isolatedVm().ExternalCopy)(answer).copyInto({ release: true });
  }

  #startTimer(id: number, delayMs: number): void {
    const fire = () => {
      this.#timers.delete(id);
      this.#enter(['timer', id]);
    };
    if (delayMs === 0) {
      // setTimeout would wait a whole millisecond; the realm uses a zero delay to let handlers have their turn before it settles.
      const immediate = setImmediate(fire);
      this.#timers.set(id, () => clearImmediate(immediate));
    } else {
      const timer = setTimeout(fire, delayMs);
      this.#timers.set(id, () => clearTimeout(timer));
    }
  }

  #waitFor(id: unknown, resolve: (answer: [string, Body]) => void): void {
    if (typeof id === 'number' && this.#requests.has(id)) this.#requests.set(id, resolve);
    else if (this.#settled === undefined && !this.#hasEnded) {
      resolve([JSON.stringify({ failure: { name: 'NetworkError', message: 'no such request', reason: 'invalid' } }), '']);
    }
  }

  #enter(args: readonly unknown[], onInside?: () => void): void {
    const lease = this.#lease;
    if (!lease || this.#hasEnded) return;
    this.#entered++;
    // The CPU limit of what is left; waiting inside `applySyncPromise` does not count against it.
    const inside = lease.realm.enter(args, this.message.cpuMs - this.cpuMs).then(
      () => {
        this.#entered--;
        onInside?.();
        this.#finishIfDone();
      },
      (error: unknown) => {
        this.#entered--;
        if (!this.#hasEnded) this.#endOnThrow(error, 'failure');
      },
    );
    this.#inside = Promise.all([this.#inside, inside]);
  }

  #finishIfDone(): void {
    if (this.#hasEnded || this.#entered > 0) return;
    if (this.#settled) {
      this.#finish(this.#settled);
    } else if (this.#requests.size === 0 && this.#timers.size === 0) {
      // What the realm sent last may still be on its way to this thread; look again after it had its turn.
      setImmediate(() => {
        if (this.#hasEnded || this.#settled || this.#entered > 0 || this.#requests.size > 0 || this.#timers.size > 0) return;
        this.#end('unsettled', '');
      });
    }
  }

  #finish({ tag, text }: { tag: string; text: string }): void {
    if (tag !== 'result') return this.#end('failure', text);
    if (this.#isChecking) return;
    this.#isChecking = true;
    this.#checked('output', text, 'check-failed', (verdict) => this.#end(verdict === '' ? 'result' : 'output-invalid', verdict || text));
  }

  #endOnThrow(error: unknown, otherwise: Ending): void {
    if (this.#hasEnded) return;
    if (error instanceof CheckStopped) return this.#end(error.reason, '');
    const message = error instanceof Error ? error.message : String(error);
    if (isTimeout(error)) return this.#end('cpu', '');
    if (/disposed|memory limit|out of memory|Array buffer allocation failed/i.test(message)) return this.#end('memory', '');
    const name = error instanceof Error ? error.name : 'Error';
    const stack = error instanceof Error ? String(error.stack) : '';
    if (otherwise === 'failure') {
      return this.#end('failure', JSON.stringify({ kind: 'threw', name, message, stack, fields: {}, unhandled: true }));
    }
    this.#end(otherwise, JSON.stringify({ name, message, stack }));
  }

  #end(ending: Ending, text: string): void {
    if (this.#hasEnded) return;
    const cpuMs = this.cpuMs;
    this.#program.calm.ended(ending === 'result' || ending === 'failure' ? cpuMs : Infinity, this.#hasAsked);
    const lease = this.#lease;
    const heapBytes = lease && !lease.isolate.isolate.isDisposed && this.#entered === 0 ? lease.isolate.heapBytes(cpuMs) : 0;
    this.#hasEnded = true;
    for (const stopTimer of this.#timers.values()) stopTimer();
    const { execution } = this.message;
    for (const [effect, wake] of this.#requests) {
      this.#pipe.send({ type: 'abort', execution, effect });
      // A realm that still waits must come back before its isolate can go.
      wake?.([JSON.stringify({ failure: { name: 'AbortError', message: 'the execution has ended', reason: 'aborted' } }), '']);
    }
    this.#pipe.sendText({ type: 'settled', execution, ending, cpuMs, heapBytes, facts: this.#settled?.facts ?? '{}' }, text);
    this.#onEnd({ stopped: this.#release(ending, heapBytes) });
  }

  async #release(ending: Ending, heapBytes: number): Promise<boolean> {
    const lease = this.#lease;
    if (!lease) return true;
    lease.realm.listener = null;
    const isClean = ending === 'result' || ending === 'failure' || ending === 'output-invalid' || ending === 'unsettled';
    if (isClean && this.#entered === 0) {
      this.#isolates.giveBack(lease, this.message.isolation as IsolationLevel, heapBytes);
      return true;
    }
    lease.isolate.isBroken = true;
    const hasStopped = await Promise.race([this.#inside.then(() => true), after(stopPatienceMs, false)]);
    this.#isolates.giveBack(lease, this.message.isolation as IsolationLevel, 0);
    return hasStopped;
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Script execution timed out.';
}

function after<Value>(ms: number, value: Value): Promise<Value> {
  return new Promise((resolve) => setTimeout(resolve, ms, value));
}

function bytesOf(body: unknown): Uint8Array {
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  return new Uint8Array(0);
}

function transferable(body: Body): unknown {
  if (typeof body === 'string') return body;
  return new (isolatedVm().ExternalCopy)(body, { transferOut: true }).copyInto({ release: true, transferIn: true });
}
