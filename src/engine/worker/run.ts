import { setTimeout as after } from 'node:timers/promises';
import { isolatedVm, type ivm } from './native.ts';
import type { Ending, ToWorkerOf } from '../protocol.ts';
import { endingOf, isTimeout } from './ending-of.ts';
import type { Instruments } from './instruments.ts';
import type { IsolationLevel, Isolates, Lease } from './isolates.ts';
import type { Pipe } from './pipe.ts';
import type { KeptProgram } from './program-store.ts';
import { answerQuestion, RandomBytes } from './questions.ts';
import type { RealmListener } from './realm.ts';
import { bytesOf, Requests, transferable, type Answer, type Body } from './requests.ts';
import { delayFrom, Timers } from './timers.ts';
import { TurnOrder } from './turn-order.ts';

export interface RunEnd {
  /** False when V8 did not stop after being told to: the process can only be replaced. */
  readonly stopped: Promise<boolean>;
}

const stopPatienceMs = 250;
/** How long a task may keep this thread. */
const hereMs = 5;
/** How long a realm may take to tell its facts: it only puts numbers together. */
const factsMs = 50;
/** What realms say with `send`. */
const messages = new Set(['log', 'progress', 'fetch', 'abort', 'timer', 'untimer', 'facts', 'settle']);

