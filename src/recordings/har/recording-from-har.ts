import { z } from 'zod';
import type { HttpOutcome } from '#engine/index.ts';
import { recordingInvalid } from '../errors.ts';
import type { RecordedEffect, Recording } from '../recording.ts';
import { HarFile, type HarEntry } from './har.ts';

/**
 * Makes a recording of a HAR file, ours or anyone's, and an input. It has the requests and no more: no seed, no clock, no order.
 * @param file named in errors
 * @throws RECORDING_INVALID
 */
export function recordingFromHar(texts: { har: string; input: string; output: string | null }, file: string): Recording {
  const entries = readEntries(texts.har, file);
  const startedAt = entries.map(({ startedDateTime }) => Date.parse(startedDateTime)).find((time) => Number.isFinite(time)) ?? 0;
  return {
    madeBy: 'HAR',
    node: process.versions.node,
    task: { uuid: '', version: '', label: '', hash: '' },
    execution: { id: '00000000-0000-7000-8000-000000000000', jobId: null, startedAt, wallMs: 0, isolation: 'fresh', limits: null },
    seed: '0'.repeat(64),
    clock: [],
    turns: null,
    isCut: true,
    masked: [],
    input: texts.input,
    output: texts.output,
    error: null,
    hasOutcome: texts.output !== null,
    logs: [],
    logsDropped: 0,
    progress: [],
    effects: withoutHops(entries).map((entry, index) => effectOf(entry, index + 1, Date.parse(entry.startedDateTime) - startedAt)),
  };
}

function readEntries(text: string, file: string): HarEntry[] {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (caught) {
    throw recordingInvalid({ file, reason: `it is not JSON (${(caught as Error).message})` });
  }
  const parsed = HarFile.safeParse(value);
  if (!parsed.success) throw recordingInvalid({ file, reason: `it is no HAR 1.2: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}` });
  return parsed.data.log.entries.toSorted((a, b) =>
    a.startedDateTime < b.startedDateTime ? -1 : a.startedDateTime > b.startedDateTime ? 1 : 0,
  );
}

/** Browsers write each hop of a redirect as an entry of its own; a task asks once and gets the last answer. */
function withoutHops(entries: readonly HarEntry[]): HarEntry[] {
  const left = [...entries];
  const whole: HarEntry[] = [];
  for (let first = left.shift(); first !== undefined; first = left.shift()) {
    let last = first;
    for (;;) {
      const { status, redirectURL } = last.response;
      const target = status >= 300 && status < 400 && redirectURL ? URL.parse(redirectURL, last.request.url)?.href : undefined;
      const next = target === undefined ? -1 : left.findIndex(({ request }) => URL.parse(request.url)?.href === target);
      if (next < 0) break;
      last = left.splice(next, 1)[0]!;
    }
    whole.push(last === first ? first : { ...first, response: last.response });
  }
  return whole;
}

function effectOf({ request, response, time }: HarEntry, number: number, startedMs: number): RecordedEffect {
  const headers = request.headers.map(({ name, value }): [string, string] => [name.toLowerCase(), value]);
  return {
    number,
    startedMs: Number.isFinite(startedMs) ? startedMs : 0,
    durationMs: time,
    attempts: 1,
    request: {
      method: request.method.toUpperCase(),
      url: URL.parse(request.url)?.href ?? request.url,
      headers,
      body: bodyOf(request.postData),
      timeoutMs: null,
      redirect: 'follow',
      retry: null,
    },
    outcome: outcomeOf(request.url, response),
    hasBodies: true,
    isIntact: true,
  };
}

function bodyOf(postData: HarEntry['request']['postData']): Uint8Array | null {
  if (!postData) return null;
  if (postData.text !== undefined) return Buffer.from(postData.text, postData._encoding === 'base64' ? 'base64' : 'utf8');
  const params = (postData.params ?? []).map(({ name, value = '' }): [string, string] => [name, value]);
  return params.length === 0 ? null : Buffer.from(new URLSearchParams(params).toString());
}

/** Headers that describe the bytes on the wire; a HAR holds the body as it was after decoding. */
const wireHeaders = new Set(['content-encoding', 'content-length', 'transfer-encoding']);

function outcomeOf(url: string, { status, statusText, headers, content, _error }: HarEntry['response']): HttpOutcome {
  if (status === 0) {
    const reason = /\((\w[\w-]*)\):/.exec(_error ?? '')?.[1] ?? 'reset';
    const name = _error?.startsWith('TimeoutError') ? 'TimeoutError' : 'NetworkError';
    return { failure: { name, reason, message: (_error ?? 'The recorded request got no answer.').replace(/^\w+ \([\w-]+\): /, '') } };
  }
  const pairs = headers.map(({ name, value }): [string, string] => [name.toLowerCase(), value]).filter(([name]) => !wireHeaders.has(name));
  if (content.mimeType !== '' && !pairs.some(([name]) => name === 'content-type')) pairs.push(['content-type', content.mimeType]);
  const body = Buffer.from(content.text ?? '', content.encoding === 'base64' ? 'base64' : 'utf8');
  return { answer: { status, statusText, url, redirected: false, headers: pairs, body } };
}
