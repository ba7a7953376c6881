import type { CountChanges, ExecutionWrites } from '#executions/index.ts';
import { by, idList, isIn, locked, type Queries, updateEach } from '#storage/index.ts';
import type { JobOptions } from '../job.ts';
import type { ClaimRequest, ClaimedJob, SkippedJob } from '../job-store.ts';
import { claimRules, lookedColumns, versionOf, type ClaimRules, type Looked, type Verdict } from './claim-rules.ts';
import { endWaiting, pastDeadline } from './end-waiting.ts';
import { StatusChanges } from './job-counts.ts';
import { makeRoom, skipped, skippedJob } from './overlap.ts';
import { Freed, isWantedBy, passOn } from './room.ts';
import type { StoreParts } from './store-parts.ts';
import { claimOrder, isReady } from './stored-job.ts';

/** Of PostgreSQL: claims of several processes come one after another, so that limits hold across them. */
const claimLock = 7_021_953_418;
const perLook = 200;
/** Jobs one transaction looks at; a longer queue of jobs that cannot run is parked in several. */
const mostLooked = 2_000;

const park = updateEach({ id: 'bigint', hold: 'text', held_until: 'bigint' }, 'hold = :hold, held_until = :held_until');

const begin = updateEach(
  { id: 'bigint', owner: 'text', lease_until: 'bigint', execution_id: 'bigint', started_at: 'bigint' },
  `status = 'processing', owner = :owner, lease_until = :lease_until, execution_id = :execution_id, started_at = :started_at,
   token = token + 1, attempt = attempt + 1`,
);

/** @returns the jobs, those of schedules that were skipped, and whether there may be more that this transaction did not come to */
export async function claim(
  queries: Queries,
  parts: StoreParts,
  request: ClaimRequest,
): Promise<{ jobs: readonly ClaimedJob[]; skips: readonly SkippedJob[]; isMore: boolean }> {
  if (queries.dialect === 'postgres') await queries.all('SELECT 1 AS locked FROM pg_advisory_xact_lock($1)', [claimLock]);
  const paused = new Set((await queries.all<{ task_id: number }>('SELECT task_id FROM pauses')).map(({ task_id }) => task_id));
  const rules = claimRules(queries, request, paused, parts.schedules);
  const changes = new StatusChanges();
  const jobs: ClaimedJob[] = [];
  const skips: SkippedJob[] = [];
  let looked = 0;
  let isMore = true;
  let look = request.limit;
  while (jobs.length < request.limit && looked < mostLooked && isMore) {
    const rows = await queries.all<Looked>(claimQuery(queries, paused.has(0)), [look]);
    const round = await judgeAll(queries, rules, rows, request.limit - jobs.length);
    isMore = round.isCut || rows.length === look;
    looked += Math.max(round.judged.length, 1);
    look = round.isCut ? Math.max(8, request.limit - jobs.length) : perLook;
    jobs.push(...(await settle(queries, parts, request, rules, round.judged, changes)));
    for (const { job, verdict } of round.judged) if (verdict.kind === 'skip') skips.push(skippedJob(job, verdict.because));
    rules.written();
    if (round.isCut) {
      const freed = new Freed();
      freed.of(round.judged.at(-1)!.job);
      await passOn(queries, freed, request.now);
    }
  }
  await changes.write(queries, parts.random);
  return { jobs, skips, isMore: isMore && jobs.length < request.limit };
}

/** What a look at the queue asks; how it is answered is pinned by a test. */
export function claimQuery(queries: Queries, isAllPaused: boolean): string {
  return `SELECT ${lookedColumns} FROM jobs ${by(queries, isAllPaused ? 'idx_jobs_ready_always' : 'idx_jobs_ready')}
     WHERE ${isAllPaused ? 'ignores_pause = 1 AND ' : ''}${isReady} ORDER BY ${claimOrder} LIMIT $1${locked(queries, ' SKIP LOCKED')}`;
}

