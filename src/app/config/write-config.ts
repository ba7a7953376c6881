import type { Setting } from '#kernel/index.ts';
import type { ConfigKind } from './config-kinds.ts';
import { yamlText, type YamlRow } from './write-yaml.ts';

export interface WriteConfigOptions {
  /** Where editors find the JSON Schema: a path or URL. */
  readonly schema: string;
  /** Said at the top besides what kind it is. */
  readonly head?: readonly string[];
}

/** A configuration file of a kind: what it sets, and what else could be set, with the words of the settings themselves. */
export function configText(kind: ConfigKind, settings: readonly Setting[], { schema, head = [] }: WriteConfigOptions): string {
  const chosen = settings.filter(
    ({ key }) => Object.hasOwn(kind.values, key) || kind.shows.some((one) => key === one || (one.endsWith('.') && key.startsWith(one))),
  );
  const notes = idleSections(chosen);
  const rows = chosen.map((one): YamlRow => {
    const isSet = Object.hasOwn(kind.values, one.key);
    const isNoted = notes.has(one.key.split('.')[0]!);
    return { key: one.key, value: isSet ? kind.values[one.key] : usual(one), about: aboutOf(one, isNoted), isOff: !isSet };
  });
  const { profile } = kind.values;
  return [
    `# yaml-language-server: $schema=${schema}`,
    ...[kind.summary, ...head].map((line) => `# ${line}`),
    ...(rows.some(({ isOff }) => isOff)
      ? ['# Lines that begin with # and no blank are settings as they are anyway: remove the # to change one.']
      : []),
    '',
    ...(profile === undefined ? [] : [`profile: ${profile as string}`, '']),
    yamlText(rows, notes),
    '',
  ].join('\n');
}

/** Defaults that depend on the machine would be wrong on the next one. */
function usual(one: Setting): unknown {
  return one.defaultWords === undefined ? (one.default ?? null) : null;
}

/** Sections of which nothing is used yet, and why: said once instead of at each setting. */
function idleSections(chosen: readonly Setting[]): Map<string, string> {
  const notes = new Map<string, string>();
  for (const [name, members] of Map.groupBy(chosen, ({ key }) => key.split('.')[0]!)) {
    const reasons = new Set(members.map(({ inactive }) => inactive));
    const [reason] = reasons;
    if (reasons.size === 1 && reason !== undefined) notes.set(name, `Has no effect yet: ${reason}.`);
  }
  return notes;
}

function aboutOf(one: Setting, isNoted: boolean): string {
  const variable = one.isSecret ? ` Better said as ${one.variable}, or as a file in ${one.variable}_FILE.` : '';
  const idle = one.inactive === undefined || isNoted ? '' : ` No effect yet: ${one.inactive}.`;
  const machine = one.defaultWords === undefined ? '' : ` Default: ${one.defaultWords}.`;
  return `${one.describe}${machine}${variable}${idle}`;
}
