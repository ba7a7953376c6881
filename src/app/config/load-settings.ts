import { keysOf, variablesOf, type Setting, type SettingAlias, type Settings } from '#kernel/index.ts';
import type { z } from 'zod';
import { configInvalid } from '../errors.ts';
import type { ConfigFile, FilePart } from './config-file.ts';
import { profiles, type ChosenProfile } from './profiles.ts';
import { readValue } from './read-value.ts';
import { substitute, type Substituted } from './substitute.ts';
import { variableOf } from './variables.ts';

export interface ConfigSources {
  readonly file: ConfigFile | null;
  readonly profile: ChosenProfile | null;
  readonly env: NodeJS.ProcessEnv;
  /** Values by key that were given on the command line, as the person typed them, with the flag's name for messages. */
  readonly flags: Readonly<Record<string, { flag: string; value: unknown }>>;
  /** Values by key that somebody set while the server runs, with words for who and when. */
  readonly running?: Readonly<Record<string, { readonly value: unknown; readonly source: string }>>;
}

export type Layer = 'running' | 'flag' | 'variable' | 'file' | 'profile' | 'default';

/** A value as it was given, and by whom. */
export interface Origin {
  readonly layer: Layer;
  readonly given: Substituted;
  /** In words for a person: `ratchet.yaml:12`, `RATCHET_HTTP_TIMEOUT`, `--log-level`, `profile production`, `default`. */
  readonly source: string;
  /** File, line and key, where it stands in a file. */
  readonly place?: { readonly file: string; readonly line: number; readonly key: string; readonly part: FilePart };
}

export interface LoadedSettings extends Settings {
  /** Where the value of a setting comes from. @throws CONFIG_INVALID when what was given cannot even be read */
  originOf(setting: Setting): Origin;
  readonly profile: ChosenProfile | null;
}

/**
 * Settings from defaults < profile < file < section of the profile in the file < environment < flags < what was set while running. Each is looked up when it is
 * first asked for, because a setting exists only once the module that uses it is loaded, and a command loads few.
 * @throws CONFIG_INVALID from `get` when the value found is not acceptable.
 */
export function loadSettings(sources: ConfigSources): LoadedSettings {
  const cache = new Map<string, unknown>();
  const originOf = (wanted: Setting): Origin =>
    fromRunning(wanted, sources) ??
    fromFlags(wanted, sources) ??
    fromEnvironment(wanted, sources.env) ??
    fromFile(wanted, sources) ??
    fromProfile(wanted, sources.profile) ?? { layer: 'default', given: plain(wanted.default), source: 'default' };
  return {
    originOf,
    profile: sources.profile,
    get<Type extends z.ZodType>(wanted: Setting<Type>): z.output<Type> {
      if (!cache.has(wanted.key)) cache.set(wanted.key, accept(wanted, originOf(wanted)));
      return cache.get(wanted.key) as z.output<Type>;
    },
  };
}

const plain = (value: unknown): Substituted => ({ value, interpreted: value });

function fromRunning(wanted: Setting, { running }: ConfigSources): Origin | undefined {
  const set = running !== undefined && Object.hasOwn(running, wanted.key) ? running[wanted.key] : undefined;
  return set && { layer: 'running', given: plain(set.value), source: set.source };
}

function fromFlags(wanted: Setting, { flags }: ConfigSources): Origin | undefined {
  const given = flags[wanted.key];
  return given && { layer: 'flag', given: plain(given.value), source: given.flag };
}

/** `RATCHET_HTTP_TIMEOUT`, an older name, or a file that holds the value: `RATCHET_SERVER_DATABASE_URL_FILE=/run/secrets/database`. */
function fromEnvironment(wanted: Setting, env: NodeJS.ProcessEnv): Origin | undefined {
  const refuse = (source: string, problem: string) => configInvalid({ key: wanted.key, value: 'read', source, problem });
  const found = variableOf(variablesOf(wanted), env, refuse);
  return found && { layer: 'variable', given: plain(found.value), source: found.name };
}

function fromFile(wanted: Setting, { file, profile, env }: ConfigSources): Origin | undefined {
  if (file === null) return undefined;
  const part = profile === null ? null : file.profilePart(profile.name);
  return (part && fromPart(wanted, part, file, env)) ?? fromPart(wanted, file, file, env);
}

function fromPart(wanted: Setting, part: FilePart, file: ConfigFile, env: NodeJS.ProcessEnv): Origin | undefined {
  const [first] = saidIn(wanted, part);
  return first && originIn(first, part, file, env);
}

/** A value as one key of a file says it. */
export interface Said {
  readonly key: string;
  readonly line: number;
  readonly value: unknown;
}

/** Everything that one part of a file says about a setting, under its own key first and then under older ones. */
export function saidIn(wanted: Setting, part: FilePart): Said[] {
  const own = part.at(wanted.key);
  const ofAliases = (wanted.aliases ?? []).flatMap((alias): Said[] => {
    const keys = keysOf({ key: '', aliases: [alias] }).slice(1);
    const found = keys.map((key) => part.at(key));
    const first = found.findIndex((one) => one !== undefined);
    if (first < 0) return [];
    const value = readAlias(
      alias,
      found.map((one) => one?.value),
    );
    return value === undefined || value === null ? [] : [{ key: keys[first]!, line: found[first]!.line, value }];
  });
  return [...(own === undefined ? [] : [{ key: wanted.key, ...own }]), ...ofAliases];
}

/** @throws CONFIG_INVALID when a variable in the value is not set */
export function originIn({ key, line, value }: Said, part: FilePart, file: ConfigFile, env: NodeJS.ProcessEnv): Origin {
  const source = `${file.path}:${line}`;
  return { layer: 'file', given: substitute(value, env, { key, source }), source, place: { file: file.path, line, key, part } };
}

function readAlias(alias: SettingAlias, values: readonly unknown[]): unknown {
  return typeof alias === 'string' ? values[0] : alias.read(values);
}

function fromProfile(wanted: Setting, profile: ChosenProfile | null): Origin | undefined {
  const changes = profile === null ? undefined : profiles[profile.name]?.changes;
  if (changes === undefined || !Object.hasOwn(changes, wanted.key)) return undefined;
  return { layer: 'profile', given: plain(changes[wanted.key]), source: `profile ${profile!.name}` };
}

/** The value as its setting takes it. @throws CONFIG_INVALID */
export function accept(wanted: Setting, origin: Origin): unknown {
  const read = readValue(wanted, origin.given);
  if (read.isFine) return read.value;
  const { place } = origin;
  const source = place && read.inside.length > 0 ? `${place.file}:${place.part.lineOf(place.key, read.inside)}` : origin.source;
  throw configInvalid({ key: wanted.key, value: valueInWords(wanted, origin.given.value), source, problem: read.problem });
}

const mostShown = 200;

/** A value for a message: never a secret, never a page long. */
export function valueInWords(wanted: Setting, value: unknown): string {
  // Lists and mappings may hold secrets somewhere; what is wrong in them is named anyway.
  if (wanted.isSecret || (typeof value === 'object' && value !== null)) return 'the value given';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > mostShown ? `${text.slice(0, mostShown)}...` : text;
}
