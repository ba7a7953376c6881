import { lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, relative, sep } from 'node:path';
import type { FSWatcher } from 'chokidar';
import { ignoredFolders } from '#tasks/index.ts';

export interface FolderWatch {
  /** Whether what stands at the path is still what is being watched. */
  isCurrent(): boolean;
  close(): Promise<void>;
}

export interface FolderWatchRequest {
  /** Folder or ZIP. */
  readonly root: string;
  /** Without a change for so long, those before it are told together. */
  readonly quietMs: number;
  readonly onChange: () => void;
  /** What goes wrong while watching, such as too few watches left in the system. */
  readonly onError: (error: Error) => void;
}

/** However long files go on changing, after so many quiet times what has changed is told. */
const mostQuietTimes = 10;

/**
 * Watches what may matter to tasks below a folder. Links below it are not followed; a link that is the folder itself is, and is watched too,
 * as deployments turn it round. Resolves once everything is being watched: what changed before is to be looked at then.
 */
export async function watchFolder({ root, quietMs, onChange, onError }: FolderWatchRequest): Promise<FolderWatch> {
  const { watch } = await import('chokidar');
  let timer: NodeJS.Timeout | undefined;
  let firstAt: number | null = null;
  const tell = () => {
    firstAt = null;
    onChange();
  };
  const changed = () => {
    const now = performance.now();
    firstAt ??= now;
    clearTimeout(timer);
    timer = setTimeout(tell, Math.max(0, Math.min(quietMs, firstAt + mostQuietTimes * quietMs - now)));
  };
  const isLink = lstatSync(root).isSymbolicLink();
  const real = realpathSync(root);
  const isIgnored = (file: string) => file !== real && file.startsWith(real + sep) && isNoTaskPath(relative(real, file));
  const watchers: FSWatcher[] = [watch(real, { ignoreInitial: true, followSymlinks: false, ignored: isIgnored })];
  // Only the link itself: what is behind it is watched already.
  if (isLink) watchers.push(watch(root, { ignoreInitial: true, followSymlinks: false, depth: 0 }));
  for (const watcher of watchers) {
    watcher.on('all', (event, file) => {
      if (event === 'addDir' || (event !== 'unlinkDir' && file !== root && file !== real && !isTaskText(file))) return;
      changed();
    });
    watcher.on('error', (error) => onError(error instanceof Error ? error : new Error(String(error))));
  }
  await Promise.all(watchers.map((watcher) => new Promise<void>((resolve) => watcher.once('ready', () => resolve()))));
  const identity = identityOf(root);
  return {
    isCurrent: () => identityOf(root) === identity,
    async close() {
      clearTimeout(timer);
      await Promise.all(watchers.map((watcher) => watcher.close()));
    },
  };
}

/** Another folder under the same path is another one, however soon it came. */
function identityOf(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}

function isTaskText(file: string): boolean {
  return /\.(json|ya?ml|[cm]?[jt]s|zip)$/i.test(file);
}

/** Hidden folders and those that never hold a task, and what editors and copying programs write beside a file. */
function isNoTaskPath(inside: string): boolean {
  const parts = inside.split(sep);
  if (parts.some((part) => ignoredFolders.has(part) || part.startsWith('.'))) return true;
  return /(\.tmp|\.sw[a-z]|~|\.bak|\.orig|\.crdownload|\.part)$|^#.*#$|^4913$/i.test(basename(inside));
}
