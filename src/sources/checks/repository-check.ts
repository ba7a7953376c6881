import { z } from 'zod';
import { Timestamp } from '#kernel/index.ts';

const sourceType = z.enum(['filesystem', 'git', 'http']);
const whichOne = { name: z.string(), source_type: sourceType, uri: z.string(), enabled: z.boolean() };

/** How a source is, as far as reading it tells. */
export const RepositoryStatus = z.object({
  ...whichOne,
  sync_state: z.enum(['synced', 'pending', 'failed', 'disabled']).describe('pending: it has not been read yet, and nobody waited for it.'),
  last_checked: Timestamp.nullable(),
  health_status: z.enum(['healthy', 'degraded', 'unhealthy', 'unknown']).describe('degraded: something in it cannot be served.'),
  tasks_count: z.number().int().optional(),
  error: z.string().optional(),
  revision: z.string().optional().describe('Commit, ETag or hash; with --detailed.'),
  problems: z.array(z.string()).optional().describe('What cannot be served; with --detailed.'),
});
export type RepositoryStatus = z.infer<typeof RepositoryStatus>;

export const RepositoryStatuses = z.object({
  repositories: z.array(RepositoryStatus),
  total_repositories: z.number().int(),
  active_repositories: z.number().int().describe('Those that are enabled.'),
  healthy_repositories: z.number().int(),
});
export type RepositoryStatuses = z.infer<typeof RepositoryStatuses>;

const VerifiedTask = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  path: z.string().describe('Inside the source.'),
});

/** What reading all of a source found. Null: it was not looked at. */
export const VerifiedRepository = z.object({
  ...whichOne,
  accessible: z.boolean().nullable().describe('Whether it could be reached.'),
  readable: z.boolean().nullable().describe('Whether what was reached is a source.'),
  correctly_configured: z.boolean().describe('Whether what the configuration says of it goes together.'),
  usable: z.boolean().nullable().describe('All of that, and no task in it is broken.'),
  verification_time: Timestamp,
  tasks: z.array(VerifiedTask),
  issues: z.array(z.string()).describe('What keeps tasks from being served.'),
  warnings: z.array(z.string()),
  error_message: z.string().optional(),
});
export type VerifiedRepository = z.infer<typeof VerifiedRepository>;

export const VerifiedRepositories = z.object({
  repositories: z.array(VerifiedRepository),
  total_repositories: z.number().int(),
  usable_repositories: z.number().int(),
});
export type VerifiedRepositories = z.infer<typeof VerifiedRepositories>;

export function summedStatuses(repositories: RepositoryStatus[]): RepositoryStatuses {
  return {
    repositories,
    total_repositories: repositories.length,
    active_repositories: repositories.filter(({ enabled }) => enabled).length,
    healthy_repositories: repositories.filter(({ health_status }) => health_status === 'healthy').length,
  };
}

export function summedVerified(repositories: VerifiedRepository[]): VerifiedRepositories {
  return {
    repositories,
    total_repositories: repositories.length,
    usable_repositories: repositories.filter(({ usable }) => usable === true).length,
  };
}
