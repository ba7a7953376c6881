import type { Json } from '#kernel/index.ts';

/** What a value of a parameter may be. */
export type ParameterKind = 'text' | 'url' | 'number' | 'choice' | 'texts' | 'headers';

export interface TemplateParameter {
  readonly name: string;
  readonly kind: ParameterKind;
  readonly describe: string;
  readonly isRequired: boolean;
  /** What stands in for it when it is not given. */
  readonly usual: Json;
  /** Of a choice. */
  readonly choices?: readonly string[];
  /** Of a number. */
  readonly least?: number;
  readonly most?: number;
}

/** Values of all parameters of a template, checked. */
export type ParameterValues = Readonly<Record<string, Json>>;

/** What a task is generated from. */
export interface TaskTemplate {
  readonly name: string;
  readonly category: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly parameters: readonly TemplateParameter[];
  /**
   * JavaScript in which `{{name}}` stands where an expression may: the value takes its place as a literal, so that nothing in it can become
   * code. Never inside of quotes, comments or patterns; a test sees to that.
   */
  readonly code: string;
  /** The rest of the task. In texts of it, but for tests that are made of the values, `{{name}}` is replaced by the value as text; a text that is nothing else, by the value. */
  readonly inputSchema: Json;
  readonly outputSchema: Json;
  readonly tests: readonly Json[] | ((values: ParameterValues) => readonly Json[]);
  /** Hosts the task may reach; null: it names none. */
  readonly network: (values: ParameterValues) => readonly string[] | null;
  /** Further fields of the metadata. */
  readonly metadata?: Json;
}

const parameter =
  (kind: ParameterKind, usual: Json) =>
  (name: string, describe: string, more: Partial<TemplateParameter> = {}) => ({
    name,
    kind,
    describe,
    isRequired: false,
    usual,
    ...more,
  });

/** Parameters by their kinds: `text('job_name', 'What the job is called', { isRequired: true })`. */
export const text = parameter('text', '');
export const url = parameter('url', null);
export const number = parameter('number', 0);
export const choice = parameter('choice', null);
export const texts = parameter('texts', []);
export const headers = parameter('headers', {});

/** An object of the given fields as a JSON Schema; those that are required are named. */
export function objectOf(
  properties: { readonly [name: string]: Json },
  required: readonly string[],
  more: { readonly [key: string]: Json } = {},
): Json {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: { ...properties },
    required: [...required],
    ...more,
  };
}

/** The host of an address as a line of a network list. */
export function hostLine(address: Json | undefined): string[] {
  if (typeof address !== 'string') return [];
  const { host } = new URL(address);
  return [host];
}
