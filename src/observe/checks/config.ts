import { distance } from 'fastest-levenshtein';
import type { Setting } from '#kernel/index.ts';
import { failed, ok, warning, type Check } from '../doctor.ts';

export interface ConfigFacts {
  /** Path of the file in use, or null. */
  file: string | null;
  /** Dotted keys the file sets. */
  keys: readonly string[];
  settings: readonly Setting[];
  /** Reads one setting. @throws when its value is not acceptable */
  read(setting: Setting): unknown;
}

/** Reads every setting there is, and names keys that look like a slip of the pen. Keys of parts that are not installed are none of our business. */
export function configCheck(facts: () => Promise<ConfigFacts>): Check {
  return {
    name: 'configuration',
    run: async () => {
      const { file, keys, settings, ...config } = await facts();
      const wrong = settings.flatMap((setting) => {
        try {
          config.read(setting);
          return [];
        } catch (caught) {
          return [caught instanceof Error ? caught.message : String(caught)];
        }
      });
      if (wrong.length > 0) return failed(wrong.join(' '), 'Correct the values named.');
      const slips = keys.flatMap((key) => nearMiss(key, settings));
      if (slips.length > 0) return warning(slips.join('; '), 'Keys nobody knows are passed over: correct their spelling.');
      return ok(file === null ? `${settings.length} settings, no file` : `${settings.length} settings, ${file}`);
    },
  };
}

function nearMiss(key: string, settings: readonly Setting[]): string[] {
  if (settings.some((setting) => setting.key === key || setting.key.startsWith(`${key}.`) || key.startsWith(`${setting.key}.`))) return [];
  const near = settings.find((setting) => distance(setting.key, key) <= Math.max(1, Math.floor(key.length / 8)));
  return near ? [`${key} is not a setting; ${near.key} is`] : [];
}
