import type { Queries } from '#storage/index.ts';
import { bytesOfJobs, idList } from './candidates.ts';
import { finishedStatuses, type FinishedStatus, type RetentionRules } from './settings.ts';
import { storedBytes } from './stored-size.ts';

export interface RetentionPreview {
  /** Finished jobs that are old enough, by state. Jobs that others need are among them and stay. */
  readonly states: readonly {
    readonly status: FinishedStatus;
    readonly keptMs: number | null;
    readonly jobs: number;
    readonly bytes: number;
  }[];
  readonly expiredKeys: number;
  readonly expiredResults: number;
  readonly size: { readonly bytes: number; readonly limit: number | null; readonly overBy: number };
}

/** Bytes are measured for this many jobs of a state and reckoned from them for more. */
const mostMeasured = 500;

/** What would go if retention ran now. Changes nothing. */
export async function previewRetention(queries: Queries, rules: RetentionRules, now: number): Promise<RetentionPreview> {
  const states: RetentionPreview['states'][number][] = [];
  for (const status of finishedStatuses) {
    const keptMs = rules.ages[status];
    const before = keptMs === null ? 0 : now - keptMs;
    const [row] = await queries.all<{ jobs: number }>(`SELECT count(*) AS jobs FROM jobs WHERE status = $1 AND completed_at < $2`, [
      status,
      before,
    ]);
    const measured = row!.jobs === 0 ? [] : await oldest(queries, status, before);
    const bytes = measured.length === 0 ? 0 : await bytesOfJobs(queries, idList(measured));
    states.push({ status, keptMs, jobs: row!.jobs, bytes: measured.length === 0 ? 0 : Math.round((bytes / measured.length) * row!.jobs) });
  }
  const count = async (table: string) =>
    (await queries.all<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE expires_at <= $1`, [now]))[0]!.n;
  const bytes = await storedBytes(queries, rules.mostBytes ?? Number.POSITIVE_INFINITY);
  return {
    states,
    expiredKeys: await count('idempotency_keys'),
    expiredResults: await count('cached_results'),
    size: { bytes, limit: rules.mostBytes, overBy: rules.mostBytes === null ? 0 : Math.max(0, bytes - rules.mostBytes) },
  };
}

function oldest(queries: Queries, status: FinishedStatus, before: number): Promise<{ id: number }[]> {
  return queries.all<{ id: number }>('SELECT id FROM jobs WHERE status = $1 AND completed_at < $2 ORDER BY completed_at LIMIT $3', [
    status,
    before,
    mostMeasured,
  ]);
}
