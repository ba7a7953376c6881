import { z } from 'zod';
import { operation } from '#kernel/index.ts';
import { sourceNotConfigured } from './errors.ts';
import { RepositoryStatuses, VerifiedRepositories } from './repository-check.ts';
import type { SourceChecker } from './source-checker.ts';

export type { RepositoryStatus, RepositoryStatuses, VerifiedRepositories, VerifiedRepository } from './repository-check.ts';
export type { SourceChecker } from './source-checker.ts';
export { summedStatuses, summedVerified } from './repository-check.ts';

export interface SourceCheckServices {
  readonly checker: SourceChecker;
}

const which = {
  repository: z.string().min(1).optional().describe('Name of one source; all of them unless given'),
  format: z.enum(['table', 'json', 'yaml']).default('table').describe('How the answer is printed'),
  detailed: z.boolean().default(false).describe('Say more of each'),
};

/** Null where the configuration names no source. */
export const statusOperation = operation({
  name: 'sources.status',
  summary: 'Say how the sources of the configuration are',
  details:
    'Reads every source that registry.sources of the configuration names and counts what looks like a task; with --server, says how the sources of a running server are. Tasks are checked by `ratchet repo verify`.',
  input: z.strictObject(which),
  output: RepositoryStatuses.nullable(),
  errors: [sourceNotConfigured],
  effect: 'read',
  permission: 'repository:read',
  on: {
    cli: {
      command: 'repo status',
      examples: [
        { line: 'ratchet repo status --config ratchet.yaml', about: 'A block of lines for each source' },
        { line: 'ratchet repo status --server http://127.0.0.1:8080 --format json', about: 'Those of a running server, for programs' },
      ],
    },
  },
  run: async ({ checker }: SourceCheckServices, { repository, detailed }, { signal }) =>
    checker.isConfigured ? checker.status({ repository, isDetailed: detailed }, signal) : null,
});

/** Null where the configuration names no source. */
export const verifyOperation = operation({
  name: 'sources.verify',
  summary: 'Fetch the sources of the configuration and check every task in them',
  details:
    'Reaches each source with its credentials, reads what it holds, and checks all tasks as a server would, running none of their code; with --server, asks a running server to look at its own. Ends with exit code 1 where one cannot be used.',
  input: z.strictObject({
    ...which,
    listTasks: z.boolean().default(false).describe('Name every task'),
    offline: z.boolean().default(false).describe('Look only at what is on this machine'),
  }),
  output: VerifiedRepositories.nullable(),
  errors: [sourceNotConfigured],
  effect: 'read',
  permission: 'repository:read',
  on: {
    cli: {
      command: 'repo verify',
      examples: [
        { line: 'ratchet repo verify --config ratchet.yaml --list-tasks', about: 'Every source, with its tasks' },
        { line: 'ratchet repo verify --repository team --offline', about: 'One of them, unless it has to be fetched' },
      ],
    },
  },
  run: async ({ checker }: SourceCheckServices, { repository, offline }, { signal }) =>
    checker.isConfigured ? checker.verify({ repository, isOffline: offline }, signal) : null,
});
