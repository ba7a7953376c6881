import type { CronFields } from './cron-fields.ts';
import { nextLocal } from './next-local.ts';
import type { Stretch, TimeZone } from './time-zone.ts';

/** Clocks of two places never differ by more, nor is a change larger. */
const widestMs = 26 * 3_600_000;
/** 9999-12-31T23:59:59Z. */
const latest = 253_402_300_799_000;

/**
 * The first slot of a cron line strictly after a time, in milliseconds since 1970 UTC. Clocks that are changed:
 * a rule that names clock times comes due once at the first moment after a gap for all it missed in it, and at the first of two equal times;
 * a rule that repeats goes on by the old offset for as long as the gap is wide, and comes due at both of two equal times.
 */
export function nextSlot(fields: CronFields, zone: TimeZone, after: number): number | null {
  let from = Math.floor(Math.max(after, -widestMs) / 1000) * 1000 + 1000;
  while (from <= latest) {
    const stretch = zone.stretchAt(from);
    const slot = fields.repeats ? repeatingSlot(fields, stretch, from) : namedSlot(fields, stretch, from);
    if (slot !== null && slot < stretch.end) return slot;
    // What was found lies beyond this stretch. Nothing can come before it but what a change of the clocks nearby brings.
    const isFarFromChange = stretch.end - from > widestMs;
    from = isFarFromChange && slot !== null ? Math.max(stretch.end, slot - widestMs) : stretch.end;
    if (isFarFromChange && slot === null) return null;
  }
  return null;
}

function namedSlot(fields: CronFields, { start, offset, after, end }: Stretch, from: number): number | null {
  if (after?.change === 'back') return end;
  if (after?.change === 'forward' && from === after.at && from === start) {
    const missed = nextLocal(fields, start + after.offsetBefore);
    if (missed !== null && missed < start + offset) return start;
  }
  const local = nextLocal(fields, from + offset);
  return local === null ? null : local - offset;
}

function repeatingSlot(fields: CronFields, { offset, after, end }: Stretch, from: number): number | null {
  const local = nextLocal(fields, from + offset);
  const slot = local === null ? null : local - offset;
  if (after?.change !== 'forward') return slot;
  const missed = nextLocal(fields, from + after.offsetBefore);
  return Math.min(slot ?? end, missed === null ? end : missed - after.offsetBefore);
}
