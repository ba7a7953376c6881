import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordingInvalid } from '../errors.ts';
import type { RecordedEffect, Recording } from '../recording.ts';
import { recordingForTest } from '../recording-for-test.ts';
import { decodeRecording, encodeRecording } from './recording-file.ts';

const read = (bytes: Buffer) => decodeRecording(bytes, 'effects');

function effect(number: number, body: Uint8Array, answer: Uint8Array): RecordedEffect {
  return {
    number,
    startedMs: 1.5,
    durationMs: 2,
    attempts: 1,
    hasBodies: true,
    isIntact: true,
    request: {
      url: 'https://a.test/x',
      method: 'POST',
      headers: [['content-type', 'text/plain']],
      body: body.byteLength === 0 ? null : body,
      timeoutMs: null,
      redirect: 'follow',
      retry: null,
    },
    outcome: { answer: { status: 200, statusText: 'OK', url: 'https://a.test/x', redirected: false, headers: [['a', 'b']], body: answer } },
  };
}

/** Plain values, so that Buffer and Uint8Array compare as the bytes they hold. */
function plain(recording: Recording) {
  return JSON.parse(
    JSON.stringify(recording, (_key, value: unknown) => (value instanceof Uint8Array || isBufferJson(value) ? [...bytesOf(value)] : value)),
  ) as unknown;
}
const isBufferJson = (value: unknown): value is { data: number[] } =>
  typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'Buffer';
const bytesOf = (value: Uint8Array | { data: number[] }) => (value instanceof Uint8Array ? value : value.data);

describe('the file of a recording', () => {
  it('gives back what was put in, whatever the bodies hold', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.uint8Array(), fc.uint8Array())), fc.json(), fc.string(), (bodies, input, message) => {
        const recording = recordingForTest({
          input,
          output: JSON.stringify({ message }),
          logs: [{ level: 'info', message, at: 5 }],
          progress: [{ atMs: 1, update: { message } }],
          effects: bodies.map(([body, answer], index) => effect(index + 1, body, answer)),
        });
        expect(plain(read(encodeRecording(recording)))).toEqual(plain(recording));
      }),
    );
  });

  it('keeps failures, requests that were refused, and requests that were never answered', () => {
    const one = effect(1, new Uint8Array(0), new Uint8Array(0));
    const effects: RecordedEffect[] = [
      { ...one, outcome: { failure: { name: 'TimeoutError', message: 'late', reason: 'timeout' } } },
      { ...one, number: 2, request: null, outcome: { failure: { name: 'TypeError', message: 'bad', reason: 'invalid' } } },
      { ...one, number: 3, outcome: null },
    ];
    const error = { code: 'TASK_FAILED', message: 'm', hint: 'h', retryable: false, data: { errorClass: 'Error' } };
    const recording = recordingForTest({ effects, output: null, error });
    expect(plain(read(encodeRecording(recording)))).toEqual(plain(recording));
  });

  it('holds bodies byte for byte: a large one makes it larger by its own size', () => {
    const body = Buffer.from(JSON.stringify({ text: '"quotes" and \\ and \n'.repeat(5_000) }));
    const small = encodeRecording(recordingForTest({ effects: [effect(1, new Uint8Array(0), new Uint8Array(0))] })).byteLength;
    const large = encodeRecording(recordingForTest({ effects: [effect(1, new Uint8Array(0), body)] })).byteLength;
    expect(large - small).toBeLessThan(body.byteLength + 20);
  });

  it('marks the one effect whose answer was changed by a single byte', () => {
    const bodies = ['first answer', 'second answer', 'third answer'].map((text) => new Uint8Array(Buffer.from(text)));
    const file = encodeRecording(recordingForTest({ effects: bodies.map((body, index) => effect(index + 1, new Uint8Array(0), body)) }));
    file[file.indexOf('second answer') + 3]! ^= 1;
    expect(read(file).effects.map(({ isIntact }) => isIntact)).toEqual([true, false, true]);
  });

  it('marks an effect whose status was changed', () => {
    const file = encodeRecording(recordingForTest({ effects: [effect(1, new Uint8Array(0), new Uint8Array(0))] }));
    file.write('500', file.indexOf('"status":200') + 9);
    expect(read(file).effects[0]!.isIntact).toBe(false);
  });

  it('refuses a file that is cut short anywhere, and says so', () => {
    const file = encodeRecording(recordingForTest({ effects: [effect(1, Buffer.from('abc'), Buffer.from('def'))], output: '1' }));
    for (let length = 0; length < file.byteLength; length++) {
      expect(() => read(file.subarray(0, length)), `${length} bytes`).toThrow(/cannot be read as a recording/);
    }
  });

  it('never fails in another way than by saying that the file is damaged', () => {
    const file = encodeRecording(recordingForTest({ effects: [effect(1, Buffer.from('abc'), Buffer.from('def'))], output: '1' }));
    fc.assert(
      fc.property(fc.nat(file.byteLength - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Buffer.from(file);
        damaged[at]! ^= flip;
        try {
          read(damaged);
        } catch (error) {
          expect(error).toMatchObject({ code: recordingInvalid.code });
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['text', 'hello\n', 'byte 0 begins no line of JSON'],
    ['another format', '{"format":"other","version":1}\n', 'does not say that it is one'],
    ['a later version', '{"format":"ratchet-effects","version":2}\n', 'it has version 2, and this program reads version 1'],
    ['a first line without the rest', '{"format":"ratchet-effects","version":1}\n', 'its first line is wrong'],
    ['nothing', '', 'it is cut short'],
  ])('says what is wrong with %s', (_name, content, why) => {
    expect(() => read(Buffer.from(content))).toThrow(why);
  });
});
