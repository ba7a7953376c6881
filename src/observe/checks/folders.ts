import { existsSync, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { failed, ok, type Check } from '../doctor.ts';

/**
 * Whether something can be written into a folder; tried, because permissions alone do not tell of full or read-only disks.
 * A folder that does not exist yet is fine when it can be made: then the nearest one above it is tried, and nothing is left behind.
 */
export function folderCheck(name: string, folder: string, advice: string): Check {
  return {
    name,
    run: async () => {
      let nearest = folder;
      while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
      if (!statSync(nearest).isDirectory()) return failed(`${nearest} is not a folder`, advice);
      try {
        rmdirSync(mkdtempSync(join(nearest, '.ratchet-doctor-')));
      } catch (caught) {
        return failed(`${nearest} cannot be written to: ${caught instanceof Error ? caught.message : String(caught)}`, advice);
      }
      return ok(nearest === folder ? `${folder} is writable` : `${folder} can be made`);
    },
  };
}
