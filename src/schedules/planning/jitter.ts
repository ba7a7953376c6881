import { createHash } from 'node:crypto';

/**
 * How long a slot is put off, from 0 up to `jitterMs`: always the same for a slot of a schedule, so that every process computes the same and
 * a restart changes nothing.
 */
export function jitterOf(uuid: string, slotAt: number, jitterMs: number): number {
  if (jitterMs === 0) return 0;
  const drawn = createHash('sha256').update(`${uuid} ${slotAt}`).digest().readUInt32BE(0);
  return Math.floor((drawn / 2 ** 32) * jitterMs);
}
