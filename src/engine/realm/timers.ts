import { NativePromise, apply, promiseThen } from './intrinsics.ts';
import { type Run, type Timers, liveRun, nextId, noteTurn, send, timersOf } from './run.ts';
import { finish, onThrown } from './settle.ts';

/** Timers that may be pending at once, and timer messages between two turns: a loop that makes timers must not flood the worker. */
const mostTimers = 10_000;
const mostDelayMs = 2_147_483_647;

/** The event `timer` of the worker. */
export function onTimer(run: Run, id: number): void {
  const { requests, timers } = run;
  if (requests !== null && id === requests.lastTurnTimer) {
    noteTurn(run, 't', id);
    requests.lastTurnTimer = null;
    return finish(run);
  }
  const due = timers?.waiting[id];
  if (due === undefined) return;
  noteTurn(run, 't', id);
  due();
}

function start(handler: unknown, delay: unknown, args: unknown[], repeats: boolean): number {
  if (typeof handler !== 'function') throw new TypeError('The callback of a timer must be a function');
  const run = liveRun();
  const id = nextId();
  if (run === null) return id;
  const delayMs = repeats ? clamped(delay) || 1 : clamped(delay);
  const timers = timersOf(run);
  if (timers.count >= mostTimers || timers.messages >= mostTimers) throw new RangeError(`At most ${mostTimers} timers may be pending`);
  timers.count += 1;
  timers.messages += 1;
  timers.waiting[id] = () => {
    if (!repeats) forget(timers, id);
    try {
      apply(handler as (...args: unknown[]) => unknown, undefined, args);
    } catch (error) {
      onThrown(run, error, true);
    }
    if (repeats && !run.done && timers.waiting[id] !== undefined) send('timer', id, delayMs);
  };
  send('timer', id, delayMs);
  return id;
}

function clamped(delay: unknown): number {
  const ms = Number(delay);
  // Not a number, negative, or beyond 31 bits counts as at once, as in Node and browsers.
  return ms >= 0 && ms <= mostDelayMs ? ms : 0;
}

function forget(timers: Timers, id: number): void {
  if (timers.waiting[id] === undefined) return;
  delete timers.waiting[id];
  timers.count -= 1;
}

function setTimeout(handler: unknown, delay?: unknown, ...args: unknown[]): number {
  return start(handler, delay, args, false);
}

function setInterval(handler: unknown, delay?: unknown, ...args: unknown[]): number {
  return start(handler, delay, args, true);
}

function setImmediate(handler: unknown, ...args: unknown[]): number {
  return start(handler, 0, args, false);
}

function clearTimer(id?: unknown): void {
  const timers = liveRun()?.timers ?? null;
  if (timers === null || typeof id !== 'number' || timers.waiting[id] === undefined) return;
  forget(timers, id);
  if (timers.messages < mostTimers) {
    timers.messages += 1;
    send('untimer', id);
  }
}

function queueMicrotask(callback: unknown): void {
  if (typeof callback !== 'function') throw new TypeError('The callback of queueMicrotask must be a function');
  const run = liveRun();
  const runIt = (): void => {
    try {
      apply(callback as () => unknown, undefined, []);
    } catch (error) {
      if (run !== null) onThrown(run, error, true);
    }
  };
  void apply(promiseThen, new NativePromise<void>((resolve) => resolve()), [runIt]);
}

export function timerGlobals(): { [name: string]: unknown } {
  return {
    setTimeout,
    setInterval,
    setImmediate,
    clearTimeout: clearTimer,
    clearInterval: clearTimer,
    clearImmediate: clearTimer,
    queueMicrotask,
  };
}
