import { setting } from '#kernel/index.ts';
import { z } from 'zod';

export const mostLogLines = setting({
  key: 'executions.max_log_lines',
  reload: 'live',
  type: z.number().int().nonnegative().max(100_000),
  default: 1_000,
  describe: 'Log lines stored per execution; how many more there were is stored instead of them.',
});

export const mostLogBytes = setting({
  key: 'executions.max_log_bytes',
  reload: 'live',
  type: z
    .number()
    .int()
    .nonnegative()
    .max(256 * 1024 * 1024),
  default: 1024 * 1024,
  describe: 'Bytes of log lines stored per execution.',
});

export const keepRecordings = setting({
  key: 'executions.keep_recordings',
  reload: 'live',
  type: z.enum(['failed', 'all', 'none']),
  default: 'failed',
  describe: 'Of which executions a recording is stored, from which they can be replayed; a job can ask for another choice.',
});

export const resultCacheEnabled = setting({
  key: 'cache.result_cache.enabled',
  reload: 'live',
  type: z.boolean(),
  default: true,
  describe: 'Whether outputs of tasks that declare themselves deterministic are given again for the same input.',
});

export const resultCacheSize = setting({
  key: 'cache.result_cache.max_entries',
  reload: 'live',
  type: z.number().int().positive().max(1_000_000),
  default: 1_000,
  describe: 'Outputs kept for tasks that declare themselves deterministic; those that expire first go first.',
});
