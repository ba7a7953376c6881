import { z } from 'zod';
import { setting } from '#kernel/index.ts';
import { branchStrategies, resolutions } from './push-plan.ts';

const template = z.string().trim().min(1).max(1_000);

export const pushEnabled = setting({
  key: 'registry.pushback.enabled',
  type: z.boolean(),
  default: true,
  describe: 'Whether changed tasks may be committed to their Git sources.',
  reload: 'live',
});

export const pushAutomatically = setting({
  key: 'registry.pushback.auto_push',
  type: z.boolean(),
  default: false,
  describe: 'Whether every change is pushed at once, in all writable sources; a source can ask for it with push_on_change.',
  reload: 'live',
});

export const pushBatch = setting({
  key: 'registry.pushback.max_batch_size',
  type: z.number().int().min(1).max(1_000),
  default: 10,
  describe: 'Most tasks that one push of a source commits; the others are left for the next.',
  reload: 'live',
});

export const pushConflicts = setting({
  key: 'registry.pushback.conflict_strategy',
  type: z.enum(resolutions),
  default: 'fail',
  describe: 'What happens where source and server have both changed a task: fail, take_local or take_remote.',
  reload: 'live',
});

export const pushBranches = setting({
  key: 'registry.pushback.branch_strategy',
  type: z.enum(branchStrategies),
  default: 'main',
  describe: 'Where commits go: main is the branch that the source follows, feature_branch one of its own for each change.',
  reload: 'live',
});

export const pushBranchTemplate = setting({
  key: 'registry.pushback.branch_template',
  type: template,
  default: 'ratchet/{task}-{version}',
  describe: 'Name of a feature branch; {task}, {version} and {uuid} stand for those of the task.',
  reload: 'live',
});

export const pushMessage = setting({
  key: 'registry.pushback.message_template',
  type: template,
  default: 'Change {task} to {version}\n\n{note}',
  describe: 'Message of a commit; {task}, {label}, {version}, {uuid}, {by} (who changed it) and {note} (why) stand for what they say.',
  reload: 'live',
});

export const pushAuthorName = setting({
  key: 'registry.pushback.author_name',
  type: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[^<>\n]+$/, 'must hold no line break and no < or >'),
  default: 'Ratchet',
  describe: 'Author of the commits.',
  reload: 'live',
});

export const pushAuthorEmail = setting({
  key: 'registry.pushback.author_email',
  type: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[^<>\s]+$/, 'must hold no blank and no < or >'),
  default: 'ratchet@localhost',
  describe: 'Address of the author of the commits.',
  reload: 'live',
});
