import type { Json } from '#kernel/index.ts';
import type { Fault } from './world/fault.ts';

/** All that decides one run: made from a seed, so that the same seed makes the same run. */
export interface FuzzCase {
  readonly input: Json;
  /** Index of the test whose mocks are asked first. */
  readonly test: number;
  readonly faults: readonly Fault[];
  /** The body of answers to requests no test knows. */
  readonly otherBody: Json;
  /** What the task believes the time to be, in milliseconds since 1970 UTC. */
  readonly atMs: number;
}

/** Moments at which calendars are awkward; the first is the ordinary one. */
export const moments = [
  '2026-01-15T12:00:00Z',
  '2024-02-29T12:00:00Z',
  '2025-12-31T23:59:59.999Z',
  '2026-01-31T00:00:00Z',
  '2026-03-29T01:30:00Z',
  '1970-01-01T00:00:00Z',
  '2038-01-19T03:14:08Z',
].map((text) => Date.parse(text));

/** The clock moves on by so much with every read: loops that wait for a time to come end. */
export const clockStepMs = 100;
