import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { git as runGit, type Files } from './git-repository.ts';

/** A real bare repository, looked at and changed by git itself. */
export interface BareRepository {
  readonly folder: string;
  git(...args: string[]): string;
  /** Commits these files on top of a branch as somebody else would; null removes one. @returns the commit */
  commit(files: Files, branch?: string): string;
  /** The bytes of a file in a branch; null where it is not there. */
  read(path: string, branch?: string): Buffer | null;
  /** Paths in a branch. */
  list(branch?: string): string[];
  /** Subjects of commits, the newest first. */
  log(branch?: string): string[];
}

/** Folders that are gone after each test. */
export function temporaryPlaces(): () => string {
  let made: string[] = [];
  afterEach(() => {
    for (const folder of made) rmSync(folder, { recursive: true, force: true });
    made = [];
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'ratchet-push-'));
    made.push(folder);
    return folder;
  };
}

export function makeBareRepository(folder: string): BareRepository {
  const bare = join(folder, 'tasks.git');
  runGit(['init', '--bare', '--quiet', '--initial-branch=main', bare]);
  const git = (...args: string[]) => runGit(args, { cwd: bare });
  return {
    folder: bare,
    git,
    commit(files, branch = 'main') {
      const text = (...lines: string[]) => Buffer.from(`${lines.join('\n')}\n`);
      const data = (content: string | Buffer) => {
        const bytes = Buffer.from(content as string);
        return Buffer.concat([text(`data ${bytes.length}`), bytes, text('')]);
      };
      const stream = [
        text(`commit refs/heads/${branch}`, `committer Ada <ada@example.org> ${Math.floor(Date.now() / 1000)} +0000`),
        data(`Change ${Object.keys(files).join(', ')}`.slice(0, 70)),
        ...(existsSync(join(bare, 'refs/heads', branch)) ? [text(`from refs/heads/${branch}^0`)] : []),
        ...Object.entries(files).flatMap(([path, content]) =>
          content === null ? [text(`D ${path}`)] : [text(`M 100644 inline ${path}`), data(content)],
        ),
      ];
      // One process instead of a working tree with eight.
      runGit(['fast-import', '--quiet'], { cwd: bare, input: Buffer.concat(stream) });
      return git('rev-parse', branch);
    },
    read(path, branch = 'main') {
      if (git('ls-tree', '--name-only', branch, path) === '') return null;
      return execFileSync('git', ['cat-file', 'blob', `${branch}:${path}`], { cwd: bare });
    },
    list: (branch = 'main') => git('ls-tree', '-r', '--name-only', branch).split('\n'),
    log: (branch = 'main') => git('log', '--format=%s', branch).split('\n'),
  };
}
