import type { MockAnswer } from '#engine/index.ts';
import { pathText } from '#kernel/index.ts';
import { placesIn, valueAt, withAt, type JsonPath } from '../json-places.ts';
import { jsonText } from '../json-text.ts';
import { statusText } from './draw-faults.ts';
import type { FailureReason, FaultKind, TextFault } from './fault.ts';

/** An answer that is one. */
export type Answer = Exclude<MockAnswer, { failure: unknown }>;

/** What came of a fault: another answer or none, and the fault in words; no words where it changes nothing. */
export interface Faulty {
  readonly answer: MockAnswer;
  readonly note: string | null;
}

const page = '<!DOCTYPE html>\n<html><head><title>Error</title></head><body><h1>Something went wrong</h1></body></html>\n';

/** Applies one fault to an answer. */
export function applyFault(what: FaultKind, answer: Answer): Faulty {
  switch (what.kind) {
    case 'failure':
      // Without a message: it is worded as the real failure would be.
      return {
        answer: {
          failure: { name: what.reason === 'timeout' ? 'TimeoutError' : 'NetworkError', message: '', reason: what.reason },
          delayMs: 0,
        },
        note: failureNotes[what.reason],
      };
    case 'status':
      return withStatus(what, answer);
    case 'text':
      return withText(what.how, answer);
    default:
      return withPart(what, answer);
  }
}

const failureNotes: Readonly<Record<FailureReason, string>> = {
  timeout: 'no answer in time',
  reset: 'the connection is closed before the answer',
  dns: 'the host name cannot be resolved',
  refused: 'the connection is refused',
  tls: 'the certificate is not trusted',
};

function withStatus({ status, body, retryAfter }: Extract<FaultKind, { kind: 'status' }>, answer: Answer): Faulty {
  const hasNone = body === 'none' || status === 204 || status === 304;
  const base = hasNone
    ? textAnswer('', null)
    : body === 'html'
      ? textAnswer(page, 'text/html; charset=utf-8')
      : body === 'json'
        ? textAnswer(jsonText({ error: statusText(status), code: status }), 'application/json')
        : answer;
  const headers = [
    ...base.headers.filter(([name]) => name !== 'retry-after'),
    ...(retryAfter === null ? [] : [['retry-after', retryAfter] as const]),
  ];
  const details = [
    retryAfter === null ? [] : `Retry-After: ${retryAfter}`,
    hasNone || body === 'same' ? [] : `a body of ${body === 'json' ? 'JSON' : 'HTML'}`,
  ].flat();
  return {
    answer: { status, statusText: statusText(status), headers, body: base.body, delayMs: 0 },
    note: `status ${status}${details.length > 0 ? ` with ${details.join(' and ')}` : ''}`,
  };
}

function withText(how: TextFault, answer: Answer): Faulty {
  const text = new TextDecoder().decode(answer.body);
  const keep = (changed: string, note: string): Faulty => ({ answer: { ...answer, body: Buffer.from(changed) }, note });
  switch (how) {
    case 'empty':
      return keep('', 'an empty body');
    case 'truncated':
      return keep(text.slice(0, Math.floor(text.length * 0.6)), 'a body that is cut off');
    case 'first-line':
      return keep(text.split('\n')[0] ?? '', 'a body of one line');
    case 'garbled':
      return keep(text.replaceAll(/[:,;=]/g, ' '), 'a body without its separators');
    case 'plain':
      return { answer: { ...answer, ...textAnswer('OK', 'text/plain') }, note: 'a body of plain text' };
    case 'html':
      return { answer: { ...answer, ...textAnswer(page, 'text/html; charset=utf-8') }, note: 'a page of HTML instead of data' };
  }
}

function textAnswer(text: string, type: string | null): Pick<Answer, 'headers' | 'body'> {
  return { headers: type === null ? [] : [['content-type', type]], body: Buffer.from(text) };
}

type PartFault = Extract<FaultKind, { at: number }>;

/** Changes a part of a JSON body; a body that is not JSON stays as it is. */
function withPart(what: PartFault, answer: Answer): Faulty {
  const same: Faulty = { answer, note: null };
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder().decode(answer.body));
  } catch {
    return same;
  }
  const places = placesIn(body).filter((path) => isPlaceFor(what, path, valueAt(body, path)));
  const path = places[what.at % Math.max(1, places.length)];
  if (path === undefined) return same;
  const { made, note } = partFor(what, valueAt(body, path));
  const text = jsonText(withAt(body, path, made));
  return { answer: { ...answer, body: Buffer.from(text) }, note: `${pathText('body', path)} ${note}` };
}

function isPlaceFor(what: PartFault, path: JsonPath, value: unknown): boolean {
  switch (what.kind) {
    case 'value':
      return true;
    case 'missing':
      return path.length > 0;
    case 'emptied':
      return typeof value === 'string' || (typeof value === 'object' && value !== null);
    case 'grown':
      return Array.isArray(value) && value.length > 0;
    case 'extra':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
}

function partFor(what: PartFault, value: unknown): { made: unknown; note: string } {
  switch (what.kind) {
    case 'value':
      return { made: what.to, note: `is ${shortened(jsonText(what.to))}` };
    case 'missing':
      return { made: undefined, note: 'is missing' };
    case 'emptied':
      return { made: Array.isArray(value) ? [] : typeof value === 'string' ? '' : {}, note: 'is empty' };
    case 'grown': {
      const list = value as unknown[];
      return { made: Array.from({ length: what.items }, (_, at) => list[at % list.length]), note: `has ${what.items} items` };
    }
    case 'extra':
      return {
        made: Object.fromEntries([...Object.entries(value as object), [what.name, what.to]]),
        note: `has a field ${JSON.stringify(what.name)}`,
      };
  }
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
