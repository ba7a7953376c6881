import { sourceRefNotFound } from '../../errors.ts';
import type { GitSession } from './git-session.ts';

/** What a source wants of a repository, found there. */
export interface RemoteRef {
  /** Commit it leads to now. */
  readonly commit: string;
  /** Full name, to fetch it by; null where a commit was named. */
  readonly name: string | null;
}

export const isCommitId = (ref: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref);

/**
 * Asks the host which commit a branch or tag leads to: one small answer, nothing is fetched. A commit id is taken at its word, but the host is
 * asked all the same: whoever may not read the repository gets nothing from what was fetched before.
 * @throws SOURCE_REF_NOT_FOUND, and what asking can fail with
 */
export async function readRemoteRef(git: GitSession, ref: string | null): Promise<RemoteRef> {
  const { address } = git;
  const wanted = ref === null || isCommitId(ref) ? ['HEAD'] : namesOf(ref);
  if (wanted.length === 0) throw sourceRefNotFound({ address: address.uri, ref: ref! });
  const { stdout } = await git.must(['ls-remote', '--end-of-options', address.remote, ...wanted.flatMap((name) => [name, `${name}^{}`])]);
  if (ref !== null && isCommitId(ref)) return { commit: ref.toLowerCase(), name: null };
  const found = new Map(
    stdout
      .toString()
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([id = '', name = '']) => [name, id] as const),
  );
  for (const name of wanted) {
    // Of an annotated tag the second line is the commit behind it.
    const commit = found.get(`${name}^{}`) ?? found.get(name);
    if (commit !== undefined && isCommitId(commit)) return { commit, name };
  }
  throw sourceRefNotFound({ address: address.uri, ref: ref ?? 'HEAD' });
}

/** What a name may stand for, first choice first. */
function namesOf(ref: string): readonly string[] {
  // What git itself forbids in names, so that none is a pattern or an option.
  // oxlint-disable-next-line no-control-regex
  if (ref === '' || ref.length > 400 || /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^[-/.]|\/$|\.lock$|\.$/.test(ref)) return [];
  if (ref === 'HEAD' || ref.startsWith('refs/')) return [ref];
  return [`refs/heads/${ref}`, `refs/tags/${ref}`];
}
