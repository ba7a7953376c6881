import { fillTemplate } from './fill-template.ts';
import { toRatchetError, type Clock, type EventFeed, type RatchetError, type Settings } from '#kernel/index.ts';
import type { Catalogue, CatalogueTask, PendingChange } from '#tasks/index.ts';
import { taskNotPushable } from './errors.ts';
import { pushItems } from './push-items.ts';
import type { BranchStrategy, ItemOutcome, PushedBranch, PushItem, Resolution, TaskConflict, PushOutcome } from './push-plan.ts';
import type { Repository } from '../repository.ts';
import type { PushSources } from './push-sources.ts';
import {
  pushAuthorEmail,
  pushAuthorName,
  pushBatch,
  pushBranches,
  pushBranchTemplate,
  pushConflicts,
  pushEnabled,
  pushMessage,
} from './settings.ts';

/** How a push differs from what the configuration says. */
export interface PushWishes {
  readonly resolution?: Resolution | undefined;
  readonly strategy?: BranchStrategy | undefined;
  /** A branch of its own by this name, whatever the template says. */
  readonly branch?: string | undefined;
  readonly message?: string | undefined;
  readonly isDryRun: boolean;
  /** Who asks. */
  readonly by: string;
}

/** What became of one task. */
export interface PushResult {
  readonly task: CatalogueTask;
  readonly source: Repository;
  /** From the root of the repository. */
  readonly path: string;
  readonly version: string;
  readonly outcome: PushOutcome;
  /** Null where the source could not be asked for the one it follows. */
  readonly branch: string | null;
  readonly commit: string | null;
  readonly conflict: TaskConflict | null;
  readonly error: RatchetError | null;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
}

export interface PushReport {
  readonly results: readonly PushResult[];
  /** Changed tasks that did not fit into this push. */
  readonly remaining: number;
  /** Only of a dry run. */
  readonly diff: string | null;
}

export interface Pusher {
  /**
   * Commits a task to its Git source. @param isRemoval commits that it is gone
   * @throws TASK_NOT_FOUND, TASK_NOT_PUSHABLE, and what a push throws
   */
  pushTask(taskId: number, wishes: PushWishes & { readonly isRemoval: boolean }): Promise<PushReport>;
  /** Commits the changed tasks of a source, as many as one push takes. What keeps one from being committed keeps no other. @param ref number or name */
  pushSource(ref: string, wishes: PushWishes): Promise<PushReport>;
}

export interface PusherParts {
  readonly catalogue: Catalogue;
  readonly sources: PushSources;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly feed: EventFeed;
}

type Pushing = Omit<PushReport, 'remaining'> & { readonly isSyncWanted: boolean };

interface Prepared {
  readonly task: CatalogueTask;
  readonly change: PendingChange;
  readonly item: PushItem;
  /** Null: the branch that the source follows. */
  readonly feature: { readonly branch: string; readonly template: string } | null;
}

