import type { ScheduleRules } from '#jobs/index.ts';
import { idList, isIn } from '#storage/index.ts';
import type { OverlapPolicy, SkipReason } from '../schedule.ts';

/** Why a slot was skipped whose job ended before it began, by the code of the job's error; others failed. */
const reasons: Readonly<Record<string, SkipReason>> = { SCHEDULE_OVERLAP: 'overlap', JOB_DEADLINE_PASSED: 'deadline' };

/**
 * What the queue asks and tells within its transactions. Jobs that somebody has triggered have no slot: they start whatever runs, and leave
 * no row.
 */
export const scheduleRules: ScheduleRules = {
  async overlapOf(queries, { id }) {
    const [row] = await queries.all<{ overlap: OverlapPolicy }>(
      'SELECT s.overlap FROM schedule_slots l JOIN schedules s ON s.id = l.schedule_id WHERE l.job_id = $1',
      [id],
    );
    if (row?.overlap === 'skip') return 'skip';
    return row?.overlap === 'cancel_previous' ? 'cancel' : null;
  },

  async begun(queries, jobs, now) {
    const of = (ids: readonly number[]) => idList(queries, ids);
    await queries.run(
      `UPDATE schedule_slots SET started_at = coalesce(started_at, $2), outcome = CASE outcome WHEN 'skipped' THEN 'late' ELSE outcome END,
       reason = NULL WHERE job_id ${isIn(queries, '$1')}`,
      [of(jobs.map(({ id }) => id)), now],
    );
    await queries.run(`UPDATE schedules SET last_run_at = $2 WHERE id ${isIn(queries, '$1')}`, [
      of([...new Set(jobs.map(({ schedule_id }) => schedule_id))]),
      now,
    ]);
  },

  async notRun(queries, jobs) {
    for (const { id, schedule_id, reason } of jobs) {
      const wasPlanned = await queries.run(
        `UPDATE schedule_slots SET outcome = 'skipped', reason = $2 WHERE job_id = $1 AND started_at IS NULL AND outcome <> 'skipped'`,
        [id, reason === null ? 'cancelled' : (reasons[reason] ?? 'failed')],
      );
      if (wasPlanned === 0) continue;
      // It did not run, so it does not count; one that was exhausted by it goes on.
      await queries.run('UPDATE schedules SET execution_count = execution_count - 1 WHERE id = $1 AND execution_count > 0', [schedule_id]);
      await queries.run(
        `UPDATE schedules SET enabled = 1, disabled_reason = NULL, due_at = next_slot_at
         WHERE id = $1 AND disabled_reason = 'exhausted' AND execution_count < max_executions`,
        [schedule_id],
      );
    }
  },
};
