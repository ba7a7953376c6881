import { join } from 'node:path';
import type { TaskFilesText } from '#tasks/index.ts';
import { lineOf, type BareGit } from './bare-git.ts';
import type { FolderInTree } from './folder-in-tree.ts';

export interface CommitAuthor {
  readonly name: string;
  readonly email: string;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
}

export interface FolderCommit {
  /** Null: the first commit of an empty repository. */
  readonly parent: string | null;
  /** Empty: the root. */
  readonly path: string;
  /** What the parent holds there. */
  readonly there: FolderInTree;
  /** What the folder is to hold of a task; null: it goes, with everything in it. */
  readonly files: TaskFilesText | null;
  /** Files of the task that are gone when they are not among `files`; others that are there stay. */
  readonly known: ReadonlySet<string>;
  readonly message: string;
  readonly author: CommitAuthor;
}

/**
 * Makes a commit in which a folder holds these files. Everything else in the repository stays as it is, and so does, byte for byte, each
 * file that says the same as before. No working tree is involved. @returns its id
 */
export async function commitFolder(git: BareGit, { parent, path, there, files, known, message, author }: FolderCommit): Promise<string> {
  const full = (inside: string) => (path === '' ? inside : `${path}/${inside}`);
  const lines: string[] = [];
  for (const [inside, { oid }] of there) {
    const isGone = files === null || (known.has(inside) && !Object.hasOwn(files, inside));
    if (isGone) lines.push(`0 ${'0'.repeat(oid.length)}\t${full(inside)}`);
  }
  for (const [inside, text] of Object.entries(files ?? {})) {
    const before = there.get(inside);
    if (before?.text === text) continue;
    const oid = await lineOf(git, ['hash-object', '-w', '--stdin'], { input: text });
    lines.push(`${before?.mode ?? '100644'} ${oid}\t${full(inside)}`);
  }
  const env = { GIT_INDEX_FILE: join(git.folder, 'ratchet-index') };
  await git.run(parent === null ? ['read-tree', '--empty'] : ['read-tree', parent], { env });
  await git.run(['update-index', '-z', '--index-info'], { env, input: lines.map((line) => `${line}\0`).join('') });
  const tree = await lineOf(git, ['write-tree'], { env });
  const date = `@${Math.floor(author.at / 1000)} +0000`;
  const signed = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_COMMITTER_DATE: date,
  };
  const parents = parent === null ? [] : ['-p', parent];
  return lineOf(git, ['commit-tree', tree, ...parents, '-F', '-'], { env: signed, input: `${message.trim()}\n` });
}
