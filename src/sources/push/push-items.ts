import { setTimeout as pause } from 'node:timers/promises';
import { taskNotPushable, branchNameInvalid, pushRaced, pushRefused } from './errors.ts';
import { lineOf, type BareGit } from './bare-git.ts';
import { commitFolder, type CommitAuthor } from './commit-folder.ts';
import { decidePush } from './decide-push.ts';
import { readFolderInTree, taskFilesOf } from './folder-in-tree.ts';
import type { ItemOutcome, PushedBranch, PushItem, Resolution } from './push-plan.ts';
import { fetchBranch, readRemoteBranches } from './remote-branches.ts';

export interface PushRequest {
  /** Name of the source, for messages. */
  readonly repository: string;
  /** The branch that the source follows; null: the one that the repository calls its own. */
  readonly ref: string | null;
  /** A branch of its own for these tasks, with the template it was made from; null: the one that the source follows. */
  readonly feature: { readonly branch: string; readonly template: string } | null;
  /** Whether only signed commits count on the branch that the source follows; none are made here. */
  readonly needsSignature: boolean;
  readonly items: readonly PushItem[];
  readonly resolution: Resolution;
  /** Commits nothing, and says what would be. */
  readonly isDryRun: boolean;
  readonly author: CommitAuthor;
}

const mostAttempts = 5;
const longestDiff = 1024 * 1024;

/**
 * Commits tasks to a branch of their source, one commit each, and pushes them at once: all of them or none. Where somebody else was faster
 * the new state is fetched and compared anew. Nothing is ever forced.
 * @throws TASK_NOT_PUSHABLE, SOURCE_PUSH_REFUSED, SOURCE_PUSH_RACED, SOURCE_BRANCH_INVALID, and what `git.run` throws
 */
export async function pushItems(git: BareGit, request: PushRequest): Promise<PushedBranch> {
  const { repository, isDryRun } = request;
  for (let attempt = 1; ; attempt++) {
    const tips = await tipsOf(git, request);
    const { head, outcomes } = await commitItems(git, request, tips);
    const { branch, isFollowed } = tips;
    const pushed = { branch, isFollowed, commit: head, outcomes };
    if (isDryRun) return { ...pushed, diff: await diffOf(git, tips.onto, head) };
    if (head === null || head === tips.onto) return { ...pushed, diff: null };
    const refusal = await push(git, head, branch);
    if (refusal === null) return { ...pushed, diff: null };
    if (!refusal.isRace) throw pushRefused({ repository, branch, reason: refusal.reason });
    if (attempt === mostAttempts) throw pushRaced({ repository, branch, attempts: attempt });
    // Two that keep meeting do not wait equally long.
    await pause(attempt * (20 + unevenMs(git.folder)));
  }
}

/** Up to 60, by the name of a folder that no other push has. */
function unevenMs(folder: string): number {
  return Array.from(folder).reduce((sum, char) => (sum * 31 + char.codePointAt(0)!) % 61, 0);
}

interface Tips {
  /** Where the commits go. */
  readonly branch: string;
  readonly isFollowed: boolean;
  /** The commit they are put on; null: there is none yet. */
  readonly onto: string | null;
  /** The newest commit of the branch that the source follows, which tasks are compared with; null: there is none yet. */
  readonly source: string | null;
}

async function tipsOf(git: BareGit, { repository, ref, feature, needsSignature, items }: PushRequest): Promise<Tips> {
  const { usual, branches, tags } = await readRemoteBranches(git);
  const followed = ref?.replace(/^refs\/heads\//, '') ?? usual ?? 'main';
  const refuse = (reason: string) => taskNotPushable({ task: items[0]?.name ?? '', reason });
  const hasBranch = branches.has(followed);
  if (!hasBranch && branches.size > 0) {
    const what = tags.has(followed) ? 'a tag' : /^[0-9a-f]{40,64}$/.test(followed) ? 'a commit' : 'no branch';
    throw refuse(`the source ${repository} follows ${JSON.stringify(followed)}, which is ${what}`);
  }
  const source = hasBranch ? await fetchBranch(git, followed) : null;
  // Where there is no commit yet, there is nothing to branch off from.
  if (feature === null || source === null || feature.branch === followed) {
    if (needsSignature) throw refuse('commits of its source have to be signed, and those of this server are not');
    return { branch: followed, isFollowed: true, onto: source, source };
  }
  await checkBranch(git, feature);
  const { branch } = feature;
  return { branch, isFollowed: false, onto: branches.has(branch) ? await fetchBranch(git, branch) : source, source };
}

async function checkBranch(git: BareGit, { branch, template }: { branch: string; template: string }): Promise<void> {
  const { code } = await git.run(['check-ref-format', `refs/heads/${branch}`], { accepts: [0, 1] });
  if (code !== 0 || branch.startsWith('-')) throw branchNameInvalid({ branch, template });
}

async function commitItems(git: BareGit, { items, resolution, author }: PushRequest, { onto, source }: Tips) {
  const outcomes: ItemOutcome[] = [];
  let head = onto;
  for (const item of items) {
    const { path, files, base, message } = item;
    const read = async (commit: string | null) => (commit === null ? new Map<string, never>() : readFolderInTree(git, commit, path));
    const there = await read(head);
    // On a branch of its own the task may have been committed already.
    const isDone = decidePush(item, taskFilesOf(there), 'fail').kind === 'same';
    const decision = isDone ? { kind: 'same' as const } : decidePush(item, taskFilesOf(await read(source)), resolution);
    if (decision.kind === 'conflict') outcomes.push({ kind: 'conflict', item, conflict: decision.conflict });
    else if (decision.kind === 'remote') outcomes.push({ kind: 'remote', item, isGone: decision.isGone });
    else if (isDone) outcomes.push({ kind: 'same', item, commit: head });
    else {
      const known = new Set([...Object.keys(base ?? {}), ...(resolution === 'take_local' ? Object.keys(taskFilesOf(there) ?? {}) : [])]);
      head = await commitFolder(git, { parent: head, path, there, files, known, message, author });
      outcomes.push({ kind: 'committed', item, commit: head });
    }
  }
  return { head, outcomes };
}

/** @returns null where it worked */
async function push(git: BareGit, commit: string, branch: string): Promise<{ isRace: boolean; reason: string } | null> {
  const { code, stdout, stderr } = await git.run(['push', '--porcelain', '--no-verify', git.remote, `${commit}:refs/heads/${branch}`], {
    accepts: [0, 1],
  });
  if (code === 0) return null;
  const line = /^!\t[^\t]*\t(.*)$/m.exec(stdout.toString('utf8'))?.[1];
  const said = /^remote: (.+)$/m.exec(stderr)?.[1]?.trim();
  const reason = [line ?? stderr.trim().split('\n').at(-1), said].filter(Boolean).join(': ').slice(0, 500);
  // The last two are what a server says that was asked twice in one moment.
  const isRace = /non-fast-forward|fetch first|stale info|cannot lock ref|failed to update ref|incorrect old value/i.test(
    `${line} ${stderr}`,
  );
  return { isRace, reason };
}

/** What the commits change, as text. */
async function diffOf(git: BareGit, from: string | null, to: string | null): Promise<string> {
  if (to === null || from === to) return '';
  const before = from ?? (await lineOf(git, ['hash-object', '-t', 'tree', '--stdin'], { input: '' }));
  const { stdout } = await git.run(['diff', '--no-color', '--no-ext-diff', '--no-textconv', before, to]);
  const text = stdout.toString('utf8');
  return text.length > longestDiff ? `${text.slice(0, longestDiff)}\n...\n` : text;
}
