import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { EffectRecord, HttpRequest } from '#engine/index.ts';
import { sameButForSecrets } from '../masking/placeholder.ts';
import type { RecordedEffect } from '../recording.ts';
import { shown, type Divergence } from './divergence.ts';

/** One request of the replay, masked as the recording is, with the line that made it. */
export interface MadeEffect {
  readonly request: HttpRequest | null;
  readonly site: EffectRecord['site'];
}

/** Compares what was asked, in order. How fast the answers came, and which attempt they took, is no matter of the task's. */
export function compareEffects(recorded: readonly RecordedEffect[], made: readonly MadeEffect[]): Divergence[] {
  const found: Divergence[] = [];
  for (let index = 0; index < Math.max(recorded.length, made.length); index++) {
    const number = index + 1;
    const [was, is] = [recorded[index], made[index]];
    if (was !== undefined && !was.isIntact) {
      const got = 'an answer that does not match the sum it was written with';
      found.push({
        kind: 'recording-changed',
        number,
        what: 'recorded answer',
        expected: 'the answer as it was recorded',
        got,
        site: is?.site ?? null,
      });
    }
    if (was === undefined) {
      found.push({
        kind: 'effect-extra',
        number,
        what: 'request',
        expected: 'no further request',
        got: lineOf(is!.request),
        site: is!.site,
      });
    } else if (is === undefined) {
      found.push({ kind: 'effect-missing', number, what: 'request', expected: lineOf(was.request), got: 'no further request', site: null });
    } else {
      const difference = differenceOf(was, is.request);
      if (difference !== null) found.push({ kind: 'effect', number, ...difference, site: is.site });
    }
  }
  return found;
}

type Difference = Pick<Divergence, 'what' | 'expected' | 'got'>;

function differenceOf({ request: was, hasBodies }: RecordedEffect, is: HttpRequest | null): Difference | null {
  if (was === null || is === null) {
    return was === is ? null : { what: 'request', expected: lineOf(was), got: lineOf(is) };
  }
  if (was.method !== is.method || !sameButForSecrets(was.url, is.url)) return { what: 'request', expected: lineOf(was), got: lineOf(is) };
  const body = hasBodies ? differenceOfBodies(was.body, is.body) : null;
  if (body !== null) return body;
  const headers = [...new Set([...was.headers, ...is.headers].map(([name]) => name))];
  for (const name of headers) {
    const [expected, got] = [was, is].map(({ headers: all }) => all.find(([one]) => one === name)?.[1]);
    if (expected === got || (expected !== undefined && got !== undefined && sameButForSecrets(expected, got))) continue;
    return { what: `header ${name}`, expected: shown(expected ?? 'no such header'), got: shown(got ?? 'no such header') };
  }
  return null;
}

function differenceOfBodies(was: Uint8Array | null, is: Uint8Array | null): Difference | null {
  const [expected, got] = [was, is].map((body) => (body === null ? null : Buffer.from(body.buffer, body.byteOffset, body.byteLength)));
  if (expected === got || (expected && got && expected.equals(got))) return null;
  if (expected && got && isUtf8(expected) && isUtf8(got) && sameButForSecrets(expected.toString(), got.toString())) return null;
  return { what: 'body of the request', expected: bodyText(expected ?? null), got: bodyText(got ?? null) };
}

function lineOf(request: HttpRequest | null): string {
  return request === null ? 'a request that is refused' : shown(`${request.method} ${request.url}`);
}

function bodyText(body: Buffer | null): string {
  if (body === null) return 'no body';
  if (isUtf8(body)) return shown(body.toString());
  return `${body.byteLength} bytes, SHA-256 ${createHash('sha256').update(body).digest('hex').slice(0, 16)}`;
}
