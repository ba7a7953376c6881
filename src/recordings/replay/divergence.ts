import { Site } from '#executions/index.ts';
import { z } from 'zod';

/** One way in which a replay was not the recorded execution. */
export const Divergence = z.object({
  kind: z
    .enum(['effect', 'effect-missing', 'effect-extra', 'recording-changed', 'output', 'error', 'log', 'progress'])
    .describe(
      'effect: another request than the recorded one; effect-missing: a recorded request was not made; effect-extra: a request was made that is not recorded; recording-changed: the recorded answer was edited.',
    ),
  number: z.number().int().nullable().describe('Of the effect, log line or report, from 1; null for output and error.'),
  what: z.string().describe('What differs: a path in the output, a part of a request.'),
  expected: z.string().describe('As it was recorded.'),
  got: z.string().describe('As it was now.'),
  site: Site.describe("The line of the task's code."),
});
export type Divergence = z.infer<typeof Divergence>;

const longestText = 500;

/** A text as it stands in a report. */
export function shown(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}... (${text.length} characters)`;
}
