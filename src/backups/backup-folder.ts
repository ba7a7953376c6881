import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isProcessAlive } from '#kernel/index.ts';
import { flushFolder } from '#storage/index.ts';
import { backupNamePattern, Manifest } from './backup.ts';

export interface KeptBackup extends Manifest {
  readonly file: string;
  /** What is wrong with its file at first sight, or null. */
  readonly problem: string | null;
}

/** The files of backups. A backup is there once its manifest and its file are; both get their names when they are whole. */
export interface BackupFolder {
  readonly path: string;
  /** Newest first. */
  list(): KeptBackup[];
  find(name: string): KeptBackup | null;
  /** Where a backup of this name is written while it is being made; of this process. */
  unfinished(name: string): string;
  /** Gives a file that is whole its name. */
  keep(manifest: Manifest, file: string): void;
  remove(backup: KeptBackup): void;
  /** Removes what processes that are gone have left half-written. @returns how many files */
  clean(): number;
}

const endings = { sqlite: 'db', postgres: 'dump' } as const;
const unfinishedFile = /^\d{8}T\d{9}Z[a-z0-9-]*\.(\d+)\.making/;

export function openBackupFolder(path: string, pid = process.pid): BackupFolder {
  const manifestOf = (name: string) => join(path, `${name}.json`);
  const fileOf = ({ name, dialect }: Pick<Manifest, 'name' | 'dialect'>) => join(path, `${name}.${endings[dialect]}`);
  const names = () => {
    try {
      return readdirSync(path);
    } catch (caught) {
      if ((caught as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw caught;
    }
  };
  const find = (name: string): KeptBackup | null => {
    // Whatever a caller says becomes a path only when a server could have made it.
    if (!backupNamePattern.test(name)) return null;
    const manifest = readManifest(manifestOf(name), name);
    if (manifest === null) return null;
    const file = fileOf(manifest);
    const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? null;
    if (bytes === null) return null;
    return { ...manifest, file, problem: bytes === manifest.bytes ? null : `it has ${bytes} bytes instead of ${manifest.bytes}` };
  };
  return {
    path,
    find,
    list: () =>
      names()
        .filter((name) => name.endsWith('.json'))
        .flatMap((name) => find(name.slice(0, -'.json'.length)) ?? [])
        .toSorted((a, b) => b.takenAt - a.takenAt || (a.name < b.name ? 1 : -1)),
    unfinished(name) {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      return join(path, `${name}.${pid}.making`);
    },
    keep(manifest, file) {
      const part = `${join(path, manifest.name)}.${pid}.making.json`;
      writeFileSync(part, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flush: true });
      chmodSync(file, 0o600);
      renameSync(part, manifestOf(manifest.name));
      // The last step: without its file a manifest is nothing.
      renameSync(file, fileOf(manifest));
      flushFolder(path);
    },
    remove(backup) {
      rmSync(backup.file, { force: true });
      rmSync(manifestOf(backup.name), { force: true });
      flushFolder(path);
    },
    clean() {
      const left = names().filter((name) => {
        const owner = unfinishedFile.exec(name)?.[1];
        return owner !== undefined && (Number(owner) === pid || !isProcessAlive(Number(owner)));
      });
      for (const name of left) rmSync(join(path, name), { force: true });
      return left.length;
    },
  };
}

/** Null where there is none, or nobody can read it. */
function readManifest(file: string, name: string): Manifest | null {
  try {
    const parsed = Manifest.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success && parsed.data.name === name ? parsed.data : null;
  } catch (caught) {
    if (caught instanceof SyntaxError || (caught as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw caught;
  }
}
