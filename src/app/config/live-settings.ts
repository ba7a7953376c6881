import { isDeepStrictEqual } from 'node:util';
import type { Setting } from '#kernel/index.ts';
import type { z } from 'zod';
import type { LoadedSettings } from './load-settings.ts';

/** What became of a new configuration. */
export interface Reloaded {
  /** Keys whose new value holds from now on. */
  readonly changed: readonly string[];
  /** Keys whose new value holds after the next start. */
  readonly needRestart: readonly string[];
}

/** Settings of a running server: those that say so take new values, the others keep those of the start. */
export interface LiveSettings extends LoadedSettings {
  /** Takes over what may change. The new settings must have been checked. */
  replace(next: LoadedSettings, all: readonly Setting[]): Reloaded;
}

export function liveSettings(first: LoadedSettings): LiveSettings {
  let current = first;
  const sourceOf = (wanted: Setting) => (wanted.reload === 'live' ? current : first);
  return {
    get profile() {
      return first.profile;
    },
    originOf: (wanted) => sourceOf(wanted).originOf(wanted),
    get: <Type extends z.ZodType>(wanted: Setting<Type>): z.output<Type> => sourceOf(wanted).get(wanted),
    replace(next, all) {
      // A part that this version does not have cannot tell the difference, and its values may lack a variable.
      const used = all.filter(({ inactive }) => inactive === undefined);
      const differs = (one: Setting) => !isDeepStrictEqual(sourceOf(one).get(one), next.get(one));
      const changed = used.filter((one) => one.reload === 'live' && differs(one));
      const needRestart = used.filter((one) => one.reload !== 'live' && differs(one));
      current = next;
      return { changed: changed.map(({ key }) => key), needRestart: needRestart.map(({ key }) => key) };
    },
  };
}
