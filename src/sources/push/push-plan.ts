import type { TaskFilesText } from '#tasks/index.ts';

/** Who wins where the source and this server have both changed a task. */
export const resolutions = ['fail', 'take_local', 'take_remote'] as const;
export type Resolution = (typeof resolutions)[number];

export const branchStrategies = ['main', 'feature_branch'] as const;
export type BranchStrategy = (typeof branchStrategies)[number];

export const pushOutcomes = ['committed', 'unchanged', 'took_remote', 'conflict', 'failed'] as const;
export type PushOutcome = (typeof pushOutcomes)[number];

/** A task as this server has it, to be committed to its source. */
export interface PushItem {
  readonly taskId: number;
  readonly name: string;
  readonly version: string;
  /** Path of its folder from the root of the repository, forward slashes, not empty. */
  readonly path: string;
  /** What the folder is to hold; null: it is to go. */
  readonly files: TaskFilesText | null;
  /** What the source held when the change was begun; null: nothing is known of it. */
  readonly base: TaskFilesText | null;
  readonly message: string;
}

export const conflictKinds = ['changed', 'removed', 'occupied'] as const;

/** Both sides have changed a task, or the place of a new one is taken. */
export interface TaskConflict {
  readonly kind: (typeof conflictKinds)[number];
  readonly localVersion: string | null;
  readonly localChecksum: string | null;
  readonly remoteVersion: string | null;
  /** Null: the folder is gone there. */
  readonly remoteChecksum: string | null;
}

/** What became of one task. `same`: the source holds it already. `remote`: what stands in the source was preferred, or that nothing does. */
export type ItemOutcome =
  | { readonly kind: 'committed' | 'same'; readonly item: PushItem; readonly commit: string | null }
  | { readonly kind: 'remote'; readonly item: PushItem; readonly isGone: boolean }
  | { readonly kind: 'conflict'; readonly item: PushItem; readonly conflict: TaskConflict };

export interface PushedBranch {
  readonly branch: string;
  /** Whether it is the one that the source follows. */
  readonly isFollowed: boolean;
  /** The latest commit of the branch after the push, or as it is where nothing was pushed. */
  readonly commit: string | null;
  readonly outcomes: readonly ItemOutcome[];
  /** Changes as text, as `git diff` writes them; only of a dry run. */
  readonly diff: string | null;
}
