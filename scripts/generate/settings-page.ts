import { keysOf, unitOf, variablesOf, type Setting } from '#kernel/index.ts';
import { acceptedWords } from '../../src/app/config/accepted-words.ts';
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
        acceptedWords(one, code),
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
