import { z } from 'zod';
import { operation, reference } from '#kernel/index.ts';
import { taskNotFound, type Catalogue } from '#tasks/index.ts';
import {
  gitMissing,
  sourceAuthUnknown,
  sourceCacheFailed,
  sourceFetchCancelled,
  sourceUnknown,
  sourceAddressRefused,
  sourceAuthFailed,
  sourceAuthInvalid,
  sourceBusy,
  sourceFetchFailed,
  sourceHostKeyUnknown,
  sourceNotFound,
  sourceTimedOut,
  sourceUnreachable,
} from '../errors.ts';
import { branchNameInvalid, pushRaced, pushRefused, taskNotPushable, taskPushConflict } from './errors.ts';
import { branchStrategies, resolutions } from './push-plan.ts';
import type { Pusher } from './pusher.ts';
import { RepositoryPushAnswer, ShownModified, shownModified, shownPush, shownReport, TaskPushAnswer } from './shown-push.ts';

/** What operations that push lean on. */
export interface PushServices {
  readonly catalogue: Catalogue;
  readonly pusher: Pusher;
}

const TaskRef = z.string().min(1).max(200).describe('Number, uuid or name of the task');

const wishes = {
  resolution: z
    .enum(resolutions)
    .optional()
    .describe(
      'Where the source was changed too: fail, take_local (overwrite it) or take_remote (give up what was changed here); as configured unless given',
    ),
  branchStrategy: z
    .enum(branchStrategies)
    .optional()
    .describe('main: the branch that the source follows; feature_branch: one of its own for each change; as configured unless given'),
  branch: z.string().min(1).max(250).optional().describe('A branch of its own by this name'),
  message: z.string().min(1).max(10_000).optional().describe('Message of the commit; {task} and {version} stand for those of the task'),
  dryRun: z.boolean().default(false).describe('Commit nothing, and say what would be'),
};

const reaching = [
  sourceUnreachable,
  sourceNotFound,
  sourceAuthFailed,
  sourceAuthInvalid,
  sourceHostKeyUnknown,
  sourceAddressRefused,
  sourceTimedOut,
  sourceFetchFailed,
  sourceBusy,
  gitMissing,
  sourceAuthUnknown,
  sourceCacheFailed,
  sourceFetchCancelled,
  sourceUnknown,
] as const;
const pushing = [taskNotPushable, pushRefused, pushRaced, branchNameInvalid, ...reaching] as const;

const wishesOf = ({ resolution, branchStrategy, branch, message, dryRun }: z.output<z.ZodObject<typeof wishes>>, by: string) => ({
  resolution,
  strategy: branchStrategy,
  branch,
  message,
  isDryRun: dryRun,
  by,
});

export const pushTaskOperation = operation({
  name: 'tasks.push',
  summary: 'Commit a changed task to its Git source',
  details:
    'Makes one commit with what is stored here and pushes it to the branch that the source follows, or to one of its own. What others have committed meanwhile is compared first: where they changed the same task, nothing is overwritten unless the resolution says so. A source that holds the content already is no error.',
  input: z.object({
    id: TaskRef,
    ...wishes,
    remove: z.boolean().default(false).describe('Commit that the task is gone: its folder is taken away'),
  }),
  output: TaskPushAnswer,
  errors: [taskNotFound, taskPushConflict, ...pushing],
  effect: 'write',
  permission: 'task:push',
  on: {
    rest: 'POST /tasks/:id/push',
    graphql: 'pushTask',
    cli: {
      command: 'task push',
      positional: ['id'],
      examples: [
        { line: 'ratchet task push addition --dry-run', about: 'Show what would be committed' },
        { line: 'ratchet task push addition --message "Add carefully"', about: 'Commit the task as it is stored now' },
      ],
    },
  },
  async run({ catalogue, pusher }: PushServices, { id, remove, ...given }, { caller }) {
    const task = await catalogue.find(id);
    if (task === null) throw taskNotFound({ ref: id });
    const { results, diff } = await pusher.pushTask(task.id, { ...wishesOf(given, caller.name), isRemoval: remove });
    const result = results[0]!;
    const { conflict, path, source } = result;
    if (conflict !== null && !given.dryRun) throw taskPushConflict({ task: task.name, repository: source.name, path, conflict });
    return { ...shownPush(result), isDryRun: given.dryRun, diff };
  },
});

export const pushRepositoryOperation = operation({
  name: 'repositories.push',
  summary: 'Commit the changed tasks of a source',
  details:
    'One commit for each changed task, as many as registry.pushback.max_batch_size allows, pushed together. A task that cannot be committed is reported and keeps no other from it.',
  input: z.object({ id: reference('source'), ...wishes }),
  output: RepositoryPushAnswer,
  errors: [...pushing],
  effect: 'write',
  permission: 'repository:push',
  on: {
    rest: 'POST /repositories/:id/push',
    graphql: 'pushRepository',
    cli: {
      command: 'repo push',
      positional: ['id'],
      examples: [
        { line: 'ratchet repo push team-tasks', about: 'Commit whatever was changed on the server' },
        {
          line: 'ratchet repo push team-tasks --branch-strategy feature_branch',
          about: 'Each change on a branch of its own, to be reviewed',
        },
      ],
    },
  },
  run: async ({ pusher }: PushServices, { id, ...given }, { caller }) =>
    shownReport(await pusher.pushSource(id, wishesOf(given, caller.name)), given.dryRun),
});

export const modifiedTasksOperation = operation({
  name: 'tasks.listModified',
  summary: 'List tasks that hold something their source does not',
  details: 'Tasks that were changed on the server since they were read from their source, and those that are new to it.',
  input: z.object({}),
  output: z.object({ tasks: z.array(ShownModified) }),
  errors: [],
  effect: 'read',
  permission: 'task:read',
  on: {
    rest: 'GET /tasks/modified',
    graphql: 'modifiedTasks',
    cli: { command: 'task modified', examples: [{ line: 'ratchet task modified', about: 'What is still to be committed' }] },
  },
  run: async ({ catalogue }: PushServices) => ({ tasks: (await catalogue.changed(null)).map(shownModified) }),
});

/** Everything that has to do with committing tasks to their sources. */
export const pushOperations = [pushTaskOperation, pushRepositoryOperation, modifiedTasksOperation] as const;
