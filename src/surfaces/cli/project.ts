import type { Operation } from '#kernel/index.ts';
import { z } from 'zod';

/** How the text after a flag becomes a value; follows from the field's type and, for numbers, from the unit its name ends with. */
export type FlagKind =
  | 'switch'
  | 'text'
  | 'number'
  /** A number where it looks like one, else a text: ids, points in time. */
  | 'text-or-number'
  /** A number, or the bare flag, which is `true`. */
  | 'optional-number'
  /** `30` seconds, `500ms`; the field's name ends in `Ms`. */
  | 'duration'
  /** `256` MB, `1GB`; the field's name ends in `Mb`. */
  | 'memory'
  /** JSON on the command line, `-` for standard input. */
  | 'json'
  /** JSON in a file, `-` for standard input. */
  | 'json-file'
  /** May be given several times. */
  | 'list'
  /** A text of a certain form, or the bare flag, which is `true`. */
  | 'optional-text';

/** One flag of a command. */
export interface Flag {
  /** The input field it fills. */
  field: string;
  /** Without dashes: `from-fs`. */
  name: string;
  kind: FlagKind;
  isRequired: boolean;
  choices: readonly string[];
  /** In the field's own unit. */
  defaultValue: unknown;
  describe: string;
  /** True when the value is a path, so that completion offers files. */
  isPath: boolean;
  /** What stands for the value in help, where the field says it. */
  placeholder?: string;
  /** Of a value that may be left out: what stands for it in help, and how the next word must look to be it. */
  optional?: { placeholder: string; pattern: RegExp };
}

/** A command as the command line shows it: all of it derived from an operation. */
export interface CommandShape {
  /** The words after `ratchet`. */
  words: string;
  summary: string;
  details: string;
  flags: readonly Flag[];
  /** Flags whose value may also be given bare, in order. */
  positional: readonly Flag[];
  examples: readonly { line: string; about: string }[];
}

interface FieldSchema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  items?: FieldSchema;
  anyOf?: FieldSchema[];
  default?: unknown;
  description?: string;
  pattern?: string;
  /** What stands for the value in help, from the schema's meta data. */
  placeholder?: string;
}

/** The command line of an operation: its input schema walked into flags. */
export function shapeOf(operation: Pick<Operation, 'name' | 'summary' | 'details' | 'input' | 'on'>): CommandShape {
  const cli = operation.on.cli;
  if (!cli) throw new TypeError(`${operation.name} is not on the command line`);
  // `input`: what a caller writes, so that fields with a default are optional.
  const schema = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, FieldSchema>;
    required?: string[];
  };
  const required = new Set(schema.required);
  const flags = Object.entries(schema.properties ?? {}).flatMap(([field, raw]) =>
    flagsOf(field, raw, { isRequired: required.has(field), name: cli.flags?.[field] }),
  );
  return {
    words: cli.command,
    summary: operation.summary,
    details: operation.details,
    flags,
    positional: (cli.positional ?? []).map((field) => {
      const flag = flags.find((f) => f.field === field);
      if (!flag) throw new TypeError(`${operation.name} has no field ${field} to be given bare`);
      return flag;
    }),
    examples: cli.examples,
  };
}

function flagsOf(field: string, raw: FieldSchema, told: { isRequired: boolean; name: string | undefined }): Flag[] {
  const schema = bare(raw);
  const kind = kindOf(field, schema);
  const base = {
    field,
    isRequired: told.isRequired,
    choices: (schema.enum ?? []).filter((choice): choice is string => typeof choice === 'string'),
    defaultValue: raw.default ?? schema.default,
    describe: raw.description ?? schema.description ?? '',
  };
  if (kind === 'json') {
    const stem = told.name?.replace(/^--|-json$/g, '') ?? kebab(field);
    return [
      { ...base, name: `${stem}-json`, kind, isPath: false },
      {
        ...base,
        name: `${stem}-file`,
        kind: 'json-file',
        isRequired: false,
        defaultValue: undefined,
        describe: `The same, read from a file; - for standard input`,
        isPath: true,
      },
    ];
  }
  const stem = kind === 'duration' || kind === 'memory' ? field.slice(0, -2) : field;
  const name = told.name?.replace(/^--/, '') ?? kebab(stem);
  const pattern = kind === 'optional-text' ? schema.anyOf?.find((one) => one.pattern !== undefined)?.pattern : undefined;
  const optional = pattern === undefined ? {} : { optional: { placeholder: raw.placeholder ?? 'text', pattern: new RegExp(pattern) } };
  return [
    {
      ...base,
      ...optional,
      ...(raw.placeholder === undefined ? {} : { placeholder: raw.placeholder }),
      name,
      kind,
      isPath: kind === 'text' && (raw.placeholder === 'path' || /(^p|P)ath$|(^f|F)(ile|older)$/.test(field)),
    },
  ];
}

/** The schema beneath "or null". */
function bare(schema: FieldSchema): FieldSchema {
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((type) => type !== 'null');
    return types.length === 1 ? { ...schema, type: types[0]! } : { ...schema, type: 'any' };
  }
  const others = schema.anyOf?.filter((one) => one.type !== 'null');
  return others?.length === 1 ? bare(others[0]!) : schema;
}

function kindOf(field: string, schema: FieldSchema): FlagKind {
  if (schema.type === 'boolean') return 'switch';
  if (schema.type === 'number' || schema.type === 'integer') {
    if (field.endsWith('Ms')) return 'duration';
    return field.endsWith('Mb') ? 'memory' : 'number';
  }
  if (
    schema.anyOf?.length === 2 &&
    schema.anyOf.some((one) => one.const === true) &&
    schema.anyOf.some((one) => kindOf(field, one) === 'number')
  ) {
    return 'optional-number';
  }
  if (
    schema.anyOf?.length === 2 &&
    schema.anyOf.some((one) => one.const === true) &&
    schema.anyOf.some((one) => one.pattern !== undefined)
  ) {
    return 'optional-text';
  }
  if (isTextOrNumber(schema.anyOf ?? [])) return 'text-or-number';
  if (schema.type === 'string' || schema.enum?.every((choice) => typeof choice === 'string')) return 'text';
  return schema.type === 'array' && schema.items?.type === 'string' ? 'list' : 'json';
}

function isTextOrNumber(alternatives: readonly FieldSchema[]): boolean {
  const has = (...types: string[]) => alternatives.some(({ type }) => types.includes(String(type)));
  return has('string') && has('number', 'integer') && alternatives.every(({ type }) => /^(?:string|number|integer)$/.test(String(type)));
}

/** `dryRun` is `dry-run`. */
export function kebab(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}
