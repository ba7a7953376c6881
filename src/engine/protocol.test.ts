import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameError, FrameReader, fromWorker, maxFrameBytes, toWorker, type FromWorker, type ToWorker } from './protocol.ts';

function bytesOf(message: ToWorker | FromWorker, payload?: Uint8Array): Buffer {
  return Buffer.concat(encodeFrame(message, payload));
}

function readAll(chunks: readonly Buffer[]): { message: unknown; payload: string }[] {
  const reader = new FrameReader(fromWorker);
  const seen: { message: unknown; payload: string }[] = [];
  for (const chunk of chunks) reader.push(chunk, (message, payload) => seen.push({ message, payload: payload.toString('latin1') }));
  return seen;
}

const settled: FromWorker = { type: 'settled', execution: 7, ending: 'result', cpuMs: 0.5, heapBytes: 1, facts: '{}' };

describe('frames between host and worker', () => {
  it('come out as they went in, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 300 })), { maxLength: 6 }),
        fc.array(fc.nat(400), { maxLength: 20 }),
        (frames, cuts) => {
          const messages = frames.map(([level, payload], i) => ({
            message: { type: 'log', execution: i, level, at: i } as FromWorker,
            payload,
          }));
          const stream = Buffer.concat(messages.map(({ message, payload }) => bytesOf(message, payload)));
          const chunks: Buffer[] = [];
          let rest = stream;
          for (const cut of cuts) {
            chunks.push(rest.subarray(0, cut));
            rest = rest.subarray(cut);
          }
          const seen = readAll([...chunks, rest]);
          expect(seen).toEqual(messages.map(({ message, payload }) => ({ message, payload: Buffer.from(payload).toString('latin1') })));
        },
      ),
    );
  });

  it.each([
    ['a length beyond the limit', () => header(maxFrameBytes + 1, 0)],
    ['a length below its own header', () => header(2, 0)],
    ['a header longer than the frame', () => header(10, 400)],
    ['a header that is not JSON', () => raw('{nope')],
    ['a header that is not an object', () => raw('null')],
    ['an unknown type', () => raw('{"type":"format-disk"}')],
    ['a type that only a prototype has', () => raw('{"type":"constructor"}')],
    ['a field of the wrong type', () => raw('{"type":"missing","execution":"1","program":"x"}')],
    ['a number that is not finite', () => raw('{"type":"progress","execution":1e999}')],
  ])('are refused with %s', (_what, make) => {
    expect(() => readAll([make()])).toThrow(FrameError);
  });

  it('never make the reader throw anything but a FrameError, whatever bytes arrive', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readAll([Buffer.from(bytes)]);
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
      }),
    );
  });

  it('larger than the limit are not even encoded', () => {
    expect(() => encodeFrame(settled, new Uint8Array(maxFrameBytes))).toThrow(FrameError);
  });

  it('are checked against the table of their own direction', () => {
    const reader = new FrameReader(toWorker);
    expect(() => reader.push(bytesOf(settled), () => {})).toThrow(/unknown message type settled/);
  });
});

function header(total: number, headerBytes: number): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt32BE(total, 0);
  bytes.writeUInt32BE(headerBytes, 4);
  return bytes;
}

function raw(json: string): Buffer {
  const body = Buffer.from(json);
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(4 + body.length, 0);
  bytes.writeUInt32BE(body.length, 4);
  return Buffer.concat([bytes, body]);
}
