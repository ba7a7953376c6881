import validVersion from 'semver/functions/valid.js';
import { z } from 'zod';
import type { TaskFilesText } from '../catalogue.ts';

export const taskNamePattern = /^[a-zA-Z0-9_-]+$/;

const JsonObject = z.record(z.string(), z.unknown());

export const VersionText = z
  .string()
  .max(256)
  .refine((version) => validVersion(version) === version, 'must be a semantic version such as 1.0.0')
  .describe('Semantic version such as 1.4.0');

/** What a task may be made of, over the wire: its files, or fields that become files. */
export const taskFields = {
  name: z
    .string()
    .max(100)
    .regex(taskNamePattern, 'may hold letters, digits, - and _ only')
    .optional()
    .describe('Name for machines: letters, digits, - and _'),
  label: z.string().min(1).max(200).optional().describe('Name for people'),
  description: z.string().max(10_000).optional().describe('What the task does'),
  version: VersionText.optional(),
  sourceCode: z.string().min(1).optional().describe('The code, as it would stand in main.js or main.ts'),
  sourceType: z
    .string()
    .transform((type) => type.toLowerCase())
    .pipe(z.enum(['javascript', 'typescript']))
    .optional()
    .describe('Language of the code: javascript or typescript'),
  inputSchema: JsonObject.nullable().optional().describe('JSON Schema of the input; null for none'),
  outputSchema: JsonObject.nullable().optional().describe('JSON Schema of the output; null for none'),
  metadata: JsonObject.optional().describe('Further fields of metadata.json; null removes one'),
  tests: z.array(JsonObject).max(1_000).optional().describe('Test cases, each as a file of tests/ holds it'),
  files: z
    .record(z.string(), z.string())
    .optional()
    .describe('All files of the task by path, in place of the fields above or beneath them'),
};

/** The fields that become files, whichever operation they came by. */
export interface TaskFields {
  readonly name?: string | undefined;
  readonly label?: string | undefined;
  readonly description?: string | undefined;
  readonly version?: string | undefined;
  readonly sourceCode?: string | undefined;
  readonly sourceType?: 'javascript' | 'typescript' | undefined;
  readonly inputSchema?: Readonly<Record<string, unknown>> | null | undefined;
  readonly outputSchema?: Readonly<Record<string, unknown>> | null | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly tests?: readonly Readonly<Record<string, unknown>>[] | undefined;
  readonly files?: TaskFilesText | undefined;
}

/** Whether anything is asked for that changes files. */
export function changesFiles(fields: TaskFields): boolean {
  return Object.keys(taskFields).some((field) => fields[field as keyof TaskFields] !== undefined);
}

const { sourceCode, sourceType, inputSchema, outputSchema, metadata, tests, files } = taskFields;

/** Changes of a task that are stored nowhere: laid over its files for one call. */
export const DraftFields = z
  .object({ sourceCode, sourceType, inputSchema, outputSchema, metadata, tests, files })
  .describe('Changes to try without storing them, laid over the files of the version');
