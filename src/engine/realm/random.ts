import { eventGlobals } from './events.ts';
import { NativePromise, defineProperty } from './intrinsics.ts';
import { type Run, call, drawsOf, run } from './run.ts';

/** Math.random of a task: xoshiro128**, grown from the execution's seed, so that the same seed gives the same numbers. */
export function random(): number {
  if (run === null) return 0;
  const draws = drawsOf(run);
  draws.state ??= seeded(run.options.seed);
  const { state } = draws;
  // 53 random bits from two draws of 32.
  return ((draw(state) >>> 5) * 67_108_864 + (draw(state) >>> 6)) / 9_007_199_254_740_992;
}

function seeded(seed: string): Uint32Array {
  const state = new Uint32Array(4);
  for (let i = 0; i < 8; i += 1) state[i & 3] = (state[i & 3] as number) ^ (Number(`0x${seed.slice(i * 8, i * 8 + 8)}`) >>> 0);
  if (state[0] === 0 && state[1] === 0 && state[2] === 0 && state[3] === 0) state[0] = 1;
  return state;
}

function draw(s: Uint32Array): number {
  const [a, b, c, d] = [s[0] as number, s[1] as number, s[2] as number, s[3] as number];
  const result = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0;
  const c2 = c ^ a;
  const d2 = d ^ b;
  s[0] = a ^ d2;
  s[1] = b ^ c2;
  s[2] = c2 ^ (b << 9);
  s[3] = rotated(d2, 11);
  return result;
}

function rotated(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/** One question to the worker yields this many bytes: enough for 64 UUIDs. */
const batch = 1024;
const most = 65_536;

function takeBytes(now: Run, count: number): Uint8Array {
  if (count > batch) return new Uint8Array(call('random', count) as ArrayBuffer);
  const draws = drawsOf(now);
  if (draws.bytes === null || draws.bytesUsed + count > batch) {
    draws.bytes = new Uint8Array(call('random', batch) as ArrayBuffer);
    draws.bytesUsed = 0;
  }
  draws.bytesUsed += count;
  return draws.bytes.subarray(draws.bytesUsed - count, draws.bytesUsed);
}

function getRandomValues<T extends ArrayBufferView>(target: T): T {
  const { DOMException } = eventGlobals();
  if (!ArrayBuffer.isView(target) || target instanceof DataView || target instanceof Float32Array || target instanceof Float64Array) {
    throw new TypeError('getRandomValues needs an integer typed array');
  }
  if (target.byteLength > most) throw new DOMException(`getRandomValues gives at most ${most} bytes`, 'QuotaExceededError');
  if (run !== null && target.byteLength > 0) {
    new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(takeBytes(run, target.byteLength));
  }
  return target;
}

function randomUUID(): string {
  const bytes = getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  let text = '';
  for (let i = 0; i < 16; i += 1) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-';
    text += ((bytes[i] as number) + 0x100).toString(16).slice(1);
  }
  return text;
}

function digest(algorithm: unknown, data: unknown): Promise<ArrayBuffer> {
  return new NativePromise((resolve) => {
    const { DOMException } = eventGlobals();
    const name = String(typeof algorithm === 'object' && algorithm !== null ? (algorithm as { name?: unknown }).name : algorithm);
    let bytes: ArrayBuffer;
    if (data instanceof ArrayBuffer) bytes = data;
    else if (ArrayBuffer.isView(data)) {
      bytes = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer;
    } else throw new TypeError('digest needs an ArrayBuffer or a typed array');
    const result = call('digest', name.toUpperCase(), bytes) as ArrayBuffer | undefined;
    if (result === undefined) throw new DOMException(`Unrecognized algorithm name: ${name}`, 'NotSupportedError');
    resolve(result);
  });
}

let made: { crypto: object } | null = null;

export function cryptoGlobals(): { crypto: object } {
  if (made === null) {
    const crypto = { getRandomValues, randomUUID, subtle: { digest } };
    defineProperty(crypto, Symbol.toStringTag, { value: 'Crypto', configurable: true });
    made = { crypto };
  }
  return made;
}
