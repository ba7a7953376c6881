import { knownSettings } from './known-settings.generated.ts';
import type { ConfigFile, FileKey, FilePart } from './config-file.ts';
import { nearestOf } from './nearest.ts';

/** What a dotted key in a configuration file says. The only place that decides it. */
export type KeyMeaning =
  /** The value of one setting, or something inside of it; several when an older key says several. */
  | { readonly kind: 'settings'; readonly keys: readonly string[]; readonly isAlias: boolean }
  /** Settings stand below it. */
  | { readonly kind: 'section' }
  | { readonly kind: 'unknown'; readonly near: string | null };

const settingsAt = new Map<string, { keys: string[]; isAlias: boolean }>();
for (const { key, aliases } of knownSettings) {
  settingsAt.set(key, { keys: [key], isAlias: false });
  for (const alias of aliases) {
    const there = settingsAt.get(alias);
    // An older key that is a setting of its own as well keeps its own meaning.
    if (there === undefined) settingsAt.set(alias, { keys: [key], isAlias: true });
    else if (there.isAlias) there.keys.push(key);
  }
}

const sections = new Set([...settingsAt.keys()].flatMap((key) => prefixesOf(key.split('.'))));

/** Every key that a file may have, without those of profiles. */
export const knownKeys: readonly string[] = [...settingsAt.keys()];

/** Every environment variable that sets something. */
export const knownVariables: ReadonlySet<string> = new Set(knownSettings.flatMap(({ variables }) => variables));

export function meaningOf(path: readonly string[]): KeyMeaning {
  // A key with a dot in it is not the levels it looks like.
  if (path.every((part) => !part.includes('.'))) {
    for (let length = path.length; length > 0; length--) {
      const found = settingsAt.get(path.slice(0, length).join('.'));
      if (found) return { kind: 'settings', ...found };
    }
    if (sections.has(path.join('.'))) return { kind: 'section' };
  }
  return { kind: 'unknown', near: nearestOf(path.join('.'), [...knownKeys, ...sections]) };
}

export interface WrongKey {
  readonly key: string;
  readonly line: number;
  readonly problem: string;
  readonly hint: string;
}

/** Keys of a file that mean nothing, and sections that hold something else than settings. */
export function wrongKeys(file: ConfigFile): WrongKey[] {
  const general = file.keys().flatMap((key) => (key.path[0] === 'profiles' || key.path.join('.') === 'profile' ? [] : wrongKey(key, file)));
  const ofProfiles = file.profiles.flatMap((name) => {
    const part = file.profilePart(name)!;
    const said = file.at(`profiles.${name}`);
    if (said !== undefined && !isSection(said.value))
      return [{ key: `profiles.${name}`, line: said.line, problem: 'must be a section', hint: 'Settings stand below it.' }];
    return part.keys().flatMap((key) => wrongKey(key, part).map((one) => ({ ...one, key: `profiles.${name}.${one.key}` })));
  });
  const strayed = file.at('profiles');
  const noProfiles =
    strayed !== undefined && !isSection(strayed.value)
      ? [
          {
            key: 'profiles',
            line: strayed.line,
            problem: 'must be a mapping of profile names',
            hint: 'Write profiles:, below it a name, and below that settings.',
          },
        ]
      : [];
  const seen = new Set<string>();
  return [...general, ...ofProfiles, ...noProfiles].filter(({ key }) => !seen.has(key) && seen.add(key));
}

function wrongKey({ path, value, line }: FileKey, part: FilePart): WrongKey[] {
  const meaning = meaningOf(path);
  if (meaning.kind === 'settings') return [];
  if (meaning.kind === 'section') {
    if (value === null || isSection(value)) return [];
    return [
      {
        key: path.join('.'),
        line,
        problem: 'is a section, not a setting',
        hint: `Its settings stand below it, such as ${examples(path)}.`,
      },
    ];
  }
  // Of a section nobody knows, the section is what is wrong, not each thing in it.
  const top = path.findIndex((_part, index) => meaningOf(path.slice(0, index + 1)).kind === 'unknown');
  const shown = path.slice(0, top + 1);
  const near = nearOf(shown, path);
  const dotted = shown.some((one) => one.includes('.'));
  const hint = dotted
    ? 'Dots are levels: write each part on a line of its own, the next one indented.'
    : near === null
      ? 'Remove it; `ratchet config schema` has every key there is.'
      : `Did you mean ${near}?`;
  return [{ key: shown.join('.'), line: dotted ? line : part.lineOf(shown.join('.'), []), problem: 'is not a setting', hint }];
}

function isSection(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nearOf(shown: readonly string[], path: readonly string[]): string | null {
  const meaning = meaningOf(shown);
  const near = meaning.kind === 'unknown' ? meaning.near : null;
  if (near !== null || shown.length === path.length) return near;
  const whole = meaningOf(path);
  return whole.kind === 'unknown' ? whole.near : null;
}

function examples(path: readonly string[]): string {
  const below = knownSettings.filter(({ key }) => key.startsWith(`${path.join('.')}.`)).map(({ key }) => key);
  return below.slice(0, 2).join(' or ');
}

function prefixesOf(path: readonly string[]): string[] {
  return path.slice(0, -1).map((_part, index) => path.slice(0, index + 1).join('.'));
}
