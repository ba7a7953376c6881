import { randomBytes } from 'node:crypto';
import { systemClock, type Clock } from './clock.ts';

declare const brand: unique symbol;
/** A string that was checked or made to be one kind of id, so ids of two kinds cannot be swapped by mistake. */
export type Id<Kind extends string> = string & { readonly [brand]: Kind };

export type ExecutionId = Id<'execution'>;
export type CallId = Id<'call'>;

/** Makes ids; handed in wherever ids are made, so tests can make them predictable. */
export interface IdSource {
  next<Kind extends string>(): Id<Kind>;
}

/** UUID version 7 (RFC 9562): sorts by time of creation, which keeps database indexes compact. */
export function uuidV7(nowMs: number, random: Uint8Array): string {
  const bytes = new Uint8Array(16);
  bytes.set(random.subarray(0, 16));
  let rest = Math.floor(nowMs);
  for (let i = 5; i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Randomness is asked of the system in pieces of this size: asking costs more than an id is worth. */
const bytesPerDraw = 4_096;

/** Random bytes that nobody can guess. @returns at most 4,096 of them at a time, each given once */
export function randomSource(): (bytes: number) => Uint8Array {
  let drawn = Buffer.alloc(0);
  let at = 0;
  return (bytes) => {
    if (at + bytes > drawn.length) {
      drawn = randomBytes(bytesPerDraw);
      at = 0;
    }
    const given = drawn.subarray(at, at + bytes);
    at += bytes;
    return given;
  };
}

export function uuidSource(clock: Clock = systemClock): IdSource {
  const random = randomSource();
  return { next: <Kind extends string>() => uuidV7(clock.now(), random(16)) as Id<Kind> };
}
