import type { Queries } from '#storage/index.ts';
import type { Candidate } from './candidates.ts';

/** A schedule of whose finished jobs only some stay. */
export interface SparingSchedule {
  readonly id: number;
  readonly keep_jobs: number;
  readonly is_system: number;
}

export function sparingSchedules(queries: Queries): Promise<SparingSchedule[]> {
  return queries.all<SparingSchedule>('SELECT id, keep_jobs, is_system FROM schedules WHERE keep_jobs IS NOT NULL ORDER BY id');
}

/** Finished jobs of a schedule beyond those that stay, the latest of them first. */
export function surplusJobs(queries: Queries, { id, keep_jobs }: SparingSchedule, limit: number): Promise<Candidate[]> {
  return queries.all<Candidate>(
    `SELECT id, status, completed_at FROM jobs
     WHERE schedule_id = $1 AND completed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM job_dependencies WHERE needs_job_id = jobs.id)
     ORDER BY id DESC LIMIT $2 OFFSET $3${queries.dialect === 'postgres' ? ' FOR UPDATE SKIP LOCKED' : ''}`,
    [id, limit, keep_jobs],
  );
}

/** Of the server's own schedules nobody needs a long ledger. @returns how many rows went */
export function removeSurplusSlots(queries: Queries, { id, keep_jobs }: SparingSchedule): Promise<number> {
  return queries.run(
    `DELETE FROM schedule_slots WHERE schedule_id = $1 AND slot_at < (
       SELECT slot_at FROM schedule_slots WHERE schedule_id = $1 ORDER BY slot_at DESC LIMIT 1 OFFSET $2)`,
    [id, keep_jobs - 1],
  );
}

/** @returns how many rows went */
export function removeOldSlots(queries: Queries, before: number, limit: number): Promise<number> {
  return queries.run(
    'DELETE FROM schedule_slots WHERE id IN (SELECT id FROM schedule_slots WHERE slot_at < $1 ORDER BY slot_at LIMIT $2)',
    [before, limit],
  );
}
