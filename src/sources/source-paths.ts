import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RatchetError } from '#kernel/index.ts';
import { isTaskFolder, searchTaskPaths, type TaskPaths } from '#tasks/index.ts';
import { sourceSubdirectoryNotFound, sourceTooLarge, sourceUnreachable } from './errors.ts';
import { matchesPattern } from './match-pattern.ts';
import { readRegistry } from './repository-folder/read-registry.ts';
import { registryFile, type Discovery } from './repository-folder/registry-file.ts';
import type { Repository, RepositoryOptions } from './repository.ts';

/** The folder or ZIP of a source of this machine. @throws SOURCE_UNREACHABLE, SOURCE_SUBDIRECTORY_NOT_FOUND */
export function localRoot({ uri, subdirectory }: Pick<Repository, 'uri' | 'subdirectory'>): string {
  const top = fileURLToPath(uri);
  if (!existsSync(top)) throw sourceUnreachable({ address: top, reason: 'there is nothing at this path' });
  if (subdirectory === null) return top;
  const root = join(top, subdirectory);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true || !isInside(realpathSync(root), realpathSync(top))) {
    throw sourceSubdirectoryNotFound({ address: top, subdirectory });
  }
  return root;
}

/** Folders that are searched for tasks; whoever names the root of a disk gets an answer and not a server that is busy for minutes. */
const mostFolders = 20_000;

/**
 * The tasks of a source, as far as its patterns let it. A pattern is compared with the path of a task inside the source and with those of
 * the folders above it, so that `drafts` and `drafts/**` both leave out what is in that folder. Where the source is a task repository, what
 * that says of itself holds too: its tasks are below `tasks`, or where its own patterns find them, and templates are none.
 * @throws SOURCE_TOO_LARGE, and what the system says where there is nothing at the root
 */
export async function findSourceTasks(root: string, { includePatterns, ignorePatterns }: RepositoryOptions): Promise<TaskPaths> {
  const found = await searchTaskPaths(root, (count) => {
    if (count < mostFolders) return;
    throw sourceTooLarge({ address: root, what: 'it has too many folders', limit: mostFolders });
  });
  const inside = (path: string) => relative(root, path).split(sep).join('/') || '.';
  const fits = (path: string, include: readonly string[] | undefined, ignore: readonly string[] | undefined) =>
    (include === undefined || isMatched(path, include)) && (ignore === undefined || !isMatched(path, ignore));
  const said = existsSync(join(root, registryFile)) ? await ownPatterns(root) : null;
  if (typeof said === 'string')
    return { paths: found.paths, unreadable: [...found.unreadable, { path: join(root, registryFile), reason: said }] };
  const isWanted = (path: string) =>
    fits(path, includePatterns, ignorePatterns) &&
    (said === null || fits(path, said.include_patterns ?? ['tasks/**'], said.exclude_patterns));
  return { paths: found.paths.filter((path) => isWanted(inside(path))), unreadable: found.unreadable };
}

/** Reading YAML takes a second for some megabytes, and nothing else goes on meanwhile. */
const mostRegistryBytes = 256 * 1024;

/** What a task repository says of its tasks; a text says what is wrong with it. */
async function ownPatterns(root: string): Promise<Discovery | string> {
  const { size } = statSync(join(root, registryFile));
  if (size > mostRegistryBytes) return `it has ${size} bytes, and ${mostRegistryBytes} are read at most`;
  try {
    return (await readRegistry(root)).discovery ?? {};
  } catch (caught) {
    if (caught instanceof RatchetError) return caught.message;
    throw caught;
  }
}

/** @param path inside a source, with forward slashes */
export function isMatched(path: string, patterns: readonly string[]): boolean {
  const parts = path.split('/');
  const above = parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
  return patterns.some((pattern) => {
    const bare = pattern.replace(/^\.\//, '').replace(/\/$/, '');
    // Without a slash it is a name, wherever it stands.
    if (!bare.includes('/')) return parts.some((part) => matchesPattern(part, bare)) || matchesPattern(`${path}/metadata.json`, bare);
    return (
      above.some((one) => matchesPattern(one, bare)) || matchesPattern(`${path}/metadata.json`, bare) || matchesPattern(`${path}/`, bare)
    );
  });
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Whether a task stands at a path of a source of this machine, and not in a folder that somebody else looks at. @param folder that folder */
export function isTaskThere(
  { kind, uri, subdirectory }: Pick<Repository, 'kind' | 'uri' | 'subdirectory'>,
  path: string,
  folder: string,
): boolean {
  if (kind !== 'filesystem') return false;
  const place = join(fileURLToPath(uri), subdirectory ?? '.', path);
  return !isInside(place, folder) && (isTaskFolder(place) || (/\.zip$/i.test(place) && existsSync(place)));
}
