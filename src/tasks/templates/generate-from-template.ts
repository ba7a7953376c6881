import { z } from 'zod';
import { inputRejected, problemsOf, type Json } from '#kernel/index.ts';
import { json } from '../template.ts';
import { fillCode, fillJson } from './fill.ts';
import type { ParameterValues, TaskTemplate, TemplateParameter } from './template.ts';

export interface GeneratedTask {
  readonly metadata: Readonly<Record<string, Json>>;
  readonly code: string;
  readonly inputSchema: Json;
  readonly outputSchema: Json;
  readonly tests: readonly Json[];
  /** All of it as the files of a task. */
  readonly files: Readonly<Record<string, string>>;
  /** What stands in it: what was given, and what was not as it usually is. */
  readonly parameters: ParameterValues;
}

export interface TemplateRequest {
  readonly name: string;
  /** Null: that of the template. */
  readonly description: string | null;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly uuid: string;
}

/** A task made of a template, with schemas and tests. @throws REQUEST_INVALID for parameters that are lacking, unknown or wrong */
export function generateFromTemplate(template: TaskTemplate, request: TemplateRequest): GeneratedTask {
  const values = checkedValues(template, request.parameters);
  const { metadata: more, network: networkOf, tests } = template;
  const network = networkOf(values);
  const metadata = {
    uuid: request.uuid,
    version: '1.0.0',
    name: request.name,
    label: labelOf(request.name),
    description: request.description ?? template.description,
    tags: [...template.tags],
    category: template.category,
    ...(network === null ? {} : { network: [...network] }),
    ...(more as Record<string, Json> | undefined),
  };
  const parts = {
    metadata,
    code: fillCode(template.code, values),
    inputSchema: fillJson(template.inputSchema, values),
    outputSchema: fillJson(template.outputSchema, values),
    // What is made of values holds them already: filled once more, a value could ask for another.
    tests: typeof tests === 'function' ? tests(values) : tests.map((test) => fillJson(test, values)),
  };
  return { ...parts, files: filesOf(parts), parameters: values };
}

function filesOf({
  metadata,
  code,
  inputSchema,
  outputSchema,
  tests,
}: Omit<GeneratedTask, 'files' | 'parameters'>): Record<string, string> {
  return {
    'metadata.json': json(metadata),
    'main.js': code,
    'input.schema.json': json(inputSchema),
    'output.schema.json': json(outputSchema),
    ...Object.fromEntries(tests.map((test, index) => [`tests/test-${String(index + 1).padStart(3, '0')}.json`, json(test)])),
  };
}

function checkedValues({ name, parameters }: TaskTemplate, given: Readonly<Record<string, unknown>>): ParameterValues {
  const shape = Object.fromEntries(parameters.map((one) => [one.name, schemaOf(one)]));
  const parsed = z.strictObject(shape).safeParse(given);
  if (parsed.success) return parsed.data as ParameterValues;
  const problems = problemsOf(parsed.error).map((problem) => ({ ...problem, path: `parameters${problem.path ? `.${problem.path}` : ''}` }));
  throw inputRejected({ operation: `the template ${name}`, problems });
}

const shortText = z.string().max(2_000);

/** What a parameter takes, for checking and for people. */
function schemaOf({ kind, isRequired, usual, choices, least, most }: TemplateParameter): z.ZodType {
  const one = {
    text: () => (isRequired ? shortText.min(1, 'must not be empty') : shortText),
    url: () => z.url({ protocol: /^https?$/, error: 'must be an address such as https://api.example.com/items' }).max(2_000),
    number: () =>
      z
        .number()
        .min(least ?? Number.MIN_SAFE_INTEGER)
        .max(most ?? Number.MAX_SAFE_INTEGER),
    choice: () => z.enum(choices as [string, ...string[]]),
    texts: () => z.array(shortText).max(1_000),
    headers: () =>
      z.record(
        z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is no name of a header'),
        shortText.regex(/^[\t -~\u0080-\u00ff]*$/, 'holds a character that headers may not hold'),
      ),
  }[kind]();
  return isRequired ? one : (one.nullable() as z.ZodType).default(usual).transform((value) => value ?? usual);
}

function labelOf(name: string): string {
  const words = name.replaceAll(/[_-]+/g, ' ').trim();
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1);
}
