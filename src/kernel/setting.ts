import type { z } from 'zod';

/** What the number of a setting counts; `10m` or `64MB` in its place is turned into it. */
export type SettingUnit = 'ms' | 'seconds' | 'hours' | 'bytes' | 'mb';

/**
 * An older or other place in the file for the same setting. A bare key means the same value; otherwise `read` makes the value of this
 * setting of those found at `keys` (undefined where nothing is), and answers undefined when they say nothing about it.
 */
export type SettingAlias = string | { readonly keys: readonly string[]; readonly read: (values: readonly unknown[]) => unknown };

export interface SettingSpec<Type extends z.ZodType> {
  /** Dotted path in the configuration file: `http.timeout`. */
  key: string;
  type: Type;
  /** Value when nobody says anything, in the file's own unit. */
  default: z.input<Type>;
  /** The default in words, where it depends on the machine. */
  defaultWords?: string;
  /** One sentence with the unit. */
  describe: string;
  /** Of settings that are a number of something; without it the ending of the key tells (`_ms`, `_bytes`, `_mb`, `_hours`, `_seconds`). */
  unit?: SettingUnit;
  /** Where else in the file the same may be said; each bare key has its `RATCHET_*` variable as well. */
  aliases?: readonly SettingAlias[];
  /** Environment variables of old that mean the same, beside the derived `RATCHET_<SECTION>_<KEY>`. */
  env?: readonly string[];
  /** True for values that must never be printed. */
  isSecret?: boolean;
  /** `live`: whoever uses it sees a new value while the server runs; else a change needs a restart. */
  reload?: 'live';
  /** Why setting it changes nothing in this version: "the MCP server is not part of it". */
  inactive?: string;
  /** What of a value changes nothing, as a sentence without its end; null when all of it is used. */
  idlePart?(value: z.output<Type>): string | null;
}

export type Setting<Type extends z.ZodType = z.ZodType> = SettingSpec<Type> & { readonly variable: string };

const registry = new Map<string, Setting>();

/** Defines one setting beside the code that uses it. The file format, variables, flags and reference page follow from it. */
export function setting<Type extends z.ZodType>(spec: SettingSpec<Type>): Setting<Type> {
  if (registry.has(spec.key)) throw new TypeError(`setting ${spec.key} is defined twice`);
  const defined: Setting<Type> = Object.freeze({ ...spec, variable: variableOf(spec.key) });
  registry.set(spec.key, defined);
  return defined;
}

/** `execution.fetchVariables.url` is `RATCHET_EXECUTION_FETCH_VARIABLES_URL`. */
export function variableOf(key: string): string {
  return `RATCHET_${key
    .replaceAll('.', '_')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase()}`;
}

const endings: readonly (readonly [string, SettingUnit])[] = [
  ['_ms', 'ms'],
  ['_bytes', 'bytes'],
  ['_mb', 'mb'],
  ['_hours', 'hours'],
  ['_seconds', 'seconds'],
];

/** What the number of a setting counts, or null when it is a plain number or none at all. */
export function unitOf(one: Pick<Setting, 'key' | 'unit'>): SettingUnit | null {
  return one.unit ?? endings.find(([ending]) => one.key.endsWith(ending))?.[1] ?? null;
}

/** Every environment variable that sets a setting, its own first. */
export function variablesOf(one: Pick<Setting, 'variable' | 'env' | 'aliases'>): readonly string[] {
  const ofAliases = (one.aliases ?? []).flatMap((alias) => (typeof alias === 'string' ? [variableOf(alias)] : []));
  return [...new Set([one.variable, ...(one.env ?? []), ...ofAliases])];
}

/** Every key of the file that may say a setting, its own first. */
export function keysOf(one: Pick<Setting, 'key' | 'aliases'>): readonly string[] {
  return [one.key, ...(one.aliases ?? []).flatMap((alias) => (typeof alias === 'string' ? [alias] : alias.keys))];
}

/** Settings that contradict each other are refused together. */
export interface SettingRule {
  readonly settings: readonly Setting[];
  /** What is wrong, as a sentence that names keys and values, or null. */
  readonly problem: (settings: Settings) => string | null;
}

const rules: SettingRule[] = [];

/** Says beside the settings which of their values do not go together. */
export function settingRule(rule: SettingRule): SettingRule {
  rules.push(rule);
  return rule;
}

/** Every rule whose module has been loaded. */
export function definedSettingRules(): readonly SettingRule[] {
  return rules;
}

/** Every setting whose module has been loaded, by key. */
export function definedSettings(): readonly Setting[] {
  return [...registry.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** Reads settings: `settings.get(httpTimeout)`. */
export interface Settings {
  get<Type extends z.ZodType>(setting: Setting<Type>): z.output<Type>;
}

/** Settings that are all defaults except for the values given, by key. Used by tests and as the base of the real ones. */
export function settingsFrom(values: Readonly<Record<string, unknown>> = {}): Settings {
  const cache = new Map<string, unknown>();
  return {
    get<Type extends z.ZodType>(wanted: Setting<Type>): z.output<Type> {
      if (!cache.has(wanted.key)) {
        cache.set(wanted.key, wanted.type.parse(Object.hasOwn(values, wanted.key) ? values[wanted.key] : wanted.default));
      }
      return cache.get(wanted.key) as z.output<Type>;
    },
  };
}
