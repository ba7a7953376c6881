import { createHash } from 'node:crypto';
import { canonicalJson, type Clock, type Settings } from '#kernel/index.ts';
import { cacheEnabled } from '#tasks/index.ts';
import type { Database } from '#storage/index.ts';
import { resultCacheEnabled, resultCacheSize } from './settings.ts';

/** A task, as far as its results may stand for those of later executions. */
export interface CacheableTask {
  /** In the database. */
  readonly id: number;
  /** Checksum of its files: another version has other results. */
  readonly hash: string;
  /** How long a result may stand for later ones; null: not at all. */
  readonly cacheTtlMs: number | null;
}

export interface CachedResult {
  /** JSON text. */
  readonly output: string;
  /** The execution that computed it. */
  readonly executionUuid: string;
}

/** Outputs of earlier executions that stand for later ones with the same input. */
export interface ResultCache {
  /** @param input JSON text; the order of its keys does not count */
  find(task: CacheableTask, input: string): Promise<CachedResult | null>;
  /** Of an execution that completed. @param input JSON text @param output JSON text */
  keep(task: CacheableTask, input: string, executionUuid: string, output: string): Promise<void>;
}

/** Results in the database: every node that shares it finds them. */
export function createResultCache(parts: { readonly database: Database; readonly settings: Settings; readonly clock: Clock }): ResultCache {
  const { database, settings, clock } = parts;
  const isEnabled = () => settings.get(cacheEnabled) && settings.get(resultCacheEnabled);
  return {
    async find(task, input) {
      const key = isEnabled() && task.cacheTtlMs !== null ? keyOf(task, input) : null;
      if (key === null) return null;
      const [found] = await database.read.all<{ output: string; execution_uuid: string }>(
        'SELECT output, execution_uuid FROM cached_results WHERE key = $1 AND task_id = $2 AND expires_at > $3',
        [key, task.id, clock.now()],
      );
      return found === undefined ? null : { output: found.output, executionUuid: found.execution_uuid };
    },

    async keep(task, input, executionUuid, output) {
      const { cacheTtlMs } = task;
      const key = isEnabled() && cacheTtlMs !== null ? keyOf(task, input) : null;
      if (key === null || cacheTtlMs === null) return;
      const now = clock.now();
      await database.write(async (queries) => {
        await queries.run(
          `INSERT INTO cached_results (key, task_id, execution_uuid, output, expires_at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (key) DO UPDATE SET task_id = excluded.task_id, execution_uuid = excluded.execution_uuid,
             output = excluded.output, expires_at = excluded.expires_at`,
          [key, task.id, executionUuid, output, now + cacheTtlMs],
        );
        await queries.run(
          `DELETE FROM cached_results WHERE expires_at <= $1
             OR key IN (SELECT key FROM cached_results ORDER BY expires_at DESC, key LIMIT 100000 OFFSET $2)`,
          [now, settings.get(resultCacheSize)],
        );
      });
    },
  };
}

/** Null for an input nested so deep that it is not worth the trouble. */
function keyOf({ hash }: CacheableTask, input: string): string | null {
  try {
    return createHash('sha256')
      .update(`${hash}\n${canonicalJson(JSON.parse(input))}`)
      .digest('hex');
  } catch (caught) {
    if (caught instanceof RangeError) return null;
    throw caught;
  }
}
