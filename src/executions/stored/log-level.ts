import { Timestamp } from '#kernel/index.ts';
import { z } from 'zod';

/** Least to most. */
const levels = ['debug', 'info', 'warn', 'error'] as const;

export const LogLevel = z.enum(levels);

/** This level and all above it. */
export function levelsFrom(level: z.infer<typeof LogLevel>): string[] {
  return levels.slice(levels.indexOf(level));
}

/** A stored line, as answers carry it. */
export const LogLine = z
  .object({
    number: z.number().int().describe('From 1, in the order in which lines came.'),
    level: z.string(),
    message: z.string(),
    at: Timestamp,
  })
  .meta({ id: 'LogLine' });
