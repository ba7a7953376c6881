import { isoTime } from '#kernel/index.ts';
import type { Database, SqlValue } from '#storage/index.ts';
import type { LogSearch } from '../analysis-services.ts';
import type { FoundLogLine, FoundLogLines } from './log-shapes.ts';

/** What one call looks at, at most: some tenths of a second. Who wants more goes on from there. */
const mostLines = 20_000;
const mostExecutions = 2_000;
const executionsAtOnce = 100;
const linesAtOnce = 2_000;

interface Place {
  /** Executions before this one, and of this one lines after that number. */
  readonly execution: number;
  readonly line: number;
}

/**
 * Looks through the lines of executions, the newest execution first, in the order of lines within one. Compared here and not by LIKE, which
 * knows capitals beyond ASCII on one database and not on the other.
 * @param taskId null: of all tasks
 */
export async function searchLogs(
  { read }: Database,
  { search, levels, since, until, limit, after }: LogSearch,
  taskId: number | null,
): Promise<FoundLogLines> {
  const wanted = search?.toLowerCase() ?? null;
  const lines: FoundLogLine[] = [];
  let place = placeFrom(after);
  let linesLookedAt = 0;
  let executionsLookedAt = 0;
  const answer = (next: Place | null): FoundLogLines => ({
    lines,
    next: next === null ? null : `${next.execution}.${next.line}`,
    linesLookedAt,
  });

  while (executionsLookedAt < mostExecutions && linesLookedAt < mostLines) {
    const executions = await executionsFrom(place.execution);
    if (executions.length === 0) return answer(null);
    for (const one of executions) {
      executionsLookedAt++;
      let line = one.id === place.execution ? place.line : 0;
      for (;;) {
        const rows = await read.all<{ number: number; level: string; message: string; logged_at: number }>(
          `SELECT number, level, message, logged_at FROM execution_logs WHERE execution_id = $1 AND number > $2 ORDER BY number LIMIT ${linesAtOnce}`,
          [one.id, line],
        );
        for (const { number, level, message, logged_at: at } of rows) {
          line = number;
          linesLookedAt++;
          if (levels !== null && !levels.includes(level)) continue;
          if ((since !== null && at < since) || (until !== null && at > until)) continue;
          if (wanted !== null && !message.toLowerCase().includes(wanted)) continue;
          lines.push({
            executionId: String(one.id),
            taskId: String(one.task_id),
            taskName: one.task_name,
            number,
            level,
            message,
            at: isoTime(at),
          });
          if (lines.length === limit) return answer({ execution: one.id, line });
        }
        if (rows.length < linesAtOnce) break;
        if (linesLookedAt >= mostLines) return answer({ execution: one.id, line });
      }
      place = { execution: one.id - 1, line: 0 };
      if (linesLookedAt >= mostLines) return answer(place);
    }
  }
  return answer(place);

  /** Those that can have lines of the window, from one on. */
  async function executionsFrom(from: number): Promise<readonly { id: number; task_id: number; task_name: string }[]> {
    const values: SqlValue[] = [from];
    const conditions = ['e.id <= $1', 'e.started_at IS NOT NULL'];
    if (taskId !== null) conditions.push(`e.task_id = $${values.push(taskId)}`);
    if (since !== null) conditions.push(`(e.completed_at IS NULL OR e.completed_at >= $${values.push(since)})`);
    if (until !== null) conditions.push(`e.started_at <= $${values.push(until)}`);
    return read.all(
      `SELECT e.id, e.task_id, tasks.name AS task_name FROM executions AS e JOIN tasks ON tasks.id = e.task_id
       WHERE ${conditions.join(' AND ')} ORDER BY e.id DESC LIMIT ${executionsAtOnce}`,
      values,
    );
  }
}

/** What is no place begins at the newest. */
function placeFrom(after: string | null): Place {
  const found = /^(\d{1,15})\.(\d{1,9})$/.exec(after ?? '');
  return found === null ? { execution: Number.MAX_SAFE_INTEGER, line: 0 } : { execution: Number(found[1]), line: Number(found[2]) };
}
