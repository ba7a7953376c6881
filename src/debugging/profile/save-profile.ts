import { writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CpuProfile } from '#engine/index.ts';
import type { SavedProfile } from '#executions/operations.ts';
import { makeFolder, slug, type Task } from '#tasks/index.ts';
import { profileUnwritable } from '../errors.ts';
import { authorProfileOf } from './author-profile.ts';
import { hottestOf } from './hottest.ts';

/**
 * Writes the profile of an execution as a `.cpuprofile` that DevTools and editors load, in the author's own files.
 * @param file null for `<task>-<time>.cpuprofile` in the current folder
 * @param at milliseconds since 1970 UTC, for the file's name
 * @throws PROFILE_UNWRITABLE
 */
export function saveProfile(task: Task, profile: CpuProfile, file: string | null, at: number): SavedProfile {
  const target =
    file ?? `${slug(task.name) || 'task'}-${new Date(at).toISOString().replaceAll(/[-:]/g, '').replace(/\..*$/, '')}.cpuprofile`;
  const own = authorProfileOf(task, profile);
  try {
    makeFolder(dirname(resolve(target)));
    writeFileSync(target, JSON.stringify(own));
  } catch (error) {
    throw profileUnwritable({ file: target, reason: (error as NodeJS.ErrnoException).code ?? (error as Error).message }, error);
  }
  return {
    file: target,
    hottest: hottestOf(own, 5).map(({ name, url, line, selfMs, share }) => ({
      function: name,
      file: url.startsWith('file:') ? relative(process.cwd(), fileURLToPath(url)) : null,
      line,
      selfMs,
      share,
    })),
  };
}
