import { z } from 'zod';

/** From least to most. `info` is for whoever wants to know; from `high` on, somebody who should not can do something now. */
export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** Something about a running server that whoever is responsible for it should know. */
export const SecurityFinding = z
  .object({
    id: z.string().describe('Names the check; stays the same.'),
    severity: z.enum(severities).describe('How much it weighs.'),
    what: z.string().describe('What was found, with the value.'),
    advice: z.string().describe('What to do.'),
    setting: z.string().nullable().describe('The setting that decides it, if one does.'),
  })
  .meta({ id: 'SecurityFinding' });
export type SecurityFinding = z.infer<typeof SecurityFinding>;
