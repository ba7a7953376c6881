import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository, which every README command line is meant to be run from. */
export const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The launcher, as a person starts it in a checkout. */
export const launcher = join(repository, 'bin', 'ratchet.js');

/** PATH without the project's own programs: what a person's shell has. */
export const systemPath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);

/** The Node a person's shell finds, or null where there is none but the project's. */
export const systemNode =
  systemPath
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find((file) => existsSync(file)) ?? null;

/** For programs that get a home of their own: compiled code is shared all the same, or each of them compiles everything anew. */
export const sharedCache = { XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache') };