/** One execution inside the worker: leads the realm through its life and tells the host what happens. */
export class Run implements RealmListener {
  readonly message: ToWorkerOf<'execute'>;
  readonly #program: KeptProgram;
  readonly #input: string;
  readonly #options: string;
  readonly #pipe: Pipe;
  readonly #isolates: Isolates;
  readonly #onEnd: (end: RunEnd) => void;
  /** What looks into this execution; null for all but a few. */
  readonly instruments: Instruments | null;
  readonly #startedMs = performance.now();
  readonly #timers = new Timers((id) => this.#enter(['timer', id]));
  readonly #requests = new Requests();
  /** A replay's order of turns; null when things happen as they happen. */
  readonly #order: TurnOrder | null;
  #isTurnDue = false;
  #lease: Lease | undefined;
  #entered = 0;
  #inside: Promise<unknown> = Promise.resolve();
  #settled: { tag: string; text: string; facts: string } | undefined;
  /** What the realm told last of its clock and turns, for an execution that does not come to its own end. */
  #facts = '{}';
  #isAskingFacts = false;
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
    parts: { pipe: Pipe; isolates: Isolates; instruments: Instruments | null; onEnd: (end: RunEnd) => void },
  ) {
    this.message = message;
    this.#program = program;
    this.#input = texts.input;
    this.#options = texts.options;
    this.#pipe = parts.pipe;
    this.#isolates = parts.isolates;
    this.#onEnd = parts.onEnd;
    this.instruments = parts.instruments;
    this.#order = message.isOrdered ? new TurnOrder((JSON.parse(texts.options) as { order: string[] }).order) : null;
  }

  start(): void {
    this.#checked('input', this.#input, 'compile', (verdict) => {
      if (verdict !== '') return this.#end('input-invalid', verdict);
      if (this.instruments !== null && !this.message.checkOnly) return this.#startLookedInto(this.instruments);
      this.#lease = this.#takeLease();
      if (this.message.checkOnly) return this.#end('result', 'null');
      if (this.#program.calm.isCalm && this.#order === null && this.#enterHere()) return;
      this.#enter(this.#runArguments('run'));
    });
  }

  #startLookedInto(instruments: Instruments): void {
    instruments.begin(this.#program, this.message.memoryMb).then(
      (lease) => {
        if (this.#hasEnded) return instruments.dispose();
        lease.realm.listener = this;
        this.#cpuBefore = lease.isolate.isolate.cpuTime;
        this.#lease = lease;
        this.#enter(this.#runArguments('run'));
      },
      (error: unknown) => this.#endOnThrow(error, 'compile'),
    );
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
    if (ending === 'wall' || ending === 'cancelled') return this.#endWithFacts(ending);
    if (ending === 'cpu' && this.instruments?.reportsFirst(() => this.stop(ending))) return;
    this.#lease?.isolate.dispose();
    this.#end(ending, '');
  }

  /**
   * Ends an execution that would have gone on: asks its realm what a replay has to know, unless it is busy. A realm that is busy with
   * waiting has told before.
   */
  #endWithFacts(ending: 'cpu' | 'wall' | 'cancelled' | 'unsettled'): void {
    if (this.#hasEnded || this.#isAskingFacts) return;
    if (this.instruments?.reportsFirst(() => this.#endWithFacts(ending))) return;
    const lease = this.#lease;
    const end = () => {
      if (ending !== 'unsettled') lease?.isolate.dispose();
      this.#end(ending, '');
    };
    if (!lease || lease.isolate.isolate.isDisposed || this.#requests.isBlocking) return end();
    this.#isAskingFacts = true;
    // It may be about to return.
    void Promise.race([this.#entered > 0 ? this.#inside : undefined, after(factsMs, undefined)]).then(() => {
      if (this.#entered > 0 || lease.isolate.isolate.isDisposed) return end();
      const asked = lease.realm.enter(['facts'], factsMs).catch(() => {});
      // What the realm sends arrives a little later than its return.
      void Promise.race([asked, after(2 * factsMs, undefined)]).then(() => setImmediate(end));
    });
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
    if (this.#hasEnded || !this.#requests.answered(effect, [head, body])) return;
    if (this.#order !== null) return this.#turnSoon();
    // Kept until it is in, for a realm that asks meanwhile.
    this.#handIn(effect, () => this.#requests.handedIn(effect));
  }

  #handIn(effect: number, onInside?: () => void): void {
    const [head, body] = this.#requests.answers.get(effect)!;
    this.#enter(['response', effect, head, transferable(body)], onInside);
  }

  /** Lets a replay go on, once everything that the realm has said has arrived on this thread. */
  #turnSoon(isSecondLook = false): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    setImmediate(() => {
      this.#isTurnDue = false;
      if (this.#hasEnded || this.#settled !== undefined || this.#entered > 0) return;
      const order = this.#order!;
      const pending = { requests: this.#requests.pending, answers: this.#requests.answers };
      if (!order.canFollow(pending)) {
        if (!isSecondLook) return this.#turnSoon(true);
        order.leave();
      }
      const turn = order.take(pending);
      if (turn?.kind === 'answer') {
        this.#handIn(turn.id);
        this.#requests.handedIn(turn.id);
      } else if (turn?.kind === 'timer') {
        this.#enter(['timer', turn.id]);
      } else if (turn?.kind === 'end' || (pending.requests.size === 0 && order.timers === 0)) {
        this.#endWithFacts('unsettled');
      }
    });
  }

  call(question: unknown, a: unknown, b: unknown, c: unknown): unknown {
    if (this.#held !== null) {
      if (question === 'needs-thread') this.#needsThread = true;
      else if (typeof question === 'string' && messages.has(question)) this.#held.push([question, a, b, c]);
      else return answerQuestion(question, a, b, () => this.#randomBytes());
      return;
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
      if (this.#isAskingFacts) return;
      this.#settled ??= { tag: a, text: b, facts: c };
      this.#finishIfDone();
    } else if (message === 'facts' && typeof a === 'string') {
      this.#facts = a;
    } else if (message === 'fetch' && typeof a === 'number' && typeof b === 'string') {
      this.#requests.asked(a);
      this.#hasAsked = true;
      this.#pipe.send({ type: 'effect', execution, effect: a, head: b }, bytesOf(c));
    } else if (message === 'abort' && typeof a === 'number') {
      if (this.#requests.pending.has(a)) this.#pipe.send({ type: 'abort', execution, effect: a });
    } else if (message === 'log' && typeof a === 'string' && typeof b === 'string' && typeof c === 'number') {
      this.#pipe.sendText({ type: 'log', execution, level: a, at: Number.isFinite(c) ? c : 0 }, b);
    } else if (message === 'progress' && typeof a === 'string') {
      this.#pipe.sendText({ type: 'progress', execution }, a);
    } else if (message === 'timer' && typeof a === 'number' && typeof b === 'number') {
      (this.#order ?? this.#timers).start(a, delayFrom(b));
    } else if (message === 'untimer' && typeof a === 'number') {
      (this.#order ?? this.#timers).stop(a);
      this.#finishIfDone();
    }
  }

  async wait(id: unknown): Promise<ivm.Copy<readonly [string, Body]>> {
    const known = typeof id === 'number' ? this.#requests.answers.get(id) : undefined;
    const isOver = this.#order !== null && typeof id === 'number' && !this.#order.waitsFor(id);
    if (known !== undefined && this.#order !== null) this.#requests.handedIn(id as number);
    // The recorded execution never got this answer.
    if (isOver) setImmediate(() => this.#endWithFacts('unsettled'));
    if (known === undefined) this.instruments?.rests();
    const answer = known ?? (await new Promise<Answer>((resolve) => this.#waitFor(id, resolve)));
    this.instruments?.wakes();
    return new (isolatedVm().ExternalCopy)(answer).copyInto({ release: true });
  }

  #waitFor(id: unknown, resolve: (answer: Answer) => void): void {
    const isKnown = typeof id === 'number' && this.#requests.pending.has(id);
    if (isKnown || (this.#settled === undefined && !this.#hasEnded)) this.#requests.waitFor(id, resolve);
  }

  #enter(args: readonly unknown[], onInside?: () => void): void {
    const lease = this.#lease;
    if (!lease || this.#hasEnded || this.#isAskingFacts) return;
    if (this.#entered++ === 0) this.instruments?.wakes();
    // The CPU limit of what is left; waiting inside `applySyncPromise` does not count against it.
    const inside = lease.realm.enter(args, this.message.cpuMs - this.cpuMs).then(
      () => {
        if (--this.#entered === 0) this.instruments?.rests();
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
    } else if (this.#order !== null) {
      this.#turnSoon();
    } else if (this.#requests.pending.size === 0 && this.#timers.size === 0) {
      // What the realm sent last may still be on its way to this thread; look again after it had its turn.
      setImmediate(() => {
        if (this.#hasEnded || this.#settled || this.#entered > 0 || this.#requests.pending.size > 0 || this.#timers.size > 0) return;
        this.#endWithFacts('unsettled');
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
    if (isTimeout(error)) return this.#endWithFacts('cpu');
    const { ending, text } = endingOf(error, otherwise);
    this.#end(ending, text);
  }

  #end(ending: Ending, text: string): void {
    if (this.#hasEnded) return;
    if (this.instruments?.reportsFirst(() => this.#end(ending, text))) return;
    const cpuMs = this.cpuMs;
    this.#program.calm.ended(ending === 'result' || ending === 'failure' ? cpuMs : Infinity, this.#hasAsked);
    const lease = this.#lease;
    const heapBytes = lease && !lease.isolate.isolate.isDisposed && this.#entered === 0 ? lease.isolate.heapBytes(cpuMs) : 0;
    this.#hasEnded = true;
    this.#timers.stopAll();
    const { execution } = this.message;
    for (const effect of this.#requests.giveUp()) this.#pipe.send({ type: 'abort', execution, effect });
    this.#pipe.sendText({ type: 'settled', execution, ending, cpuMs, heapBytes, facts: this.#settled?.facts ?? this.#facts }, text);
    this.#onEnd({ stopped: this.#release(ending, heapBytes) });
  }

  async #release(ending: Ending, heapBytes: number): Promise<boolean> {
    const lease = this.#lease;
    if (!lease) return this.instruments?.dispose() ?? true;
    lease.realm.listener = null;
    const isClean = ending === 'result' || ending === 'failure' || ending === 'output-invalid' || ending === 'unsettled';
    if (isClean && this.#entered === 0 && this.instruments === null) {
      this.#isolates.giveBack(lease, this.message.isolation as IsolationLevel, heapBytes);
      return true;
    }
    lease.isolate.isBroken = true;
    const hasStopped = await Promise.race([this.#inside.then(() => true), after(stopPatienceMs, false)]);
    this.#isolates.giveBack(lease, this.message.isolation as IsolationLevel, 0);
    return hasStopped && !this.instruments?.isStuck;
  }
}
