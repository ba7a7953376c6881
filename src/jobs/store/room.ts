import { by, idList, isIn, locked, type Queries } from '#storage/index.ts';
import { claimOrder, isReady, type StoredJob } from './stored-job.ts';

/** Limits under which there may be room again: concurrency keys, tasks, rate keys. */
export class Freed {
  readonly keys = new Set<string>();
  readonly tasks = new Set<number>();
  readonly rates = new Set<string>();

  isEmpty(): boolean {
    return this.keys.size + this.tasks.size + this.rates.size === 0;
  }

  /** What a job leaves that ran: its start stays in the window of its rate. */
  ofRunning(job: Pick<StoredJob, 'task_id' | 'concurrency_key'>): void {
    this.tasks.add(job.task_id);
    if (job.concurrency_key !== null) this.keys.add(job.concurrency_key);
  }

  /** What a job leaves that was ready, and stood before others. */
  of(job: Pick<StoredJob, 'task_id' | 'concurrency_key' | 'rate_key'>): void {
    this.ofRunning(job);
    if (job.rate_key !== null) this.rates.add(job.rate_key);
  }
}

/**
 * Lets held jobs be claimed, best first, exactly as many as there is room for: a job waits for room as long as those that run under the
 * same limit, and those ready ones that come before it, fill the limit. Counted from rows each time.
 * @returns how many, and when there will be room under a rate limit
 */
export async function passOn(queries: Queries, freed: Freed, now: number): Promise<{ woken: number; nextAt: number | null }> {
  let woken = 0;
  let nextAt: number | null = null;
  if (freed.isEmpty()) return { woken, nextAt };
  const counted = await countedJobs(queries);
  for (const key of [...freed.keys].toSorted()) woken += await fill(queries, keyRoom(queries, key), counted);
  for (const task of [...freed.tasks].toSorted((a, b) => a - b)) woken += await fill(queries, taskRoom(queries, task), counted);
  for (const rate of [...freed.rates].toSorted()) {
    const room = rateRoom(queries, rate, now);
    woken += await fill(queries, room, counted);
    const at = await room.nextAt();
    if (at !== null) nextAt = nextAt === null ? at : Math.min(nextAt, at);
  }
  return { woken, nextAt };
}

/** While everything is paused, jobs that do not ignore it stand in nobody's way, and have no use for room. */
async function countedJobs(queries: Queries): Promise<string> {
  const paused = await queries.all('SELECT 1 FROM pauses WHERE task_id = 0');
  return paused.length > 0 ? ' AND ignores_pause = 1' : '';
}

/** Whether anything waits for room where a job makes or leaves some. */
export async function isWantedBy(queries: Queries, room: 'key' | 'task' | 'rate', value: string | number): Promise<boolean> {
  const found = await queries.all(`SELECT 1 FROM jobs ${by(queries, heldIndex[room])} WHERE ${heldBy[room]} LIMIT 1`, [value]);
  return found.length > 0;
}

const heldBy = {
  key: `hold = 'key' AND concurrency_key = $1`,
  task: `hold = 'task' AND task_id = $1`,
  rate: `hold = 'rate' AND rate_key = $1`,
};

const heldIndex = { key: 'idx_jobs_held_key', task: 'idx_jobs_held', rate: 'idx_jobs_held_rate' };
const readyIndex = { key: 'idx_jobs_ready_key', task: 'idx_jobs_ready_task', rate: 'idx_jobs_ready_rate' };

type Candidate = Pick<StoredJob, 'id' | 'priority' | 'turn' | 'concurrency_limit' | 'rate_limit' | 'rate_window_ms'>;

interface Room {
  readonly kind: 'key' | 'task' | 'rate';
  readonly value: string | number;
  /** Column that says to which limit a job belongs. */
  readonly column: string;
  limitOf(candidate: Candidate): Promise<number>;
  /** How many fill the limit at least, counted no further than `most`. */
  used(candidate: Candidate, most: number): Promise<number>;
}

const perLook = 50;
/** The rest is found by the next look: nobody should hold a transaction for ten thousand jobs. */
const mostLooks = 20;

async function fill(queries: Queries, room: Room, counted: string): Promise<number> {
  let woken = 0;
  for (let look = 0; look < mostLooks; look++) {
    const candidates = await queries.all<Candidate>(
      `SELECT id, priority, turn, concurrency_limit, rate_limit, rate_window_ms FROM jobs ${by(queries, heldIndex[room.kind])}
       WHERE ${heldBy[room.kind]}${counted} ORDER BY ${claimOrder} LIMIT ${perLook}${locked(queries, ' SKIP LOCKED')}`,
      [room.value],
    );
    const chosen = await choose(queries, room, candidates, counted);
    if (chosen.length > 0)
      await queries.run(`UPDATE jobs SET hold = NULL, held_until = NULL WHERE id ${isIn(queries, '$1')}`, [idList(queries, chosen)]);
    woken += chosen.length;
    if (candidates.length < perLook || chosen.length < candidates.length) break;
  }
  return woken;
}