interface Judged {
  readonly job: Looked;
  readonly verdict: Verdict;
}

/**
 * Judges jobs in order until there are enough. Stops after one that leaves a place to others that wait for it: whoever gets it may come
 * before the rest.
 */
async function judgeAll(
  queries: Queries,
  rules: ClaimRules,
  rows: readonly Looked[],
  wanted: number,
): Promise<{ judged: Judged[]; isCut: boolean }> {
  const judged: Judged[] = [];
  const isWanted = askedOnce(queries);
  let claimed = 0;
  for (const job of rows) {
    if (claimed === wanted) break;
    const verdict = await rules.judge(job);
    judged.push({ job, verdict });
    if (verdict.kind === 'claim') {
      claimed++;
      rules.take(job);
    } else if (await leavesRoom(isWanted, job, verdict)) return { judged, isCut: true };
  }
  return { judged, isCut: false };
}

type IsWanted = (room: 'key' | 'task' | 'rate', value: string | number) => Promise<boolean>;

function askedOnce(queries: Queries): IsWanted {
  const unwanted = new Set<string>();
  return async (room, value) => {
    if (unwanted.has(`${room} ${value}`)) return false;
    if (await isWantedBy(queries, room, value)) return true;
    unwanted.add(`${room} ${value}`);
    return false;
  };
}

async function leavesRoom(isWanted: IsWanted, job: Looked, verdict: Verdict): Promise<boolean> {
  const held = verdict.kind === 'park' ? verdict.hold : null;
  if (job.concurrency_key !== null && held !== 'key' && (await isWanted('key', job.concurrency_key))) return true;
  if (job.rate_key !== null && held !== 'rate' && (await isWanted('rate', job.rate_key))) return true;
  return held !== 'task' && (await isWanted('task', job.task_id));
}

/** Writes what was decided. */
async function settle(
  queries: Queries,
  { executions, schedules }: StoreParts,
  request: ClaimRequest,
  rules: ClaimRules,
  judged: readonly Judged[],
  changes: StatusChanges,
): Promise<ClaimedJob[]> {
  await park.run(
    queries,
    judged.flatMap(({ job, verdict }) => (verdict.kind === 'park' ? [{ id: job.id, hold: verdict.hold, held_until: verdict.until }] : [])),
  );
  const ledger = { executions, schedules, changes, freed: new Freed(), now: request.now };
  const ended = judged.flatMap(({ job, verdict }) =>
    verdict.kind === 'expire' ? [pastDeadline(job)] : verdict.kind === 'skip' ? [skipped(job, verdict.because)] : [],
  );
  if (ended.length > 0) await endWaiting(queries, ended, ledger);
  const claimed = judged.filter(({ verdict }) => verdict.kind === 'claim').map(({ job }) => job);
  if (claimed.length === 0) return [];
  const begun = await beginAll(queries, executions, request, rules, claimed, changes.counts);
  await begin.run(
    queries,
    begun.map(({ job, execution }) => ({
      id: job.id,
      owner: request.owner,
      lease_until: request.leaseUntil,
      execution_id: execution.id,
      started_at: request.now,
    })),
  );
  for (const { status } of claimed) changes.move(status, 'processing');
  const replaced = new Map<number, readonly number[]>();
  for (const { job, verdict } of judged)
    if (verdict.kind === 'claim' && verdict.replaces.length > 0) replaced.set(job.id, verdict.replaces);
  for (const [id, others] of replaced) await makeRoom(queries, others, id, ledger);
  const scheduled = claimed.flatMap(({ id, schedule_id }) => (schedule_id === null ? [] : [{ id, schedule_id }]));
  if (scheduled.length > 0) await schedules?.begun(queries, scheduled, request.now);
  const payloads = await readPayloads(queries, claimed);
  return begun.map(({ job, execution, version }) => ({
    ...claimedJob(job, version, execution, payloads.get(job.id)!, request.now),
    replaces: replaced.get(job.id) ?? [],
  }));
}

