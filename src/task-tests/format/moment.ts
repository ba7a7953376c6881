import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ClockSource } from '#engine/index.ts';
import { parseDurationMs } from '#kernel/index.ts';
import { isRecord, spelled, within } from './spelling.ts';

const moment = 'must be a time such as "2026-01-31T12:00:00Z"';
const AtMs = z.union([z.number(), z.string()], moment).transform((value, context): number => {
  const ms = typeof value === 'number' ? value : /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isFinite(ms) && Math.abs(ms) <= 8.64e15) return ms;
  context.addIssue({ code: 'custom', message: moment, input: value });
  return z.NEVER;
});

const ClockObject = spelled(
  {
    at: AtMs.optional(),
    step_ms: z.number('must be a number of milliseconds').default(0),
    reads: z
      .array(z.tuple([z.number(), z.number().int().positive()]), 'must be a list of [milliseconds, how many reads]')
      .min(1)
      .optional(),
  },
  { now: 'at', start: 'at', step: 'step_ms' },
  'a clock',
);

/** When the task believes it to be: a moment that stands still, `{"at": ..., "step_ms": ...}`, or `"real"`. */
export const Clock = z.unknown().transform((value, context): ClockSource | null => {
  if (value === null || value === 'real' || value === 'live') return null;
  if (typeof value === 'string' || typeof value === 'number') {
    const atMs = within(AtMs, value, [], context);
    return atMs === undefined ? z.NEVER : { kind: 'fixed', atMs, stepMs: 0 };
  }
  const parsed = isRecord(value) ? within(ClockObject, value, [], context) : undefined;
  const { at, step_ms: stepMs = 0, reads } = parsed ?? {};
  if (reads !== undefined && at === undefined) return { kind: 'recorded', reads };
  if (at !== undefined && reads === undefined) return { kind: 'fixed', atMs: at, stepMs };
  if (parsed !== undefined || !isRecord(value))
    context.addIssue({ code: 'custom', message: 'must be a time, or an object with either at or reads', input: value });
  return z.NEVER;
});

/** Milliseconds as a number, or a text with its unit. */
export const TimeoutMs = z
  .union([z.number(), z.string()], 'must be milliseconds, or a text such as "2s"')
  .transform((value, context): number => {
    const ms = typeof value === 'number' ? Math.ceil(value) : /[a-z]\s*$/i.test(value) ? parseDurationMs(value) : null;
    if (ms !== null && Number.isSafeInteger(ms) && ms > 0) return ms;
    context.addIssue({
      code: 'custom',
      message: 'must be milliseconds of at least 1, or a text with its unit such as "500ms" or "2s"',
      input: value,
    });
    return z.NEVER;
  });

/** Any text or number; 64 hex digits are taken as they are. */
export const Seed = z
  .union([z.string(), z.number()], 'must be a text or a number')
  .transform((seed) =>
    /^[0-9a-f]{64}$/i.test(String(seed)) ? String(seed).toLowerCase() : createHash('sha256').update(String(seed)).digest('hex'),
  );
