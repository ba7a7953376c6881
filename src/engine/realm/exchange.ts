import type { RequestFailure, ResponseHead } from './contract.ts';
import { abortError } from './events.ts';
import { NativeError, NativePromise, apply, cut, defineProperty, parse, promiseThen, stringify } from './intrinsics.ts';
import { type Requests, type Run, call, isHere, nextId, noteTurn, requestsOf, send, waiter } from './run.ts';
import { afterRequestEnded, tellFactsBeforeWait } from './settle.ts';
import { httpError, typedError } from './typed-errors.ts';

/** What `fetch` made of its arguments: the message to the host, or the reason there is none. */
export interface Outgoing {
  url: string;
  method: string;
  headJson: string;
  body: string | ArrayBuffer | undefined;
}

/** One request and its answer. Responses are views of it. */
export interface Exchange extends Outgoing {
  id: number;
  /** Null for a response that was made by `new Response`. */
  run: Run | null;
  state: 'queued' | 'sent' | 'ended';
  head: ResponseHead | null;
  answer: string | ArrayBuffer;
  /** What reading throws when there is no answer; a box, because anything may be thrown. */
  failure: { error: unknown } | null;
  /** Code of the task knows how this request ended, or said that it does not care. */
  looked: boolean;
  throwOnError: boolean | null;
  /** An error made where fetch was called: failures name that line. */
  site: Error | null;
  promise: Promise<unknown> | null;
  resolve: (() => void) | null;
  reject: ((error: unknown) => void) | null;
}

export function newExchange(run: Run | null, outgoing: Outgoing, throwOnError: boolean | null): Exchange {
  return {
    id: nextId(),
    run,
    url: outgoing.url,
    method: outgoing.method,
    headJson: outgoing.headJson,
    body: outgoing.body,
    state: 'queued',
    head: null,
    answer: '',
    failure: null,
    looked: false,
    throwOnError,
    site: run === null ? null : new NativeError(),
    promise: null,
    resolve: null,
    reject: null,
  };
}

/** Sends the request, or leaves it waiting for a slot. */
export function begin(exchange: Exchange): void {
  const run = exchange.run as Run;
  const requests = requestsOf(run);
  requests.made += 1;
  requests.pending[exchange.id] = exchange;
  requests.pendingCount += 1;
  if (requests.inFlight < run.options.limits.requestsAtOnce) dispatch(requests, exchange);
}

function dispatch(requests: Requests, exchange: Exchange): void {
  requests.inFlight += 1;
  exchange.state = 'sent';
  send('fetch', exchange.id, withSite(exchange), exchange.body);
  exchange.body = undefined;
}

/** The message's head, with the stack of the call where somebody wants to see which line asks for what. */
function withSite({ headJson, run, site }: Exchange): string {
  if (run === null || run.options.sites !== true || site === null) return headJson;
  const { stack } = site;
  if (typeof stack !== 'string') return headJson;
  return `${cut(headJson, headJson.length - 1)},"site":${stringify(cut(stack, mostSiteChars))}}`;
}

const mostSiteChars = 4_000;

/** The event `response` of the worker. An id of an earlier execution, or one already read by a waiting read, finds nothing. */
export function onResponse(run: Run, id: number, headJson: string, body: string | ArrayBuffer): void {
  const exchange = run.requests?.pending[id];
  if (exchange === undefined) return;
  noteTurn(run, 'r', id);
  end(exchange, headJson, body);
}

function end(exchange: Exchange, headJson: string, body: string | ArrayBuffer): void {
  let head: ResponseHead | RequestFailure;
  try {
    head = parse(headJson) as ResponseHead | RequestFailure;
  } catch {
    head = { failure: { name: 'NetworkError', message: 'The answer of the host could not be read', reason: 'invalid' } };
  }
  if ('failure' in head) {
    const error = typedError(head.failure.name, head.failure.message, exchange.site) as Error & { reason: string };
    // Tells programs what the class does not: whether the host was unreachable or may not be reached at all.
    error.reason = head.failure.reason;
    fail(exchange, error);
  } else {
    exchange.head = head;
    exchange.answer = body;
    finish(exchange);
  }
}

/** Ends the request without an answer. */
export function fail(exchange: Exchange, error: unknown): void {
  if (exchange.state === 'ended') return;
  exchange.failure = { error };
  finish(exchange);
}

/** Ends the request because the task gave it up; such a failure is no surprise to it. */
export function abort(exchange: Exchange, reason: unknown): void {
  if (exchange.state === 'ended') return;
  if (exchange.state === 'sent') send('abort', exchange.id);
  exchange.looked = true;
  fail(exchange, reason === undefined ? abortError() : reason);
}

