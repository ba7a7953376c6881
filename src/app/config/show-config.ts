import { isDeepStrictEqual } from 'node:util';
import { secretNames } from '#recordings/index.ts';
import type { Setting } from '#kernel/index.ts';
import type { LoadedSettings } from './load-settings.ts';

/** One setting as it is in force. */
export interface ShownSetting {
  readonly key: string;
  /** In a form that a file may have, secrets replaced. */
  readonly value: unknown;
  readonly source: string;
  readonly isDefault: boolean;
}

const mask = '********';

/** Every setting as it is in force, with where it comes from. @throws CONFIG_INVALID */
export function shownSettings(all: readonly Setting[], settings: LoadedSettings): ShownSetting[] {
  return all.map((one) => {
    const { source, layer } = settings.originOf(one);
    return { key: one.key, value: shownValue(one, settings), source, isDefault: layer === 'default' };
  });
}

/** The value of one setting in a form that a file may have, secrets replaced. @throws CONFIG_INVALID */
export function shownValue(one: Setting, settings: LoadedSettings): unknown {
  const value = settings.get(one);
  // What a type makes of a value cannot always be written down again; then what was given can.
  const again = one.type.safeParse(value);
  const written =
    again.success && isDeepStrictEqual(again.data, value) && isPlain(value) ? value : settings.originOf(one).given.interpreted;
  return masked(one, written);
}

function masked(one: Setting, value: unknown): unknown {
  const isNothing = value === null || value === '' || isDeepStrictEqual(value, one.default);
  if (one.isSecret) return isNothing ? value : mask;
  return maskedInside(value, secretNames());
}

/** Tokens beside a source, and passwords in its address. */
function maskedInside(value: unknown, isSecret: (name: string) => boolean): unknown {
  if (typeof value === 'string') return value.replace(/(\/\/[^/:@\s]*):[^/@\s]+@/, `$1:${mask}@`);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => maskedInside(item, isSecret));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      typeof inner === 'string' && isSecret(name) && !/_(?:name|file|type)$/.test(name) ? mask : maskedInside(inner, isSecret),
    ]),
  );
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isPlain);
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
}

/** Settings as the levels of a file. */
export function tree(shown: readonly ShownSetting[]): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const { key, value } of shown) {
    const path = key.split('.');
    let level = root;
    for (const part of path.slice(0, -1)) level = (level[part] ??= {}) as Record<string, unknown>;
    level[path.at(-1)!] = value;
  }
  return root;
}
