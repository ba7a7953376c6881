import type { Queries } from '#storage/index.ts';
import type { LogQuery, StoredLogLine } from '../execution-store.ts';
import { storable } from './storable.ts';

/** A line that is written again replaces itself: a secret may have become known after it was stored. */
const again = `ON CONFLICT (execution_id, number) DO UPDATE SET message = excluded.message`;

/** Lines that belong to one execution. */
export interface LinesOf {
  readonly id: number;
  readonly logs: readonly StoredLogLine[];
}

/** Writes lines of executions. */
export async function writeLogLines(queries: Queries, executions: readonly LinesOf[]): Promise<void> {
  const rows = executions.flatMap(({ id, logs }) =>
    logs.map(({ number, level, message, at }) => ({ id, number, level: storable(level), message: storable(message), at })),
  );
  if (rows.length === 0) return;
  if (queries.dialect === 'postgres') {
    await queries.run(
      `INSERT INTO execution_logs (execution_id, number, level, message, logged_at)
       SELECT id, number, level, message, at FROM json_to_recordset($1::json) AS x(id bigint, number int, level text, message text, at bigint) ${again}`,
      [JSON.stringify(rows)],
    );
    return;
  }
  for (const row of rows) {
    await queries.run(
      `INSERT INTO execution_logs (execution_id, number, level, message, logged_at) VALUES ($1, $2, $3, $4, $5) ${again}`,
      Object.values(row),
    );
  }
}

/**
 * Lines of one execution, in their order. Searched here and not by LIKE, which knows capitals beyond ASCII on one database and not on the
 * other; there are a thousand lines at most, unless somebody wanted more.
 */
export async function logLines(read: Queries, id: number, { after, limit, levels, search }: LogQuery): Promise<StoredLogLine[]> {
  const wanted = search?.toLowerCase() ?? null;
  const found: StoredLogLine[] = [];
  let last = after;
  for (;;) {
    const rows = await read.all<{ number: number; level: string; message: string; logged_at: number }>(
      'SELECT number, level, message, logged_at FROM execution_logs WHERE execution_id = $1 AND number > $2 ORDER BY number LIMIT 1000',
      [id, last],
    );
    for (const { number, level, message, logged_at: at } of rows) {
      last = number;
      if (levels !== null && !levels.includes(level)) continue;
      if (wanted !== null && !message.toLowerCase().includes(wanted)) continue;
      found.push({ number, level, message, at });
      if (found.length === limit) return found;
    }
    if (rows.length < 1_000) return found;
  }
}