/** Commits what was changed on this server to the Git sources it belongs to. */
export function createPusher({ catalogue, sources, settings, clock, feed }: PusherParts): Pusher {
  const prepare = async (source: Repository, task: CatalogueTask, wishes: PushWishes, isRemoval: boolean): Promise<Prepared> => {
    const inside = task.source?.path ?? '.';
    if (/\.zip$/i.test(inside)) throw taskNotPushable({ task: task.name, reason: 'it stands in a ZIP archive' });
    const path = [source.subdirectory, inside].filter((part) => part !== null && part !== '.').join('/');
    if (isRemoval && path === '') throw taskNotPushable({ task: task.name, reason: 'it is all there is in the repository' });
    const change = await catalogue.pending(task.id);
    const words = {
      task: task.name,
      label: task.label,
      version: change.version,
      uuid: task.uuid,
      by: change.changedBy,
      note: change.note ?? '',
    };
    const template = wishes.branch ?? settings.get(pushBranchTemplate);
    const isFeature = wishes.branch !== undefined || (wishes.strategy ?? settings.get(pushBranches)) === 'feature_branch';
    const message = wishes.message ?? (isRemoval ? 'Remove {task}' : settings.get(pushMessage));
    return {
      task,
      change,
      feature: isFeature ? { branch: fillTemplate(template, words), template } : null,
      item: {
        taskId: task.id,
        name: task.name,
        version: change.version,
        path,
        files: isRemoval ? null : change.files,
        base: change.base,
        message: fillTemplate(message, words),
      },
    };
  };

  const pushGroup = async (source: Repository, group: readonly Prepared[], wishes: PushWishes): Promise<PushedBranch> => {
    return sources.withGit(source, (git) =>
      pushItems(git, {
        repository: source.name,
        ref: source.ref,
        feature: group[0]!.feature,
        needsSignature: source.options.verifySignatures === true,
        items: group.map(({ item }) => item),
        resolution: wishes.resolution ?? settings.get(pushConflicts),
        isDryRun: wishes.isDryRun,
        author: { name: settings.get(pushAuthorName), email: settings.get(pushAuthorEmail), at: clock.now() },
      }),
    );
  };

  /**
   * Writes down what became of a task. What is lost here by a crash is found by content at the next push or sync.
   * @returns whether the source is to be read again
   */
  const settle = async ({ task, change, item }: Prepared, outcome: ItemOutcome, isInSource: boolean): Promise<boolean> => {
    if (outcome.kind === 'conflict') return true;
    if (outcome.kind === 'remote') {
      await catalogue.giveUp(task.id, outcome.isGone);
      return true;
    }
    if (item.files === null) {
      if (isInSource) await catalogue.giveUp(task.id, true);
      return isInSource;
    }
    const isNews = task.needsPush && (isInSource || outcome.kind === 'committed' || task.syncStatus !== 'pending_push');
    if (!isNews) return false;
    const { version, checksum } = change;
    await catalogue.pushed(task.id, { version, checksum, commit: outcome.commit, isInSource });
    return isInSource;
  };

  const push = async (source: Repository, prepared: readonly Prepared[], wishes: PushWishes, isAlone: boolean): Promise<Pushing> => {
    const results: PushResult[] = [];
    const diffs: string[] = [];
    let isSyncWanted = false;
    for (const group of Map.groupBy(prepared, ({ feature }) => feature?.branch ?? null).values()) {
      const result = (one: Prepared, more: Partial<PushResult>): PushResult => ({
        task: one.task,
        source,
        path: one.item.path,
        version: one.item.version,
        outcome: 'failed',
        branch: one.feature?.branch ?? source.ref,
        commit: null,
        conflict: null,
        error: null,
        at: clock.now(),
        ...more,
      });
      let pushed: PushedBranch;
      try {
        pushed = await pushGroup(source, group, wishes);
      } catch (caught) {
        const error = toRatchetError(caught, `push to ${source.name}`);
        if (isAlone || error.code === 'INTERNAL_ERROR') throw error;
        results.push(...group.map((one) => result(one, { error })));
        continue;
      }
      if (pushed.diff !== null) diffs.push(pushed.diff);
      for (const [index, outcome] of pushed.outcomes.entries()) {
        const one = group[index]!;
        if (!wishes.isDryRun && (await settle(one, outcome, pushed.isFollowed))) isSyncWanted = true;
        results.push(
          result(one, {
            outcome: shown[outcome.kind],
            branch: pushed.branch,
            commit: 'commit' in outcome && !wishes.isDryRun ? outcome.commit : null,
            conflict: outcome.kind === 'conflict' ? outcome.conflict : null,
          }),
        );
      }
    }
    if (!wishes.isDryRun) for (const one of results) tell(one);
    return { results, diff: wishes.isDryRun ? diffs.join('') : null, isSyncWanted };
  };

  /** What is worth knowing for those who follow: not that nothing was to be done. */
  const tell = ({ task, source, version, outcome, branch, commit, conflict }: PushResult): void => {
    const kind = outcome === 'committed' ? 'task.pushed' : outcome === 'conflict' ? 'task.conflict' : null;
    if (kind === null) return;
    const data = { source: source.name, version, branch, commit, ...(conflict === null ? {} : { conflict: { ...conflict } }) };
    feed.publish({ kind, at: clock.now(), taskId: String(task.id), jobId: null, executionId: null, data });
  };

  const sourceOf = async (ref: string, name: string): Promise<Repository> => {
    const source = await sources.find(ref);
    const refuse = (reason: string) => taskNotPushable({ task: name, reason });
    if (!settings.get(pushEnabled)) throw refuse('registry.pushback.enabled is false');
    if (source.kind !== 'git') throw refuse(`its source ${source.name} is no Git repository`);
    if (!source.isWritable) throw refuse(`its source ${source.name} is not writable`);
    return source;
  };

  /** A folder that was moved in the source is a conflict only until the source is read again. */
  const withMoves = async (source: Repository, run: () => Promise<Pushing>, isDryRun: boolean): Promise<Omit<Pushing, 'isSyncWanted'>> => {
    const { isSyncWanted, ...report } = await sources.inTurn(source, run);
    if (isSyncWanted) await sources.sync(source);
    const gone = isDryRun ? [] : report.results.filter(({ conflict }) => conflict?.kind === 'removed');
    const found = await Promise.all(
      gone.map(async ({ task }) => (await catalogue.find(String(task.id)))?.source?.path !== task.source?.path),
    );
    if (!found.includes(true)) return report;
    const { isSyncWanted: isWantedAgain, ...again } = await sources.inTurn(source, run);
    if (isWantedAgain) await sources.sync(source);
    const later = new Set(again.results.map(({ task }) => task.id));
    return { ...again, results: [...report.results.filter(({ task }) => !later.has(task.id)), ...again.results] };
  };

  return {
    async pushTask(taskId, { isRemoval, ...wishes }) {
      const task = await catalogue.find(String(taskId));
      if (task === null || task.source === null)
        throw taskNotPushable({ task: task?.name ?? String(taskId), reason: 'it belongs to no source' });
      const source = await sourceOf(String(task.source.id), task.name);
      const run = async () => {
        const now = (await catalogue.find(String(taskId))) ?? task;
        return push(source, [await prepare(source, now, wishes, isRemoval)], wishes, true);
      };
      return { ...(await withMoves(source, run, wishes.isDryRun)), remaining: 0 };
    },
    async pushSource(ref, wishes) {
      const source = await sourceOf(ref, `of ${ref}`);
      let remaining = 0;
      const run = async () => {
        const changed = await catalogue.changed(source.id);
        const batch = changed.slice(0, settings.get(pushBatch));
        remaining = changed.length - batch.length;
        return push(source, await Promise.all(batch.map((task) => prepare(source, task, wishes, false))), wishes, false);
      };
      return { ...(await withMoves(source, run, wishes.isDryRun)), remaining };
    },
  };
}

const shown = { committed: 'committed', same: 'unchanged', remote: 'took_remote', conflict: 'conflict' } as const;
