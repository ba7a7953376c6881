import { z } from 'zod';

/** Every kind of problem a task can have, with what it means. Programs match on the word; the guide lists them. */
export const problemCodes = {
  'metadata-missing': 'There is no metadata.json (nor task.json, meta.yaml or task.yaml).',
  syntax: 'A file is not valid JSON or YAML.',
  'field-missing': 'A required field of the metadata is absent.',
  'field-invalid': 'A field of the metadata has a wrong type or value.',
  'uuid-missing': 'The metadata has no uuid; one derived from the name is used.',
  'code-missing': 'The file with the code is absent.',
  'code-syntax': 'The code is not valid JavaScript or TypeScript.',
  'no-callable': 'The code yields no function to call.',
  'import-refused': 'The code imports something that is not a file of the task.',
  'schema-missing': 'A schema is absent, so nothing is checked on that side.',
  'schema-invalid': 'A schema is not a valid JSON Schema, or not one that can be used.',
  'tests-missing': 'The task has no tests.',
  'test-invalid': 'A test file cannot be used.',
  'file-skipped': 'A file was left out: a link that leaves the folder.',
} as const;

export type ProblemCode = keyof typeof problemCodes;

export const TaskProblem = z.object({
  severity: z.enum(['error', 'warning']).describe('An error keeps the task from running; a warning does not.'),
  code: z.enum(Object.keys(problemCodes) as [ProblemCode, ...ProblemCode[]]).describe('A stable word for programs.'),
  message: z.string(),
  file: z.string().describe('Path inside the task; empty for the task as a whole.'),
  line: z.number().int().nullable().describe('From 1; null when the problem has no place.'),
  column: z.number().int().nullable().describe('From 1; null when the problem has no place.'),
  hint: z.string().describe('What to do next.'),
});

export type TaskProblem = z.infer<typeof TaskProblem>;

/** Where in a file something is, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Makes a problem; without a place it concerns the file as a whole. */
export function problem(
  severity: TaskProblem['severity'],
  code: ProblemCode,
  file: string,
  place: Place | null,
  message: string,
  hint: string,
): TaskProblem {
  return { severity, code, message, file, line: place?.line ?? null, column: place?.column ?? null, hint };
}
