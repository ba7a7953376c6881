import { lineOf, type BareGit } from './bare-git.ts';

/** What a source says of its branches, asked anew each time: an answer is old as soon as it is there. */
export interface RemoteBranches {
  /** The branch that the repository calls its own; null where it has no commit and says none. */
  readonly usual: string | null;
  /** Commit by branch. */
  readonly branches: ReadonlyMap<string, string>;
  readonly tags: ReadonlySet<string>;
}

export async function readRemoteBranches(git: BareGit): Promise<RemoteBranches> {
  const { stdout } = await git.run(['ls-remote', '--symref', git.remote, 'HEAD', 'refs/heads/*', 'refs/tags/*']);
  let usual: string | null = null;
  const branches = new Map<string, string>();
  const tags = new Set<string>();
  for (const line of stdout.toString('utf8').split('\n')) {
    const [what, ref] = line.split('\t') as [string, string | undefined];
    if (ref === 'HEAD' && what.startsWith('ref: refs/heads/')) usual = what.slice('ref: refs/heads/'.length);
    else if (ref?.startsWith('refs/heads/')) branches.set(ref.slice('refs/heads/'.length), what);
    else if (ref?.startsWith('refs/tags/')) tags.add(ref.slice('refs/tags/'.length));
  }
  return { usual, branches, tags };
}

/** Brings the newest commit of a branch here, with its files and without its history. @returns its id, which may be newer than what was said of it before */
export async function fetchBranch(git: BareGit, branch: string): Promise<string> {
  const here = `refs/remotes/source/${branch}`;
  await git.run(['fetch', '--quiet', '--depth=1', '--no-tags', git.remote, `+refs/heads/${branch}:${here}`]);
  return lineOf(git, ['rev-parse', '--verify', here]);
}
