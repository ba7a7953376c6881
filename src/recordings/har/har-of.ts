import { isUtf8 } from 'node:buffer';
import { STATUS_CODES } from 'node:http';
import type { Content, Cookie, Entry, Har, Header, PostData, QueryString } from 'har-format';
import { isMcp, type HttpAnswer, type HttpRequest } from '#engine/index.ts';
import type { RecordedEffect, Recording } from '../recording.ts';

type Pairs = readonly (readonly [name: string, value: string])[];

/** The HTTP requests of a recording as HAR 1.2, for browsers and other tools. Requests that were refused before they were made are left out. */
export function harOf(recording: Pick<Recording, 'effects' | 'execution' | 'madeBy'>): Har {
  const [name = 'ratchet', version = ''] = recording.madeBy.split(' ');
  const creator = { name, version, comment: '' };
  return {
    log: {
      version: '1.2',
      creator,
      browser: creator,
      pages: [],
      entries: recording.effects.flatMap((effect) =>
        effect.request === null || isMcp(effect.request) ? [] : [entryOf(effect, effect.request, recording.execution.startedAt)],
      ),
      comment: '',
    },
  };
}

function entryOf(effect: RecordedEffect, request: HttpRequest, beganAt: number): Entry {
  const { outcome, startedMs, durationMs, number } = effect;
  const answer = outcome !== null && 'answer' in outcome ? outcome.answer : null;
  const failure = outcome !== null && 'failure' in outcome ? outcome.failure : null;
  const waitMs = outcome === null ? 0 : Math.max(0, durationMs);
  return {
    startedDateTime: new Date(beganAt + startedMs).toISOString(),
    time: waitMs,
    request: {
      method: request.method,
      url: request.url,
      httpVersion: 'HTTP/1.1',
      cookies: request.headers.filter(([name]) => name === 'cookie').flatMap(([, value]) => cookiesOf(value)),
      headers: headersOf(request.headers),
      queryString: queryOf(request.url),
      ...(request.body === null ? {} : { postData: postDataOf(request.body, typeOf(request.headers)) }),
      headersSize: -1,
      bodySize: request.body?.byteLength ?? 0,
    },
    response: {
      // HAR has no entry without an answer; browsers write status 0 and say why in a field of their own.
      status: answer?.status ?? 0,
      statusText: answer === null ? '' : answer.statusText || (STATUS_CODES[answer.status] ?? ''),
      httpVersion: 'HTTP/1.1',
      cookies: (answer?.headers ?? []).filter(([name]) => name === 'set-cookie').flatMap(([, value]) => cookiesOf(value.split(';')[0]!)),
      headers: headersOf(answer?.headers ?? []),
      content: contentOf(answer),
      redirectURL: answer?.headers.find(([name]) => name === 'location')?.[1] ?? '',
      headersSize: -1,
      bodySize: answer?.body.byteLength ?? 0,
      ...(failure === null ? {} : { _error: `${failure.name} (${failure.reason}): ${failure.message}` }),
    },
    cache: {},
    timings: { blocked: 0, dns: 0, connect: 0, send: 0, wait: waitMs, receive: 0, ssl: -1 },
    connection: '',
    comment: `effect ${number}`,
  };
}

function headersOf(headers: Pairs): Header[] {
  return headers.map(([name, value]) => ({ name, value, comment: '' }));
}

function cookiesOf(header: string): Cookie[] {
  return header.split(';').flatMap((cookie) => {
    const cut = cookie.indexOf('=');
    return cut < 0 ? [] : [{ name: cookie.slice(0, cut).trim(), value: cookie.slice(cut + 1).trim() }];
  });
}

function queryOf(url: string): QueryString[] {
  return [...(URL.parse(url)?.searchParams ?? [])].map(([name, value]) => ({ name, value, comment: '' }));
}

function typeOf(headers: Pairs): string {
  return headers.find(([name]) => name === 'content-type')?.[1] ?? '';
}

function postDataOf(body: Uint8Array, mimeType: string): PostData {
  const isText = isUtf8(body);
  const text = Buffer.from(body).toString(isText ? 'utf8' : 'base64');
  // Only answers have an encoding in HAR; a field of one's own begins with an underscore.
  return { mimeType: mimeType || 'application/octet-stream', text, ...(isText ? {} : { _encoding: 'base64' }) };
}

function contentOf(answer: HttpAnswer | null): Content {
  if (answer === null) return { size: 0, mimeType: 'x-unknown' };
  const mimeType = typeOf(answer.headers) || 'application/octet-stream';
  const size = answer.body.byteLength;
  if (isUtf8(answer.body)) return { size, compression: 0, mimeType, text: Buffer.from(answer.body).toString('utf8') };
  return { size, compression: 0, mimeType, text: Buffer.from(answer.body).toString('base64'), encoding: 'base64' };
}
