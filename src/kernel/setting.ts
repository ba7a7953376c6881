import type { z } from 'zod';

export interface SettingSpec<Type extends z.ZodType> {
  /** Dotted path in the configuration file: `http.timeout`. */
  key: string;
  type: Type;
  /** Value when nobody says anything, in the file's own unit. */
  default: z.input<Type>;
  /** One sentence with the unit. */
  describe: string;
  /** Environment variables of old that mean the same, beside the derived `RATCHET_<SECTION>_<KEY>`. */
  env?: readonly string[];
  /** True for values that must never be printed. */
  isSecret?: boolean;
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