async function choose(queries: Queries, room: Room, candidates: readonly Candidate[], counted: string): Promise<number[]> {
  const chosen: number[] = [];
  // Where a limit is full for one job it is full for all that come later and have the same or a lower limit.
  let full = 0;
  for (const candidate of candidates) {
    const limit = await room.limitOf(candidate);
    if (limit <= full) continue;
    const used = await room.used(candidate, limit);
    const before = used + chosen.length >= limit ? 0 : await readyBefore(queries, room, candidate, limit, counted);
    if (used + chosen.length + before < limit) chosen.push(candidate.id);
    else full = limit;
  }
  return chosen;
}

async function readyBefore(
  queries: Queries,
  { kind, column, value }: Room,
  { id, priority, turn }: Candidate,
  most: number,
  counted: string,
): Promise<number> {
  const [higher] = await queries.all<{ n: number }>(
    `SELECT count(*) AS n FROM (SELECT 1 FROM jobs ${by(queries, readyIndex[kind])} WHERE ${column} = $1 AND ${isReady}${counted} AND priority > $2 LIMIT $3) AS counted`,
    [value, priority, Math.min(most, mostCounted)],
  );
  const [equal] = await queries.all<{ n: number }>(
    `SELECT count(*) AS n FROM (SELECT 1 FROM jobs ${by(queries, readyIndex[kind])} WHERE ${column} = $1 AND ${isReady}${counted} AND priority = $2 AND (turn, id) < ($3, $4) LIMIT $5) AS counted`,
    [value, priority, turn, id, Math.min(most, mostCounted)],
  );
  return higher!.n + equal!.n;
}

const mostCounted = 1_000_000;

function keyRoom(queries: Queries, key: string): Room {
  let running: number | null = null;
  return {
    kind: 'key',
    value: key,
    column: 'concurrency_key',
    limitOf: async (candidate) => candidate.concurrency_limit ?? Infinity,
    used: async () => (running ??= await runningWithKey(queries, key)),
  };
}

function taskRoom(queries: Queries, taskId: number): Room {
  let running: number | null = null;
  let limit: number | null = null;
  return {
    kind: 'task',
    value: taskId,
    column: 'task_id',
    limitOf: async () => (limit ??= await taskLimit(queries, taskId)),
    used: async () => (running ??= await runningOfTask(queries, taskId)),
  };
}

function rateRoom(queries: Queries, rateKey: string, now: number): Room & { nextAt(): Promise<number | null> } {
  return {
    kind: 'rate',
    value: rateKey,
    column: 'rate_key',
    limitOf: async (candidate) => candidate.rate_limit ?? Infinity,
    used: async (candidate, most) => {
      const [row] = await queries.all<{ n: number }>(
        `SELECT count(*) AS n FROM (SELECT 1 FROM executions WHERE rate_key = $1 AND started_at > $2 LIMIT $3) AS counted`,
        [rateKey, now - candidate.rate_window_ms!, Math.min(most, mostCounted)],
      );
      return row!.n;
    },
    async nextAt() {
      const [first] = await queries.all<Candidate>(
        `SELECT rate_limit, rate_window_ms FROM jobs ${by(queries, heldIndex.rate)} WHERE ${heldBy.rate} ORDER BY ${claimOrder} LIMIT 1`,
        [rateKey],
      );
      if (!first) return null;
      return rateRoomAt(queries, rateKey, { limit: first.rate_limit!, windowMs: first.rate_window_ms! }, now);
    },
  };
}

/** When fewer than `limit` starts will lie in the window, if nothing starts until then; null: now. */
export async function rateRoomAt(
  queries: Queries,
  rateKey: string,
  { limit, windowMs }: { readonly limit: number; readonly windowMs: number },
  now: number,
): Promise<number | null> {
  const [oldest] = await queries.all<{ started_at: number }>(
    `SELECT started_at FROM executions WHERE rate_key = $1 AND started_at > $2 ORDER BY started_at DESC LIMIT 1 OFFSET $3`,
    [rateKey, now - windowMs, limit - 1],
  );
  return oldest ? oldest.started_at + windowMs : null;
}

export async function runningWithKey(queries: Queries, key: string): Promise<number> {
  const [row] = await queries.all<{ n: number }>(
    `SELECT count(*) AS n FROM jobs ${by(queries, 'idx_jobs_running_key')} WHERE status = 'processing' AND concurrency_key = $1`,
    [key],
  );
  return row!.n;
}

export async function runningOfTask(queries: Queries, taskId: number): Promise<number> {
  const [row] = await queries.all<{ n: number }>(
    `SELECT count(*) AS n FROM jobs ${by(queries, 'idx_jobs_running_task')} WHERE status = 'processing' AND task_id = $1`,
    [taskId],
  );
  return row!.n;
}

async function taskLimit(queries: Queries, taskId: number): Promise<number> {
  const [row] = await queries.all<{ max_concurrent: number | null }>('SELECT max_concurrent FROM tasks WHERE id = $1', [taskId]);
  return row?.max_concurrent ?? Infinity;
}
