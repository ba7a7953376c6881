import { z } from 'zod';
import { CodePlace } from '#task-tests/index.ts';

export const findingKinds = {
  'untyped-error': 'The task threw an error of no class of its own, such as TypeError.',
  'output-invalid': 'The output does not match the output schema.',
  'output-not-json': 'The output holds something JSON cannot, such as NaN.',
  'output-too-large': 'The output is longer than an output may be.',
  'never-settled': 'The task returned a promise that nothing settles.',
  'unseen-request': 'A request failed and the task did not notice.',
  'too-many-requests': 'The same request is made again and again.',
  endless: 'The task did not come to an end, or computed for longer than any input should take.',
  memory: 'The task needed more memory than it may have.',
  crash: 'The sandbox process ended under the task.',
  nondeterministic: 'The same input, answers, time and randomness gave two different results.',
  'not-runnable': 'The task cannot be run at all.',
} as const;

export type FindingKind = keyof typeof findingKinds;

/** One answer the task was given. */
export const ShownAnswer = z.object({
  method: z.string(),
  url: z.string(),
  status: z.number().int().nullable().describe('Null where the request failed.'),
  failure: z.string().nullable().describe('Why there was no answer, such as timeout.'),
  headers: z.record(z.string(), z.string()),
  body: z.string().describe('Text, cut after 2,000 characters.'),
  notes: z.array(z.string()).readonly().describe('What is wrong with it, compared with what the tests say.'),
});
export type ShownAnswer = z.infer<typeof ShownAnswer>;

/** Something the task does that it should not, with the smallest case that shows it. */
export const Finding = z.object({
  kind: z.enum(Object.keys(findingKinds) as [FindingKind, ...FindingKind[]]),
  errorClass: z.string().nullable().describe('Class of what was thrown.'),
  title: z.string().describe('In few words, such as TypeError at main.js:4.'),
  message: z.string().describe('What happened.'),
  also: z.array(z.string()).readonly().describe('What happened in other runs, for the same reason.'),
  expected: z.string().describe('What should have happened.'),
  place: CodePlace.nullable().describe("Where in the author's code."),
  stack: z.string().nullable(),
  input: z.unknown().describe('The smallest input that shows it.'),
  answers: z.array(ShownAnswer).readonly().describe('What the task was answered, in order; the first 20.'),
  at: z.string().describe('The time the task was shown.'),
  seed: z.number().int().describe('--fuzz 1 --seed with this number runs the case as it was found.'),
  path: z.string().describe('How the case was made smaller, in the notation of fast-check.'),
  hits: z.number().int().describe('In how many runs it showed.'),
  file: z.string().nullable().describe('The test that was written for it, inside the task.'),
});
export type Finding = z.infer<typeof Finding>;
