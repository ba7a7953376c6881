import { failureOf } from '#executions/index.ts';
import { by, idList, insertEach, insertReturningIds, isIn, locked, type Queries, updateEach } from '#storage/index.ts';
import { idempotencyKeyReused } from '#kernel/index.ts';
import { dependencyInvalid, jobReplaced, jobTaskGone, queueFull } from '../errors.ts';
import type { Enqueued, NewJob } from '../job-store.ts';
import { versionOf, type TaskFacts } from './claim-rules.ts';
import { endableColumns, endWaiting, type EndableJob } from './end-waiting.ts';
import { jobCounts, StatusChanges } from './job-counts.ts';
import { Freed, passOn } from './room.ts';
import { isWaiting, jobRowOf } from './stored-job.ts';
import type { StoreParts } from './store-parts.ts';

/** What one caller asked for: all of it is stored, or nothing. */
export interface EnqueueRequest {
  readonly jobs: readonly NewJob[];
  readonly now: number;
  readonly mostWaiting: number;
}

const insertJobs = insertReturningIds('jobs', {
  uuid: 'text',
  task_id: 'bigint',
  task_version: 'text',
  schedule_id: 'bigint',
  status: 'text',
  hold: 'text',
  held_until: 'bigint',
  priority: 'integer',
  turn: 'bigint',
  run_at: 'bigint',
  deadline: 'bigint',
  concurrency_key: 'text',
  concurrency_limit: 'integer',
  rate_key: 'text',
  rate_limit: 'integer',
  rate_window_ms: 'bigint',
  unique_key: 'text',
  ignores_pause: 'integer',
  max_retries: 'integer',
  queued_at: 'bigint',
});
type JobRecord = Parameters<typeof insertJobs>[1][number];

const insertPayloads = insertEach('job_payloads', { job_id: 'bigint', input: 'text', options: 'text' });
const insertNeeds = insertEach('job_dependencies', { job_id: 'bigint', needs_job_id: 'bigint' });
const nameExecution = updateEach({ id: 'bigint', execution_id: 'bigint' }, 'execution_id = :execution_id');

/** Between two jobs of one concurrency key, so that a key with many does not stand before another's first. */
const keyTurnMs = 100;

/** Stores requests in one transaction. A request that is refused is answered with its error, and nothing of it is stored. */
export async function enqueueAll(
  queries: Queries,
  parts: StoreParts,
  requests: readonly EnqueueRequest[],
): Promise<(readonly Enqueued[] | Error)[]> {
  const adding = new Adding(queries, parts);
  await adding.prepare(requests);
  const answers: (Answers | Error)[] = [];
  for (const request of requests) {
    const refused = await adding.refusal(request);
    answers.push(refused ?? (await adding.add(request)));
  }
  await adding.finish();
  return answers.map((answer) => (answer instanceof Error ? answer : answer.map((made) => made.enqueued!)));
}

/** Filled when the rows are written. */
interface Made {
  enqueued: Enqueued | null;
}
type Answers = readonly Made[];

interface Pending {
  readonly made: Made;
  readonly job: NewJob;
  readonly record: ReturnType<typeof recordOf>;
  readonly now: number;
}

/** Jobs on their way into the tables: plain ones are gathered and written together, those that look at others are written one by one. */
class Adding {
  readonly #queries: Queries;
  readonly #parts: StoreParts;
  readonly #changes = new StatusChanges();
  readonly #freed = new Freed();
  readonly #tasks = new Map<number, TaskFacts & { readonly name: string }>();
  readonly #turns = new Map<string, number>();
  #waiting = 0;
  #pending: Pending[] = [];
  #now = 0;

  constructor(queries: Queries, parts: StoreParts) {
    this.#queries = queries;
    this.#parts = parts;
  }