interface Begun {
  readonly job: Looked;
  readonly version: string;
  readonly execution: { readonly id: number; readonly uuid: string };
}

/** An execution each: the one that was promised with the job, or a new one. */
async function beginAll(
  queries: Queries,
  executions: ExecutionWrites,
  { owner, now, newExecutionUuid }: ClaimRequest,
  rules: ClaimRules,
  jobs: readonly Looked[],
  counts: CountChanges,
): Promise<Begun[]> {
  const promised = await promisedOf(queries, jobs);
  const rows = [];
  for (const job of jobs) {
    const { version, checksum } = await versionOf(queries, job.task_id, job.task_version, await rules.facts(job.task_id));
    const attempt = { taskVersion: version, taskChecksum: checksum, attempt: job.attempt + 1, token: job.token + 1, owner, startedAt: now };
    const uuid = newExecutionUuid();
    rows.push({ job, attempt, uuid, promise: job.status === 'queued' ? promised.get(job.execution_id ?? 0) : undefined });
  }
  const fresh = rows.filter(({ promise }) => promise === undefined);
  const ids = await executions.begin(
    queries,
    fresh.map(({ job, attempt, uuid }) => ({
      ...attempt,
      uuid,
      taskId: job.task_id,
      jobId: job.id,
      status: 'running',
      rateKey: job.rate_key,
      queuedAt: job.run_at,
    })),
    counts,
  );
  const idOf = new Map(fresh.map(({ job }, index) => [job.id, ids[index]!]));
  for (const { attempt, promise } of rows) if (promise !== undefined) await executions.start(queries, promise.id, attempt, counts);
  return rows.map(({ job, attempt, uuid, promise }) => ({
    job,
    version: attempt.taskVersion,
    execution: promise ?? { id: idOf.get(job.id)!, uuid },
  }));
}

async function promisedOf(queries: Queries, jobs: readonly Looked[]): Promise<ReadonlyMap<number, { id: number; uuid: string }>> {
  const ids = jobs
    .filter(({ status, execution_id }) => status === 'queued' && execution_id !== null)
    .map(({ execution_id }) => execution_id!);
  if (ids.length === 0) return new Map();
  const rows = await queries.all<{ id: number; uuid: string }>(
    `SELECT id, uuid FROM executions WHERE id ${isIn(queries, '$1')} AND status = 'pending'`,
    [idList(queries, ids)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

interface Payload {
  readonly job_id: number;
  readonly input: string;
  readonly options: string | null;
}

async function readPayloads(queries: Queries, jobs: readonly Looked[]): Promise<ReadonlyMap<number, Payload>> {
  const rows = await queries.all<Payload>(`SELECT job_id, input, options FROM job_payloads WHERE job_id ${isIn(queries, '$1')}`, [
    idList(
      queries,
      jobs.map(({ id }) => id),
    ),
  ]);
  return new Map(rows.map((row) => [row.job_id, row]));
}

function claimedJob(
  job: Looked,
  version: string,
  execution: Begun['execution'],
  payload: Payload,
  now: number,
): Omit<ClaimedJob, 'replaces'> {
  return {
    id: job.id,
    uuid: job.uuid,
    taskId: job.task_id,
    taskVersion: version === '' ? job.task_version : version,
    input: payload.input,
    options: optionsOf(payload.options),
    priority: job.priority,
    token: job.token + 1,
    attempt: job.attempt + 1,
    retryCount: job.retry_count,
    maxRetries: job.max_retries,
    queuedAt: job.queued_at,
    runAt: job.run_at,
    startedAt: now,
    deadline: job.deadline,
    execution,
  };
}

/** Checked when they were stored. */
export function optionsOf(text: string | null): JobOptions {
  return text === null ? {} : (JSON.parse(text) as JobOptions);
}
