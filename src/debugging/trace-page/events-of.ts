import { progressOf } from './progress-of.ts';
import type { LogEvent, PageEvent, PageMessage, ProgressEvent, RequestEvent, Site, WakeEvent } from './page-data.ts';
import { pageBody, pageJson, pageText } from './page-text.ts';
import type { Trace, TraceEffect, TraceLog, TraceMessage } from './trace.ts';

/** A page with more rows of a kind helps nobody; what is left out is said. */
const most = { logs: 10_000, requests: 2_000, progress: 5_000, wakes: 2_000 } as const;
/** Characters of all bodies on a page together: some 25 MB of file. */
const mostBodyChars = 20_000_000;
const mostMessageChars = 20_000;

export interface PageEvents {
  /** By time; of two at the same moment the one that a reader expects first. */
  readonly events: PageEvent[];
  /** When the last thing happened. */
  readonly lastMs: number;
  readonly notes: string[];
}

/** Everything that happened, on one axis. */
export function eventsOf(trace: Trace): PageEvents {
  const notes: string[] = [];
  const take = <Item>(items: readonly Item[], limit: number, what: string): readonly Item[] => {
    if (items.length > limit) notes.push(`Only the first ${limit} of ${items.length} ${what} are on this page.`);
    return items.slice(0, limit);
  };
  const budget = { chars: mostBodyChars };
  const endMs = trace.cost.wallMs;
  const requests = take(trace.effects, most.requests, 'requests').map((effect) => requestEvent(effect, endMs, budget));
  if (budget.chars <= 0) notes.push('Bodies of later requests are left out: there are more than a page can carry.');
  const logs = logEvents(take(trace.logs, most.logs, 'log lines'), trace, notes);
  const progress = take(trace.progress ?? [], most.progress, 'progress reports').map(progressEvent);
  const wakes = wakeEvents(take(trace.turns, most.wakes, 'wakes'), requests, endMs);
  if (trace.logsDropped > 0) notes.push(`The task logged ${trace.logsDropped} more lines than are kept.`);
  const order = { wake: 0, request: 1, log: 2, progress: 3 } as const;
  const events = [...requests, ...logs, ...progress, ...wakes].toSorted((a, b) => a.atMs - b.atMs || order[a.kind] - order[b.kind]);
  return { events, lastMs: events.reduce((last, event) => Math.max(last, event.endMs), 0), notes };
}

function requestEvent(effect: TraceEffect, endOfRunMs: number, budget: { chars: number }): RequestEvent {
  const { number, method, url, status, failure, attempts, requestBytes, responseBytes, startedMs, durationMs } = effect;
  const isOpen = status === null && failure === null;
  return {
    kind: 'request',
    atMs: startedMs,
    endMs: isOpen ? Math.max(startedMs, endOfRunMs) : startedMs + durationMs,
    number,
    method,
    url,
    status,
    failure: failure && { name: failure.name, message: failure.message, reason: failure.reason },
    attempts,
    requestBytes,
    responseBytes,
    request: messageOf(effect.request, budget),
    response: messageOf(effect.response, budget),
    site: siteOf(effect.site),
  };
}

function messageOf(message: TraceMessage | undefined, budget: { chars: number }): PageMessage | null {
  if (message === undefined) return null;
  const body = message.body === null || budget.chars <= 0 ? null : pageBody(message.body);
  budget.chars -= body?.text.length ?? 0;
  return { headers: message.headers, body };
}

/**
 * Log lines carry the time of the task's own clock. In tests and replays that clock shows another time than the host's, so such lines
 * are placed by their arrival; without one they are spread in their order, which is all that is known.
 */
function logEvents(logs: readonly TraceLog[], { startedAt, cost }: Trace, notes: string[]): LogEvent[] {
  const isReal = logs.every(({ at }) => at - startedAt >= -5 && at - startedAt <= cost.wallMs + 1_000);
  if (!isReal) {
    notes.push('The clock of the task did not show the real time, so log lines stand where they arrived.');
  }
  return logs.map((line, index) => {
    const spread = (cost.wallMs * (index + 1)) / (logs.length + 1);
    const atMs = Math.max(0, line.arrivedMs ?? (isReal ? line.at - startedAt : spread));
    return {
      kind: 'log',
      atMs,
      endMs: atMs,
      level: line.level,
      message: pageText(line.message, mostMessageChars),
      site: siteOf(line.site),
    };
  });
}

function progressEvent({ atMs, update }: { atMs: number; update: unknown }): ProgressEvent {
  return { kind: 'progress', atMs, endMs: atMs, ...progressOf(update), update: pageJson(update, mostMessageChars), site: null };
}

/**
 * Only the order of wakes is known. Where every request woke the task once, its wake is the end of that request; any other wake lies
 * between its neighbours.
 */
function wakeEvents(turns: readonly string[], requests: readonly RequestEvent[], endMs: number): WakeEvent[] {
  const ids = turns.filter((turn) => /^r\d+$/.test(turn)).map((turn) => Number(turn.slice(1)));
  const ranks = new Map(ids.toSorted((a, b) => a - b).map((id, rank) => [id, rank]));
  const isExact = ranks.size === requests.length && ids.length === requests.length;
  const known = turns.map((turn) => {
    const rank = isExact && turn.startsWith('r') ? ranks.get(Number(turn.slice(1))) : undefined;
    return rank === undefined ? null : requests[rank]!;
  });
  let lowMs = 0;
  const lows = known.map((request) => (lowMs = Math.max(lowMs, request?.endMs ?? 0)));
  let highMs = endMs;
  const highs = known
    .toReversed()
    .map((request) => (highMs = Math.min(highMs, request?.endMs ?? highMs)))
    .toReversed();
  return turns.map((turn, index) => {
    const request = known[index];
    const atMs = request?.endMs ?? lows[index]!;
    return {
      kind: 'wake',
      atMs,
      endMs: request?.endMs ?? Math.max(atMs, highs[index]!),
      cause: turn.startsWith('r') ? 'request' : turn.startsWith('t') ? 'timer' : 'other',
      text: wakeText(turn, request?.number),
      site: null,
    };
  });
}

function wakeText(turn: string, number: number | undefined): string {
  if (number !== undefined) return `The answer to request ${number} came`;
  if (turn.startsWith('r')) return 'The answer to a request came';
  return turn.startsWith('t') ? 'A timer ran out' : turn;
}

/** A place, as far as what stands there is one. */
export function siteOf(frame: { readonly file: string; readonly line: number; readonly column: number } | null | undefined): Site | null {
  return frame ? { file: frame.file, line: frame.line, column: frame.column } : null;
}
