import { z } from 'zod';
import { Finding } from './finding.ts';

/** Answer of `tests.fuzz`. */
export const FuzzReport = z.object({
  state: z.enum(['passed', 'failed', 'stopped']).describe('failed: something was found. stopped: somebody ended it before its end.'),
  path: z.string(),
  task: z.object({ uuid: z.string(), name: z.string(), label: z.string(), version: z.string() }),
  seed: z.number().int().describe('The same seed and number of runs give the same findings.'),
  runs: z.number().int().describe('Runs with different cases.'),
  executions: z.number().int().describe('All runs, those that made cases smaller included.'),
  endedBy: z.enum(['runs', 'time', 'findings', 'stop']).describe('What ended it: all runs made, no time left, enough found, or a person.'),
  durationMs: z.number(),
  findings: z.array(Finding),
  notes: z.array(z.string()).describe('What a reader should know of the inputs and answers.'),
});
export type FuzzReport = z.infer<typeof FuzzReport>;

/** What happens while a task is fuzzed; carried by progress events of the call. */
export type FuzzEvent =
  | {
      readonly kind: 'fuzzing';
      readonly runs: number;
      readonly most: number;
      readonly findings: number;
      readonly progress: number;
      readonly message: string;
    }
  | { readonly kind: 'found'; readonly what: string; readonly message: string }
  | { readonly kind: 'shrinking'; readonly what: string; readonly message: string };
