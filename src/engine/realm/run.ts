import type { Send, Call, Waiter, RunOptions } from './contract.ts';
import type { Exchange } from './exchange.ts';
import { bare } from './intrinsics.ts';

/**
 * Everything that belongs to one execution and is forgotten when the next begins in the same realm. What most executions do not use is
 * made on first use: V8 learns the shape of an object anew in every realm, at nearly half a microsecond per property.
 */
export interface Run {
  options: RunOptions;
  done: boolean;
  /** JSON text of the output once the task's result is known; the execution may still wait for requests. */
  output: string | null;
  /** What woke the realm, as the inside of a JSON array. */
  turns: string;
  requests: Requests | null;
  timers: Timers | null;
  clock: ClockReads | null;
  random: Draws | null;
  logs: Logs | null;
}

export interface Requests {
  /** Those that have not ended, sent or waiting for a slot, by id. */
  pending: { [id: string]: Exchange };
  pendingCount: number;
  inFlight: number;
  made: number;
  /** Those that ended badly and have not been looked at. */
  failed: Exchange[];
  /** The timer after which the execution ends; null while its end is not in sight. */
  lastTurnTimer: number | null;
}

export interface Timers {
  waiting: { [id: string]: () => void };
  count: number;
  /** Messages about timers since the realm was last entered; a loop of them must not flood the worker. */
  messages: number;
}

export interface ClockReads {
  /** The values read, and how many reads in a row saw each. */
  values: number[];
  counts: number[];
  cut: boolean;
  /** Position in a fixed or recorded clock, and how often the value there was read. */
  index: number;
  used: number;
  performanceOrigin: number | null;
}

export interface Draws {
  /** State of the generator behind Math.random; null until the first draw. */
  state: Uint32Array | null;
  bytes: Uint8Array | null;
  bytesUsed: number;
}

export interface Logs {
  lines: number;
  chars: number;
  dropped: number;
  progressReports: number;
}

export let call: Call;
export let send: Send;
export let waiter: Waiter;
export let run: Run | null = null;

/** Ids of requests and timers. They never repeat in a realm, so an event meant for an earlier execution finds nothing. */
let lastId = 0;
/** What `lastId` was when the execution began: in what is recorded, ids count from 1 in every execution. */
let idBefore = 0;

export function nextId(): number {
  lastId += 1;
  return lastId;
}

export function connectTo(toCall: Call, toSend: Send, toWaiter: Waiter): void {
  call = toCall;
  send = sendByMessage = toSend;
  waiter = toWaiter;
}

/** Whether the worker's own thread is running this realm; then messages go by call, and nothing may wait. */
export let isHere = false;
let sendByMessage: Send;

function sendByCall(message: string, a?: unknown, b?: unknown, c?: unknown): void {
  call(message, a, b, c);
}

export function runsHere(here: boolean): void {
  isHere = here;
  send = here ? sendByCall : sendByMessage;
}

export function beginRun(options: RunOptions): Run {
  idBefore = lastId;
  run = { options, done: false, output: null, turns: '', requests: null, timers: null, clock: null, random: null, logs: null };
  return run;
}

export function requestsOf(of: Run): Requests {
  of.requests ??= { pending: bare(), pendingCount: 0, inFlight: 0, made: 0, failed: [], lastTurnTimer: null };
  return of.requests;
}

export function timersOf(of: Run): Timers {
  of.timers ??= { waiting: bare(), count: 0, messages: 0 };
  return of.timers;
}

export function clockOf(of: Run): ClockReads {
  of.clock ??= { values: [], counts: [], cut: false, index: 0, used: 0, performanceOrigin: null };
  return of.clock;
}

export function drawsOf(of: Run): Draws {
  of.random ??= { state: null, bytes: null, bytesUsed: 0 };
  return of.random;
}

export function logsOf(of: Run): Logs {
  of.logs ??= { lines: 0, chars: 0, dropped: 0, progressReports: 0 };
  return of.logs;
}

/** Some 100,000 turns. */
const mostTurnChars = 1_000_000;

/** Notes what woke the realm: `r1` for the answer to request 1, `t2` for timer 2; ids count requests and timers together. */
export function noteTurn(of: Run, kind: 'r' | 't', id: number): void {
  if (of.turns.length < mostTurnChars) of.turns += `${of.turns === '' ? '' : ','}"${kind}${id - idBefore}"`;
}

export function areTurnsCut(of: Run): boolean {
  return of.turns.length >= mostTurnChars;
}

/** The execution under way, or null when there is none or it has ended. */
export function liveRun(): Run | null {
  return run !== null && !run.done ? run : null;
}