  async prepare(requests: readonly EnqueueRequest[]): Promise<void> {
    const queries = this.#queries;
    if (queries.dialect === 'postgres') await lockNames(queries, requests);
    const counts = await jobCounts(queries);
    this.#waiting = counts.queued + counts.retrying;
    this.#now = Math.max(...requests.map(({ now }) => now));
    const ids = new Set(requests.flatMap(({ jobs }) => jobs.map(({ taskId }) => taskId)));
    const rows = await queries.all<TaskFacts & { id: number; name: string }>(
      `SELECT t.id, t.name, t.enabled, t.max_concurrent, t.version, v.checksum, v.needs_approval FROM tasks t
       LEFT JOIN task_versions v ON v.task_id = t.id AND v.version = t.version AND v.is_current = 1 WHERE t.id ${isIn(queries, '$1')}`,
      [idList(queries, [...ids])],
    );
    for (const row of rows) this.#tasks.set(row.id, row);
  }

  /** Why nothing of a request can be stored, or null. */
  async refusal({ jobs, mostWaiting, now }: EnqueueRequest): Promise<Error | null> {
    const waiting = this.#waiting + this.#changes.get('queued') + this.#changes.get('retrying') + this.#pending.length;
    if (waiting + jobs.length > mostWaiting) return queueFull({ waiting, limit: mostWaiting, retryAfterSeconds: 5 });
    const fingerprints = new Map<string, string>();
    for (const [index, job] of jobs.entries()) {
      if (!this.#tasks.has(job.taskId)) return jobTaskGone({ task: String(job.taskId) });
      const after = job.after.find((earlier) => !(earlier >= 0 && earlier < index));
      if (after !== undefined) return dependencyInvalid({ index, after });
      if (job.idempotency === null) continue;
      const { key, fingerprint } = job.idempotency;
      const known = fingerprints.get(key) ?? (await this.#answered(key, now))?.fingerprint;
      if (known !== undefined && known !== fingerprint) return idempotencyKeyReused({ key });
      fingerprints.set(key, fingerprint);
    }
    return null;
  }

  async add({ jobs, now }: EnqueueRequest): Promise<Answers> {
    const answers: Made[] = [];
    for (const job of jobs) answers.push(await this.#addOne(job, now, answers));
    return answers;
  }

  async #addOne(job: NewJob, now: number, earlier: readonly Made[]): Promise<Made> {
    const isPlain = job.idempotency === null && job.unique === null && job.after.length === 0 && job.withExecution === null;
    if (!isPlain) await this.#flush();
    if (job.idempotency !== null) {
      const known = await this.#answered(job.idempotency.key, now);
      if (known !== null) return { enqueued: { ...(JSON.parse(known.answer) as KeptAnswer), isNew: false, stored: null } };
    }
    const made = (await this.#besideUnique(job, now)) ?? (await this.#append(job, now, earlier));
    if (!isPlain) await this.#flush();
    if (job.idempotency !== null) await this.#remember(job.idempotency, made.enqueued!);
    return made;
  }

  async #append(job: NewJob, now: number, earlier: readonly Made[]): Promise<Made> {
    const needs = await this.#unfinished(job.after.map((index) => earlier[index]!.enqueued!.id));
    const hold = needs.length > 0 ? 'dependency' : job.runAt > now ? 'time' : null;
    const made: Made = { enqueued: null };
    this.#pending.push({ made, job, record: recordOf(job, now, hold, await this.#turnOf(job)), now });
    if (job.after.length > 0) {
      await this.#flush();
      const id = made.enqueued!.id;
      const all = new Set(job.after.map((index) => earlier[index]!.enqueued!.id));
      await insertNeeds.run(
        this.#queries,
        [...all].map((needs_job_id) => ({ job_id: id, needs_job_id })),
      );
    }
    return made;
  }

  /** Of those it needs: which are not completed. Locked, so that none completes unseen. */
  async #unfinished(ids: readonly number[]): Promise<readonly number[]> {
    if (ids.length === 0) return [];
    const rows = await this.#queries.all<{ id: number; status: string }>(
      `SELECT id, status FROM jobs WHERE id ${isIn(this.#queries, '$1')} ORDER BY id${locked(this.#queries)}`,
      [idList(this.#queries, ids)],
    );
    return rows.filter(({ status }) => status !== 'completed').map(({ id }) => id);
  }

  async #turnOf({ concurrency, runAt }: NewJob): Promise<number> {
    if (concurrency === null) return runAt;
    let last = this.#turns.get(concurrency.key);
    if (last === undefined) {
      const [row] = await this.#queries.all<{ turn: number | null }>(
        `SELECT max(turn) AS turn FROM jobs ${by(this.#queries, 'idx_jobs_waiting_key')} WHERE concurrency_key = $1 AND ${isWaiting}`,
        [concurrency.key],
      );
      last = row?.turn ?? -Infinity;
    }
    const turn = Math.max(runAt, last + keyTurnMs);
    this.#turns.set(concurrency.key, turn);
    return turn;
  }

