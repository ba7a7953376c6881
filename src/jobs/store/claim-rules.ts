import type { Queries } from '#storage/index.ts';
import type { ClaimRequest, Hold, ScheduleRules } from '../job-store.ts';
import { judgeOverlap } from './overlap.ts';
import { rateRoomAt, runningOfTask, runningWithKey } from './room.ts';
import type { StoredJob } from './stored-job.ts';

export type Looked = Pick<
  StoredJob,
  | 'id'
  | 'uuid'
  | 'task_id'
  | 'task_version'
  | 'schedule_id'
  | 'execution_id'
  | 'status'
  | 'hold'
  | 'priority'
  | 'run_at'
  | 'deadline'
  | 'concurrency_key'
  | 'concurrency_limit'
  | 'rate_key'
  | 'rate_limit'
  | 'rate_window_ms'
  | 'ignores_pause'
  | 'retry_count'
  | 'max_retries'
  | 'attempt'
  | 'token'
  | 'queued_at'
>;
export const lookedColumns = `id, uuid, task_id, task_version, schedule_id, execution_id, status, hold, priority, run_at, deadline, concurrency_key, concurrency_limit,
  rate_key, rate_limit, rate_window_ms, ignores_pause, retry_count, max_retries, attempt, token, queued_at`;

export interface TaskFacts {
  readonly enabled: number;
  readonly max_concurrent: number | null;
  readonly version: string;
  readonly checksum: string | null;
  /** 1: nothing runs the version before somebody has approved of it. Null: it has no content. */
  readonly needs_approval: number | null;
}

export type Verdict =
  | { readonly kind: 'claim'; readonly replaces: readonly number[] }
  | { readonly kind: 'expire' }
  /** Another job of its schedule has not ended. */
  | { readonly kind: 'skip'; readonly because: number }
  | { readonly kind: 'park'; readonly hold: Hold; readonly until: number | null };

/** What one look at the queue knows, and what it has given away already. */
export interface ClaimRules {
  judge(job: Looked): Promise<Verdict>;
  /** To be called for each job that is claimed: it fills its limits. */
  take(job: Looked): void;
  /** To be called when what was taken stands in the tables: starts are counted there. */
  written(): void;
  facts(taskId: number): Promise<TaskFacts | null>;
}

const startsAlone: Verdict = { kind: 'claim', replaces: [] };

export function claimRules(
  queries: Queries,
  request: ClaimRequest,
  pausedTasks: ReadonlySet<number>,
  schedules?: ScheduleRules,
): ClaimRules {
  const { now, brokenTasks } = request;
  const tasks = new Map<number, TaskFacts | null>();
  /** By task and version, of versions that jobs name. */
  const unapproved = new Map<string, boolean>();
  const keys = new Map<string, number>();
  const running = new Map<number, number>();
  const taken = new Map<string, number>();
  /** Jobs claimed by this look, by their schedule. */
  const scheduled = new Map<number, number[]>();

  const facts = async (taskId: number) => {
    let known = tasks.get(taskId);
    if (known === undefined) tasks.set(taskId, (known = await readFacts(queries, taskId)));
    return known;
  };

  async function needsApproval({ task_id: id, task_version: version }: Looked, task: TaskFacts): Promise<boolean> {
    if (version === null || version === task.version) return task.needs_approval === 1;
    const key = `${id} ${version}`;
    let known = unapproved.get(key);
    if (known === undefined) unapproved.set(key, (known = await isUnapproved(queries, id, version)));
    return known;
  }

  async function keyIsFull({ concurrency_key: key, concurrency_limit: limit }: Looked): Promise<boolean> {
    if (key === null || limit === null) return false;
    let count = keys.get(key);
    if (count === undefined) keys.set(key, (count = await runningWithKey(queries, key)));
    return count >= limit;
  }

  async function taskIsFull(taskId: number, limit: number): Promise<boolean> {
    let count = running.get(taskId);
    if (count === undefined) running.set(taskId, (count = await runningOfTask(queries, taskId)));
    return count >= limit;
  }

  async function rateFreeAt({ rate_key: key, rate_limit: limit, rate_window_ms: windowMs }: Looked): Promise<number | null> {
    if (key === null || limit === null || windowMs === null) return null;
    const started = taken.get(key) ?? 0;
    return started >= limit ? now + windowMs : rateRoomAt(queries, key, { limit: limit - started, windowMs }, now);
  }

  return {
    facts,
    written: () => taken.clear(),
    async judge(job) {
      if (job.deadline !== null && job.deadline < now) return { kind: 'expire' };
      const park = (hold: Hold, until: number | null = null): Verdict => ({ kind: 'park', hold, until });
      if (pausedTasks.has(job.task_id) && job.ignores_pause === 0) return park('paused');
      const task = await facts(job.task_id);
      if (task === null || task.enabled === 0 || (await needsApproval(job, task))) return park('disabled');
      const brokenUntil = brokenTasks.get(job.task_id);
      if (brokenUntil !== undefined && brokenUntil > now) return park('breaker', brokenUntil);
      if (await keyIsFull(job)) return park('key');
      if (task.max_concurrent !== null && (await taskIsFull(job.task_id, task.max_concurrent))) return park('task');
      const freeAt = await rateFreeAt(job);
      if (freeAt !== null) return park('rate', freeAt);
      if (job.schedule_id === null || schedules === undefined) return startsAlone;
      const overlap = await judgeOverlap(queries, schedules, job, scheduled.get(job.schedule_id) ?? []);
      return overlap.kind === 'skip' ? overlap : { kind: 'claim', replaces: overlap.kind === 'replace' ? overlap.jobs : [] };
    },
    take({ id, task_id, schedule_id, concurrency_key, rate_key }) {
      if (schedule_id !== null) scheduled.set(schedule_id, [...(scheduled.get(schedule_id) ?? []), id]);
      running.set(task_id, (running.get(task_id) ?? 0) + 1);
      if (concurrency_key !== null) keys.set(concurrency_key, (keys.get(concurrency_key) ?? 0) + 1);
      if (rate_key !== null) taken.set(rate_key, (taken.get(rate_key) ?? 0) + 1);
    },
  };
}

async function readFacts(queries: Queries, taskId: number): Promise<TaskFacts | null> {
  const [row] = await queries.all<TaskFacts>(
    `SELECT t.enabled, t.max_concurrent, t.version, v.checksum, v.needs_approval FROM tasks t
     LEFT JOIN task_versions v ON v.task_id = t.id AND v.version = t.version AND v.is_current = 1 WHERE t.id = $1`,
    [taskId],
  );
  return row ?? null;
}

async function isUnapproved(queries: Queries, taskId: number, version: string): Promise<boolean> {
  const found = await queries.all(
    'SELECT 1 FROM task_versions WHERE task_id = $1 AND version = $2 AND is_current = 1 AND needs_approval = 1',
    [taskId, version],
  );
  return found.length > 0;
}

/** Which version an attempt runs, with the checksum of its files; empty where nobody knows the version: loading it will fail and say so. */
export async function versionOf(
  queries: Queries,
  taskId: number,
  wanted: string | null,
  facts: TaskFacts | null,
): Promise<{ version: string; checksum: string }> {
  if (facts !== null && (wanted === null || wanted === facts.version)) return { version: facts.version, checksum: facts.checksum ?? '' };
  const [row] = await queries.all<{ checksum: string }>(
    'SELECT checksum FROM task_versions WHERE task_id = $1 AND version = $2 AND is_current = 1',
    [taskId, wanted],
  );
  return { version: wanted ?? '', checksum: row?.checksum ?? '' };
}
