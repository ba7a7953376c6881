import { interrupted } from '#surfaces/cli/errors.ts';

/** A field of an input, as a form asks for it. */
export interface FormField {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly choices: readonly unknown[];
  readonly hasDefault: boolean;
  readonly defaultValue: unknown;
  readonly describe: string;
}

type Schema = Readonly<Record<string, unknown>>;

/** The fields that a JSON Schema of an object names; required ones first. */
export function formFields(schema: Schema): FormField[] {
  const { properties, required } = schema as { properties?: Record<string, Schema>; required?: unknown };
  const needed = new Set(Array.isArray(required) ? required : []);
  return Object.entries(properties ?? {})
    .map(([name, field]): FormField => {
      const { type, enum: choices, description } = Object(field) as { type?: unknown; enum?: unknown; description?: unknown };
      const types = (Array.isArray(type) ? type : [type]).filter((one) => typeof one === 'string' && one !== 'null');
      return {
        name,
        type: types.length === 1 ? String(types[0]) : 'any',
        isRequired: needed.has(name),
        choices: Array.isArray(choices) ? choices : [],
        hasDefault: 'default' in Object(field),
        defaultValue: Object(field).default as unknown,
        describe: typeof description === 'string' ? description : '',
      };
    })
    .toSorted((a, b) => Number(b.isRequired) - Number(a.isRequired));
}

/** What a form asks: `num1 (number, required): `. */
export function questionOf({ name, type, isRequired, choices, hasDefault, defaultValue }: FormField): string {
  const kind = choices.length > 0 ? choices.map((one) => JSON.stringify(one)).join('|') : type;
  const rest = hasDefault ? `default ${JSON.stringify(defaultValue)}` : isRequired ? 'required' : 'optional';
  return `${name} (${kind}, ${rest}): `;
}

/** What was typed, as a value of the field; nothing typed leaves the field out. The server's schema has the last word. */
export function fieldValue(field: FormField, typed: string): { value?: unknown; problem?: string } {
  const text = typed.trim();
  if (text === '') return field.isRequired && !field.hasDefault ? { problem: 'It is required.' } : {};
  const choice = field.choices.find((one) => String(one) === text || JSON.stringify(one) === text);
  if (field.choices.length > 0) {
    return choice === undefined
      ? { problem: `It is one of ${field.choices.map((one) => JSON.stringify(one)).join(', ')}.` }
      : { value: choice };
  }
  switch (field.type) {
    case 'string':
      return { value: /^".*"$/.test(text) ? (jsonValue(text) ?? text) : typed };
    case 'number':
    case 'integer': {
      const number = Number(text);
      const isFine = Number.isFinite(number) && (field.type === 'number' || Number.isInteger(number));
      return isFine ? { value: number } : { problem: `It is ${field.type === 'number' ? 'a number' : 'a whole number'}.` };
    }
    case 'boolean': {
      const word = /^(?:(y|yes|true)|(n|no|false))$/i.exec(text);
      return word === null ? { problem: 'It is yes or no.' } : { value: word[1] !== undefined };
    }
    default: {
      const value = jsonValue(text);
      if (value !== undefined) return { value };
      return field.type === 'any' ? { value: typed } : { problem: `It is JSON: ${field.type === 'array' ? '[1, 2]' : '{"a": 1}'}.` };
    }
  }
}

function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Asks for each field until it fits. An input without named fields is asked for as a whole.
 * @param ask null means the person wants out
 * @throws INTERRUPTED
 */
export async function fillForm(schema: Schema, ask: (question: string) => Promise<string | null>): Promise<unknown> {
  const fields = formFields(schema);
  const input: Record<string, unknown> = {};
  for (const field of fields) {
    let note = field.describe === '' ? '' : `${field.describe}\n`;
    for (;;) {
      const typed = await ask(`${note}${questionOf(field)}`);
      if (typed === null) throw interrupted({ signal: 'the form was left' });
      const { value, problem } = fieldValue(field, typed);
      if (problem === undefined) {
        if (value !== undefined) input[field.name] = value;
        break;
      }
      note = `${problem}\n`;
    }
  }
  return input;
}