  /** What becomes of a job whose unique key is taken; null: nothing stands in its way. */
  async #besideUnique(job: NewJob, now: number): Promise<Made | null> {
    if (job.unique === null) return null;
    const [waiting] = await this.#queries.all<EndableJob>(
      `SELECT ${endableColumns} FROM jobs ${by(this.#queries, 'idx_jobs_unique')}
       WHERE task_id = $1 AND unique_key = $2 AND ${isWaiting}${locked(this.#queries)}`,
      [job.taskId, job.unique.key],
    );
    if (waiting === undefined) return null;
    if (job.unique.when === 'replace') {
      const failure = failureOf(jobReplaced({ key: job.unique.key }));
      const ledger = { executions: this.#parts.executions, changes: this.#changes, freed: this.#freed, now };
      await endWaiting(this.#queries, [{ job: waiting, status: 'cancelled', failure }], ledger);
      return null;
    }
    if (job.unique.when === 'debounce') await this.#debounce(waiting, job, now);
    return { enqueued: { id: waiting.id, uuid: waiting.uuid, isNew: false, executionId: waiting.execution_id, stored: null } };
  }

  /** The waiting job waits on, and runs with what was said last. */
  async #debounce(waiting: EndableJob, job: NewJob, now: number): Promise<void> {
    const isLater = job.runAt > now;
    const movesHold = waiting.hold === null || waiting.hold === 'time';
    await this.#queries.run('UPDATE jobs SET run_at = $2, turn = $2 WHERE id = $1', [waiting.id, job.runAt]);
    if (movesHold) {
      await this.#queries.run('UPDATE jobs SET hold = $2, held_until = $3 WHERE id = $1', [
        waiting.id,
        isLater ? 'time' : null,
        isLater ? job.runAt : null,
      ]);
    }
    await this.#queries.run('UPDATE job_payloads SET input = $2, options = $3 WHERE job_id = $1', [
      waiting.id,
      job.input,
      optionsText(job),
    ]);
    if (waiting.hold === null) this.#freed.of(waiting);
  }

  async #answered(key: string, now: number): Promise<{ fingerprint: string; answer: string } | null> {
    const [row] = await this.#queries.all<{ fingerprint: string; answer: string }>(
      `SELECT fingerprint, answer FROM idempotency_keys WHERE scope = 'jobs' AND key = $1 AND expires_at > $2`,
      [key, now],
    );
    return row ?? null;
  }

  async #remember(
    { key, fingerprint, expiresAt }: NonNullable<NewJob['idempotency']>,
    { id, uuid, isNew, executionId }: Enqueued,
  ): Promise<void> {
    const answer: KeptAnswer = { id, uuid, isNew, executionId };
    await this.#queries.run(
      `INSERT INTO idempotency_keys (scope, key, fingerprint, answer, expires_at) VALUES ('jobs', $1, $2, $3, $4)
       ON CONFLICT (scope, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = excluded.answer, expires_at = excluded.expires_at`,
      [key, fingerprint, JSON.stringify(answer), expiresAt],
    );
  }

  async #flush(): Promise<void> {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    const ids = await insertJobs(
      this.#queries,
      pending.map(({ record }) => record),
    );
    await insertPayloads.run(
      this.#queries,
      pending.map(({ job }, index) => ({ job_id: ids[index]!, input: job.input, options: optionsText(job) })),
    );
    this.#changes.add('queued', pending.length);
    for (const [index, { made, job, record, now }] of pending.entries()) {
      const id = ids[index]!;
      const executionId = job.withExecution === null ? null : await this.#promise(id, job, job.withExecution.uuid, now);
      const { name } = this.#tasks.get(job.taskId)!;
      const columns = { ...untouched, ...record, id, execution_id: executionId, task_name: name };
      const stored = jobRowOf({ ...columns, execution_uuid: job.withExecution?.uuid ?? null });
      made.enqueued = { id, uuid: job.uuid, isNew: true, executionId, stored };
    }
  }

  /** An execution that waits with its job, so that it can be named at once. */
  async #promise(jobId: number, job: NewJob, uuid: string, now: number): Promise<number> {
    const { version, checksum } = await versionOf(this.#queries, job.taskId, job.taskVersion, this.#tasks.get(job.taskId) ?? null);
    const [id] = await this.#parts.executions.begin(
      this.#queries,
      [
        {
          uuid,
          taskId: job.taskId,
          taskVersion: version,
          taskChecksum: checksum,
          jobId,
          attempt: 1,
          token: 0,
          status: 'pending',
          owner: null,
          rateKey: job.rate?.key ?? null,
          queuedAt: now,
          startedAt: null,
        },
      ],
      this.#changes.counts,
    );
    await nameExecution.run(this.#queries, [{ id: jobId, execution_id: id! }]);
    return id!;
  }

  async finish(): Promise<void> {
    await this.#flush();
    await passOn(this.#queries, this.#freed, this.#now);
    await this.#changes.write(this.#queries, this.#parts.random);
  }
}

