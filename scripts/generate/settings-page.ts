import { z } from 'zod';
import type { Setting } from '#kernel/index.ts';
import { code, markdown, table, type Page } from './page.ts';

/** The reference of every setting, by section. */
export function settingsPage(settings: readonly Setting[]): Page {
  const sections = Map.groupBy(settings, ({ key }) => key.split('.')[0]!);
  const blocks = [...sections].flatMap(([section, members]) => [
    `## ${section}`,
    table(
      ['setting', 'default', 'accepts', 'environment variable', 'meaning'],
      members.map((one) => [
        code(one.key),
        defaultOf(one),
        acceptedBy(one),
        [one.variable, ...(one.env ?? [])].map(code).join(' or '),
        one.isSecret ? `${one.describe} Never printed; ${code(`${one.variable}_FILE`)} names a file to read it from.` : one.describe,
      ]),
    ),
  ]);
  return markdown(
    'docs/reference/settings.md',
    '# Settings',
    'A setting stands in a YAML file given with `--config` (dots are levels: `http.timeout` is `timeout` under `http`), in an environment variable, or both. Variables win over the file, the file wins over defaults. `${NAME}` and `${NAME:-fallback}` inside the file take values from the environment.',
    ...blocks,
  );
}

/** Defaults that depend on the machine are described instead of printed. */
const fromMachine: Readonly<Record<string, string>> = { 'engine.workers': 'number of processors, at least 2' };

function defaultOf(one: Setting): string {
  return fromMachine[one.key] ?? (one.default === null || one.default === undefined ? 'none' : code(JSON.stringify(one.default)));
}

interface Schema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  items?: Schema;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

function acceptedBy(one: Setting): string {
  return words(z.toJSONSchema(one.type, { io: 'input', unrepresentable: 'any' }) as Schema);
}

function words(schema: Schema): string {
  if (schema.anyOf) return schema.anyOf.map(words).join(' or ');
  if (schema.enum) return schema.enum.map((value) => code(String(value))).join(', ');
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  switch (schema.type) {
    case 'boolean':
      return '`true`, `false`';
    case 'null':
      return 'nothing';
    case 'array':
      return `list of ${schema.items?.type === 'string' ? 'texts' : 'values'}`;
    case 'integer':
    case 'number':
      return [schema.type === 'integer' ? 'whole number' : 'number', range(schema)].filter(Boolean).join(' ');
    case 'string':
      return schema.format === 'uri' ? 'URL' : 'text';
    default:
      return schema.type ?? 'any value';
  }
}

function range({ minimum, maximum, exclusiveMinimum }: Schema): string {
  // Zod writes the largest safe integer where nobody set an end.
  const from =
    exclusiveMinimum !== undefined
      ? `above ${exclusiveMinimum}`
      : minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER
        ? `from ${minimum}`
        : '';
  const to = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `to ${maximum}` : '';
  return [from, to].filter(Boolean).join(' ');
}
