import { z } from 'zod';
import { isoTime, Timestamp, upperWords } from '#kernel/index.ts';
import type { CatalogueTask } from '#tasks/index.ts';
import { conflictKinds, pushOutcomes } from './push-plan.ts';
import type { PushReport, PushResult } from './pusher.ts';

const said = z.string().nullable();

export const ShownConflict = z
  .object({
    conflictType: z
      .enum(upperWords(conflictKinds))
      .describe('CHANGED: both have changed it. REMOVED: it is gone in the source. OCCUPIED: another task stands where it is to go.'),
    localVersion: said,
    localChecksum: said,
    remoteVersion: said,
    remoteChecksum: said.describe('Null: the source holds nothing there.'),
  })
  .meta({ id: 'TaskConflict' });

/** What became of one task. */
export const ShownPush = z
  .object({
    taskId: z.string(),
    taskName: z.string(),
    version: z.string(),
    repositoryId: z.string(),
    repositoryName: z.string(),
    repositoryPath: z.string().describe('Folder of the task, from the root of the repository.'),
    branch: said.describe('Null where the source could not be asked for the one it follows.'),
    outcome: z
      .enum(upperWords(pushOutcomes))
      .describe(
        'UNCHANGED: the branch held it already. TOOK_REMOTE: what was changed here was given up. Of a dry run, what would become of it.',
      ),
    success: z.boolean().describe('False: CONFLICT or FAILED.'),
    commitHash: said.describe('The commit that holds it; null of a dry run.'),
    conflict: ShownConflict.nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    pushedAt: Timestamp,
  })
  .meta({ id: 'PushResult' });
export type ShownPush = z.infer<typeof ShownPush>;

export function shownPush({ task, source, path, version, outcome, branch, commit, conflict, error, at }: PushResult): ShownPush {
  return {
    taskId: String(task.id),
    taskName: task.name,
    version,
    repositoryId: String(source.id),
    repositoryName: source.name,
    repositoryPath: path,
    branch,
    outcome: outcome.toUpperCase() as ShownPush['outcome'],
    success: outcome !== 'conflict' && outcome !== 'failed',
    commitHash: commit,
    conflict: conflict === null ? null : shownConflict(conflict),
    error: error === null ? null : { code: error.code, message: error.message },
    pushedAt: isoTime(at),
  };
}

function shownConflict({ kind, ...rest }: NonNullable<PushResult['conflict']>): z.infer<typeof ShownConflict> {
  return { ...rest, conflictType: kind.toUpperCase() as Uppercase<typeof kind> };
}

const diff = said.describe('What would be committed, as `git diff` writes it; null unless it is a dry run.');

export const TaskPushAnswer = ShownPush.extend({ isDryRun: z.boolean(), diff }).meta({ id: 'TaskPush' });

export const RepositoryPushAnswer = z
  .object({
    isDryRun: z.boolean(),
    results: z.array(ShownPush),
    pushed: z.number().int().describe('Tasks that the source holds now as they are here; of a dry run, would hold.'),
    failed: z.number().int().describe('Tasks that were not committed: conflicts and errors.'),
    remaining: z.number().int().describe('Changed tasks that did not fit into this push.'),
    diff,
  })
  .meta({ id: 'RepositoryPush' });

export function shownReport({ results, remaining, diff: text }: PushReport, isDryRun: boolean): z.infer<typeof RepositoryPushAnswer> {
  const shown = results.map(shownPush);
  const pushed = shown.filter(({ success }) => success).length;
  return { isDryRun, results: shown, pushed, failed: shown.length - pushed, remaining, diff: text };
}

/** A task that holds something its source does not. */
export const ShownModified = z
  .object({
    taskId: z.string(),
    taskName: z.string(),
    version: z.string().describe('The version that runs.'),
    repositoryId: said,
    repositoryName: said,
    repositoryPath: said.describe('Inside the source.'),
    canPush: z.boolean(),
    syncStatus: z
      .enum(['MODIFIED', 'CONFLICT', 'PENDING_PUSH'])
      .describe(
        'MODIFIED: changed here. CONFLICT: in the source too. PENDING_PUSH: new to the source, or on a branch that it has yet to get.',
      ),
    updatedAt: Timestamp,
  })
  .meta({ id: 'ModifiedTask' });

export function shownModified({ id, name, version, source, syncStatus, updatedAt }: CatalogueTask): z.infer<typeof ShownModified> {
  const word = syncStatus === 'conflict' ? 'CONFLICT' : syncStatus === 'pending_push' ? 'PENDING_PUSH' : 'MODIFIED';
  return {
    taskId: String(id),
    taskName: name,
    version,
    repositoryId: source === null ? null : String(source.id),
    repositoryName: source?.name ?? null,
    repositoryPath: source?.path ?? null,
    canPush: source?.canPush ?? false,
    syncStatus: word,
    updatedAt: isoTime(updatedAt),
  };
}