function finish(exchange: Exchange): void {
  const run = exchange.run as Run;
  const requests = requestsOf(run);
  const wasSent = exchange.state === 'sent';
  exchange.state = 'ended';
  if (requests.pending[exchange.id] !== undefined) {
    delete requests.pending[exchange.id];
    requests.pendingCount -= 1;
  }
  if (wasSent) {
    requests.inFlight -= 1;
    startNext(requests);
  }
  if (exchange.throwOnError === false) exchange.looked = true;
  // Defined, not assigned: a setter of the task on Array.prototype would be handed the exchange, and with it the run and its limits.
  if (isBad(exchange) && !exchange.looked) {
    const descriptor = { __proto__: null, value: exchange, writable: true, enumerable: true, configurable: true };
    defineProperty(requests.failed, requests.failed.length, descriptor as PropertyDescriptor);
  }
  if (exchange.promise !== null) settlePromise(exchange);
  afterRequestEnded(run, requests);
}

function startNext(requests: Requests): void {
  if (requests.inFlight === requests.pendingCount) return;
  for (const id in requests.pending) {
    const next = requests.pending[id] as Exchange;
    if (next.state === 'queued') return dispatch(requests, next);
  }
}

/** No answer, or one that is neither a success nor a redirect the task asked to see. */
function isBad(exchange: Exchange): boolean {
  return exchange.failure !== null || isBadStatus(exchange);
}

function isBadStatus(exchange: Exchange): boolean {
  const status = exchange.head === null ? 200 : exchange.head.status;
  return status < 200 || status >= 400;
}

/** Blocks the thread until the request has ended. */
export function waitFor(exchange: Exchange): void {
  const { run } = exchange;
  if (run === null) return;
  const requests = requestsOf(run);
  if (exchange.state !== 'ended') tellFactsBeforeWait(run);
  while (exchange.state !== 'ended') {
    const next = exchange.state === 'sent' ? exchange : firstSent(requests);
    let headJson: string;
    let body: string | ArrayBuffer;
    try {
      const answer = waiter.applySyncPromise(undefined, [next.id]);
      headJson = answer[0];
      body = answer[1];
    } catch {
      // The worker then runs the task again on a thread of its own, and nothing of this attempt leaves the worker.
      if (isHere) call('needs-thread');
      fail(next, typedError('NetworkError', 'The request was given up because the execution ended', next.site));
      continue;
    }
    if (requests.pending[next.id] === next) onResponse(run, next.id, headJson, body);
  }
}

function firstSent(requests: Requests): Exchange {
  for (const id in requests.pending) {
    const exchange = requests.pending[id] as Exchange;
    if (exchange.state === 'sent') return exchange;
  }
  throw new NativeError('No request is in flight');
}

/** The standard side: a promise of an ordinary Response. */
export function promiseOf(exchange: Exchange, asResponse: (exchange: Exchange) => object): Promise<unknown> {
  if (exchange.promise === null) {
    exchange.promise = new NativePromise((resolve, reject) => {
      exchange.resolve = () => resolve(asResponse(exchange));
      exchange.reject = reject;
    });
    // A handler of ours: the promise may be asked for and dropped. Whatever the task derives from it still reports its own rejection.
    void apply(promiseThen, exchange.promise, [undefined, ignore]);
    if (exchange.state === 'ended') settlePromise(exchange);
  }
  // From here on the failure reaches the task as a rejection.
  if (exchange.failure !== null || exchange.throwOnError === true) exchange.looked = true;
  return exchange.promise;
}

function settlePromise(exchange: Exchange): void {
  const { resolve, reject } = exchange as { resolve: () => void; reject: (error: unknown) => void };
  if (exchange.failure !== null) {
    exchange.looked = true;
    reject(exchange.failure.error);
  } else if (exchange.throwOnError === true && isBadStatus(exchange)) {
    exchange.looked = true;
    reject(httpError(exchange));
  } else {
    resolve();
  }
}

function ignore(): void {}

/** For reads of the status: the task handles a bad answer itself from now on. Waits; throws when there is no answer. */
export function lookAt(exchange: Exchange): ResponseHead {
  const head = headOf(exchange);
  exchange.looked = true;
  return head;
}

/** For reads that say nothing about success, such as the headers. Waits; throws when there is no answer. */
export function headOf(exchange: Exchange): ResponseHead {
  waitFor(exchange);
  if (exchange.failure !== null) {
    exchange.looked = true;
    throw exchange.failure.error;
  }
  if (exchange.throwOnError === true && isBadStatus(exchange)) {
    exchange.looked = true;
    throw httpError(exchange);
  }
  return exchange.head as ResponseHead;
}

/** For reads of the body: a bad answer that nobody looked at is thrown. */
export function answerOf(exchange: Exchange): string | ArrayBuffer {
  headOf(exchange);
  if (!exchange.looked && isBadStatus(exchange)) {
    exchange.looked = true;
    throw httpError(exchange);
  }
  return exchange.answer;
}
