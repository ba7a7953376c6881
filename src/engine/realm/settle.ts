import type { RealmFailure } from './contract.ts';
import type { Exchange } from './exchange.ts';
import { NativeError, bare, stringify } from './intrinsics.ts';
import { type Requests, type Run, areTurnsCut, nextId, send } from './run.ts';
import { serialise } from './serialise.ts';
import { thrownJson } from './thrown.ts';
import { httpError } from './typed-errors.ts';

/** The task's function has returned, or its promise was fulfilled. */
export function onResult(run: Run, result: unknown): void {
  if (run.done) return;
  const limit = run.options.limits.outputChars;
  let json;
  try {
    json = serialise(result, limit);
  } catch (error) {
    return onThrown(run, error, false);
  }
  if (typeof json === 'string') {
    const { requests } = run;
    run.output = json;
    if (requests === null) settle(run, 'result', json);
    else if (requests.pendingCount === 0) {
      if (firstUnseen(requests) === null) settle(run, 'result', json);
      // The handlers of a bad answer get their turn first.
      else finishAfterMicrotasks(requests);
    }
  } else if ('path' in json) {
    failWith(run, { kind: 'output-not-json', path: json.path, reason: json.reason });
  } else {
    failWith(run, { kind: 'output-too-large', chars: json.chars, limit });
  }
}

/** The task threw, its promise was rejected, or (unhandled) a callback of a timer threw. Nothing it started matters any more. */
export function onThrown(run: Run, thrown: unknown, unhandled: boolean): void {
  if (run.done) return;
  settle(run, 'failure', thrownJson(thrown, unhandled));
}

export function failWith(run: Run, failure: RealmFailure): void {
  if (run.done) return;
  settle(run, 'failure', stringify({ __proto__: null, ...failure }));
}

/** With the result known, the last request to end lets the execution end, after the code that awaits it has run. */
export function afterRequestEnded(run: Run, requests: Requests): void {
  if (!run.done && run.output !== null && requests.pendingCount === 0) finishAfterMicrotasks(requests);
}

/** Ends the execution once every microtask of this turn has run: a timer of no delay comes back through the worker. */
function finishAfterMicrotasks(requests: Requests): void {
  if (requests.lastTurnTimer !== null) return;
  requests.lastTurnTimer = nextId();
  send('timer', requests.lastTurnTimer, 0);
}

/** Ends the execution if its result is known and its requests have ended. */
export function finish(run: Run): void {
  const { requests } = run;
  if (run.done || run.output === null || requests === null || requests.pendingCount > 0) return;
  const unseen = firstUnseen(requests);
  if (unseen === null) return settle(run, 'result', run.output);
  const { head, url, method } = unseen;
  const { name, message } = (unseen.failure === null ? httpError(unseen) : unseen.failure.error) as Error;
  failWith(run, { kind: 'request-failed', name, message, url, method, ...(head === null ? {} : { status: head.status }) });
}

function firstUnseen(requests: Requests): Exchange | null {
  for (let i = 0; i < requests.failed.length; i += 1) {
    const exchange = requests.failed[i] as Exchange;
    if (!exchange.looked) return exchange;
  }
  return null;
}

function settle(run: Run, tag: 'result' | 'failure', text: string): void {
  run.done = true;
  if (run.requests !== null && run.requests.pendingCount > 0) abandonAll(run.requests);
  run.timers = null;
  send('settle', tag, text, factsJson(run));
}

/** Gives up everything that is under way when the execution ends. */
function abandonAll(requests: Requests): void {
  for (const id in requests.pending) {
    const exchange = requests.pending[id] as Exchange;
    if (exchange.state === 'sent') send('abort', exchange.id);
    exchange.state = 'ended';
    exchange.failure = { error: new NativeError('The execution has ended') };
  }
  requests.pending = bare();
  requests.pendingCount = 0;
  requests.inFlight = 0;
}

/** Ends the execution when the realm itself failed: the task has broken what the realm stands on. */
export function settleBroken(run: Run | null): void {
  if (run === null || run.done) return;
  run.done = true;
  const text =
    '{"kind":"threw","name":"Error","message":"The task damaged its own environment so that its failure cannot be described",' +
    '"stack":"","fields":{},"unhandled":true}';
  send('settle', 'failure', text, '{"clock":[],"clockCut":true,"turns":[],"turnsCut":true,"logsDropped":0}');
}

/** Above this many looks at the clock, facts are only told at the end: putting them together takes too long to do it before each wait. */
const mostPairsTold = 2_000;

/** Tells the facts so far, for an execution that may never come to its own end. */
export function tellFacts(run: Run): void {
  send('facts', factsJson(run));
}

/** The same before the thread is blocked, when nobody can ask any more. */
export function tellFactsBeforeWait(run: Run): void {
  if (run.clock === null || run.clock.values.length < mostPairsTold) tellFacts(run);
}

/** RealmFacts, put together by hand: whatever the task did to JSON or to arrays must not show in what a replay trusts. */
function factsJson(run: Run): string {
  let pairs = '';
  const { clock, logs } = run;
  if (clock !== null) {
    for (let i = 0; i < clock.values.length; i += 1) pairs += `${i === 0 ? '' : ','}[${clock.values[i]},${clock.counts[i]}]`;
  }
  const isCut = clock !== null && clock.cut;
  const turns = `"turns":[${run.turns}],"turnsCut":${areTurnsCut(run)}`;
  return `{"clock":[${pairs}],"clockCut":${isCut},${turns},"logsDropped":${logs === null ? 0 : logs.dropped}}`;
}
