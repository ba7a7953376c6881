import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { HttpFailure, MockAnswer } from '#engine/index.ts';
import { canonical, didYouMean, isRecord, spelled, within } from './spelling.ts';

/** Failures by the words a test may use; the key is the reason the task sees. */
const failureNames = {
  timeout: ['timed_out', 'time_out', 'etimedout', 'timeout_error'],
  refused: ['connection_refused', 'econnrefused', 'network', 'network_error', 'offline', 'unreachable'],
  dns: ['enotfound', 'not_found', 'name_not_resolved'],
  reset: ['connection_reset', 'econnreset', 'closed', 'socket_hang_up'],
  tls: ['ssl', 'certificate', 'cert'],
  protocol: ['malformed', 'invalid_http'],
} as const;

const reasons = new Map(
  Object.entries(failureNames).flatMap(([reason, others]) => [reason, ...others].map((name) => [name, reason] as const)),
);

const Reason = z.string('must be one of timeout, refused, dns, reset, tls, protocol').transform((word, context) => {
  const reason = reasons.get(canonical(word).replaceAll(' ', '_'));
  if (reason !== undefined) return reason;
  const known = Object.keys(failureNames);
  context.addIssue({
    code: 'custom',
    message: `${JSON.stringify(word)} is no failure${didYouMean(canonical(word), known)} There are ${known.join(', ')}.`,
    input: word,
  });
  return z.NEVER;
});

/** `"timeout"`, or `{"reason": "timeout", "message": "..."}`. An empty message is worded later, when the host is known. */
export const Failure = z
  .preprocess(
    (value) => (typeof value === 'string' ? { reason: value } : value),
    spelled({ reason: Reason, message: z.string().default('') }, { kind: 'reason', type: 'reason', name: '' }, 'a failure'),
  )
  .transform(({ reason, message }): HttpFailure => ({ name: reason === 'timeout' ? 'TimeoutError' : 'NetworkError', message, reason }));

export const DelayMs = z
  .number('must be a number of milliseconds')
  .min(0, 'must not be negative')
  .max(600_000, 'must be at most 600000 (ten minutes)');

const Status = z
  .number('must be a number')
  .int('must be a whole number')
  .min(200, 'must be from 200 to 599')
  .max(599, 'must be from 200 to 599');
const Headers = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.string())], 'must be a text or a list of texts'),
);

const Response = spelled(
  {
    status: Status.optional(),
    status_text: z.string().optional(),
    ok: z.boolean('must be true or false').optional(),
    headers: Headers.default({}),
    body: z.unknown().optional(),
    text: z.string().optional(),
    body_base64: z.base64('must be Base64').optional(),
    delay_ms: DelayMs.optional(),
    failure: Failure.optional(),
  },
  {
    status_code: 'status',
    code: 'status',
    json: 'body',
    data: 'body',
    delay: 'delay_ms',
    error: 'failure',
    throws: 'failure',
    url: '',
    redirected: '',
  },
  'a response (what the task gets belongs in its body)',
);

/** One answer of a mock. `delayMs` counts where the response names none. */
export const Answer = z.unknown().transform((value, context): ((delayMs: number) => MockAnswer) => {
  if (!isRecord(value)) {
    context.addIssue({ code: 'custom', message: 'A response must be an object such as {"status": 200, "body": {...}}.', input: value });
    return z.NEVER;
  }
  const response = within(Response, value, [], context);
  if (response === undefined) return z.NEVER;
  const status = response.status ?? (response.ok === false ? 500 : 200);
  const complain = (message: string) => context.addIssue({ code: 'custom', message, input: value });
  if (response.ok !== undefined && response.ok !== (status >= 200 && status < 300)) {
    complain(`ok is ${response.ok}, and status ${status} says otherwise; leave ok out.`);
  }
  const bodies = [response.body, response.text, response.body_base64].filter((body) => body !== undefined).length;
  if (bodies > 1) complain('The response has several bodies; keep one of body, text and body_base64.');
  if (response.failure !== undefined && (bodies > 0 || response.status !== undefined)) {
    complain('A response that fails has no status and no body.');
  }
  const { failure } = response;
  if (failure !== undefined) return (delayMs) => ({ failure, delayMs: response.delay_ms ?? delayMs });
  const { bytes, type } = bodyOf(response);
  const headers = pairsOf(response.headers);
  if (type !== null && !headers.some(([name]) => name === 'content-type')) headers.push(['content-type', type]);
  const statusText = response.status_text ?? STATUS_CODES[status] ?? '';
  return (delayMs) => ({ status, statusText, headers, body: bytes, delayMs: response.delay_ms ?? delayMs });
});

/** A text is sent as it is, anything else as JSON: what the task reads as `body` is what the test says. */
function bodyOf({ body, text, body_base64: base64 }: z.output<typeof Response>): { bytes: Uint8Array; type: string | null } {
  if (base64 !== undefined) return { bytes: Buffer.from(base64, 'base64'), type: null };
  const plain = text ?? (typeof body === 'string' ? body : undefined);
  if (plain !== undefined) return { bytes: Buffer.from(plain), type: 'text/plain;charset=utf-8' };
  return body === undefined
    ? { bytes: new Uint8Array(0), type: null }
    : { bytes: Buffer.from(JSON.stringify(body)), type: 'application/json' };
}

function pairsOf(headers: z.output<typeof Headers>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name.toLowerCase(), String(one)]),
  );
}
