import { z } from 'zod';
import { keysOf, unitOf, variablesOf, type Setting } from '#kernel/index.ts';
import { profiles } from '../../src/app/config/profiles.ts';
import { otherVariables } from '../../src/app/config/variables.ts';
import { code, markdown, table, type Page } from './page.ts';

/** The reference of every setting, by section. */
export function settingsPage(settings: readonly Setting[]): Page {
  const sections = Map.groupBy(settings, ({ key }) => key.split('.')[0]!);
  const blocks = [...sections].flatMap(([section, members]) => [
    `## ${section}`,
    table(
      ['setting', 'default', 'accepts', 'unit', 'environment variable', 'older names', 'takes effect', 'meaning'],
      members.map((one) => [
        code(one.key),
        defaultOf(one),
        acceptedBy(one),
        unitOf(one) === null ? '' : unitWords[unitOf(one)!],
        variablesOf(one).map(code).join(' or '),
        [...new Set(keysOf(one).slice(1))].map(code).join(', '),
        one.inactive !== undefined ? 'not yet' : one.reload === 'live' ? 'while running' : 'after a restart',
        meaningOf(one),
      ]),
    ),
  ]);
  return markdown(
    'docs/reference/settings.md',
    '# Settings',
    'A setting stands in a YAML file (dots are levels: `http.timeout` is `timeout` under `http`), in an environment variable, or both. Variables win over the file, the file wins over defaults; [the guide](../guide/configuration.md) tells the rest. A number of seconds may be written `10m` or `PT10M`, a number of bytes `64KB`. `NAME_FILE` names a file that holds the value of the variable `NAME`.',
    '## Profiles',
    'What a profile changes by itself; a file, a variable or a flag still wins.',
    table(
      ['profile', 'for', 'changes'],
      Object.entries(profiles).map(([name, { summary, changes }]) => [
        name,
        summary,
        Object.entries(changes)
          .map(([key, value]) => code(`${key}: ${JSON.stringify(value)}`))
          .join(', '),
      ]),
    ),
    '## Other variables',
    table(
      ['variable', 'meaning'],
      Object.entries(otherVariables).map(([name, meaning]) => [name, meaning]),
    ),
    ...blocks,
  );
}

const unitWords = { ms: 'milliseconds', seconds: 'seconds', hours: 'hours', bytes: 'bytes', mb: 'MB' } as const;

function meaningOf(one: Setting): string {
  const secret = one.isSecret ? ' Never printed.' : '';
  return one.inactive === undefined ? `${one.describe}${secret}` : `${one.describe}${secret} No effect yet: ${one.inactive}.`;
}

function defaultOf(one: Setting): string {
  return one.defaultWords ?? (one.default === null || one.default === undefined ? 'none' : code(JSON.stringify(one.default)));
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
    case 'object':
      return 'mapping';
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
