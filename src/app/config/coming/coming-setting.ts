import { setting, type Setting, type SettingSpec } from '#kernel/index.ts';
import type { z } from 'zod';

/**
 * Settings of parts that this version does not have: they are checked, shown and documented, and whoever sets one is told that it
 * changes nothing. When the part comes, its settings move beside it.
 * @param why as a sentence: "this version has no authentication"
 */
export function comingSetting(why: string) {
  return <Type extends z.ZodType>(spec: SettingSpec<Type>): Setting<Type> => setting({ ...spec, inactive: why });
}