/** What an idempotency key remembers. */
type KeptAnswer = Omit<Enqueued, 'stored'>;

/** Of a job that nobody has looked at yet, the columns that are as the table says. */
const untouched = {
  retry_count: 0,
  attempt: 0,
  rescue_count: 0,
  token: 0,
  owner: null,
  lease_until: null,
  cancel_requested_at: null,
  error_code: null,
  error_message: null,
  started_at: null,
  completed_at: null,
};

/** Two processes that look for the same key must not both find nothing. */
async function lockNames(queries: Queries, requests: readonly EnqueueRequest[]): Promise<void> {
  const names = requests.flatMap(({ jobs }) =>
    jobs.flatMap(({ taskId, unique, idempotency }) => [
      ...(unique === null ? [] : [`unique ${taskId} ${unique.key}`]),
      ...(idempotency === null ? [] : [`idempotent ${idempotency.key}`]),
    ]),
  );
  for (const name of [...new Set(names)].toSorted()) {
    await queries.all('SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtextextended($1, 0))', [name]);
  }
}

function recordOf(job: NewJob, now: number, hold: 'dependency' | 'time' | null, turn: number) {
  return {
    uuid: job.uuid,
    task_id: job.taskId,
    task_version: job.taskVersion,
    schedule_id: job.scheduleId,
    status: 'queued' as const,
    hold,
    held_until: hold === 'time' ? job.runAt : null,
    priority: job.priority,
    turn,
    run_at: job.runAt,
    deadline: job.deadline,
    concurrency_key: job.concurrency?.key ?? null,
    concurrency_limit: job.concurrency?.limit ?? null,
    rate_key: job.rate?.key ?? null,
    rate_limit: job.rate?.limit ?? null,
    rate_window_ms: job.rate?.windowMs ?? null,
    unique_key: job.unique?.key ?? null,
    ignores_pause: job.ignoresPause ? 1 : 0,
    max_retries: job.maxRetries,
    queued_at: now,
  } satisfies JobRecord;
}

function optionsText({ options }: NewJob): string | null {
  const text = JSON.stringify(options);
  return text === '{}' ? null : text;
}
