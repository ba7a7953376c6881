import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wrongRowCounts } from '#storage/index.ts';
import type { Database } from '#storage/index.ts';
import { describeOnBoth } from '../testing/temporary-database.ts';
import { jobMoves, type JobStatus } from './job.ts';
import type { ClaimedJob, NewJob } from './job-store.ts';
import { emptied, newJob, queueForTest, start, uuid, type QueueForTest } from './queue-for-test.ts';
import { QueueModel, type ModelJob } from './queue-model-for-test.ts';
import { whyOf } from './why.ts';

/** The store beside the model, with what a worker would hold. */
interface Real {
  readonly queue: QueueForTest;
  readonly tasks: readonly number[];
  now: number;
  readonly claimed: Map<number, ClaimedJob & { readonly before: number }>;
  /** Where each job stood after the step before. */
  readonly stood: Map<number, JobStatus>;
}

const mostRescues = 1;
const lease = 30_000;
const limits: Record<string, number> = { a: 1, b: 2 };

type Command = fc.AsyncCommand<QueueModel, Real>;

/** One thing that happens, to both. */
function step(label: string, run: (model: QueueModel, real: Real) => Promise<void>): Command {
  return {
    check: () => true,
    async run(model, real) {
      await run(model, real);
      await compare(model, real);
    },
    toString: () => label,
  };
}

async function compare(model: QueueModel, { queue, stood }: Real): Promise<void> {
  const rows = await queue.database.read.all<{ id: number; status: JobStatus; retry_count: number }>(
    'SELECT id, status, retry_count FROM jobs ORDER BY id',
  );
  for (const { id, status } of rows) {
    const before = stood.get(id);
    if (before !== undefined && before !== status)
      expect({ before, next: jobMoves[before] }).toMatchObject({ next: expect.arrayContaining([status]) as JobStatus[] });
    stood.set(id, status);
  }
  const kept = [...model.jobs.values()].map(({ id, status, retryCount }) => ({ id, status, retry_count: retryCount }));
  expect(rows).toEqual(kept.toSorted((a, b) => a.id - b.id));
}

const same = (real: unknown, wanted: unknown) => expect(real).toEqual(wanted);

const pick = <Item>(items: readonly Item[], place: number): Item | undefined => items[place % Math.max(1, items.length)];

interface Wish {
  readonly task: number;
  readonly priority: number;
  readonly delay: number;
  readonly deadline: number | null;
  readonly key: string | null;
  readonly isRated: boolean;
  readonly ignoresPause: boolean;
  readonly after: readonly number[];
}

const wish: fc.Arbitrary<Wish> = fc.record({
  task: fc.nat(2),
  priority: fc.constantFrom(50, 50, 50, 75, 25),
  delay: fc.constantFrom(0, 0, 0, 0, 300, 5_000),
  deadline: fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom(100, 10_000) }),
  key: fc.constantFrom(null, null, 'a', 'b'),
  isRated: fc.boolean(),
  ignoresPause: fc.boolean(),
  after: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(fc.nat(2), { maxLength: 2 }) }),
});

function enqueue(wishes: readonly Wish[]): Command {
  return step(`enqueue ${JSON.stringify(wishes)}`, async (model, { queue, tasks, now }) => {
    const jobs = wishes.map(({ task, priority, delay, deadline, key, isRated, ignoresPause, after }, index): NewJob =>
      newJob(tasks[task]!, {
        priority,
        runAt: now + delay,
        deadline: deadline === null ? null : now + deadline,
        concurrency: key === null ? null : { key, limit: limits[key]! },
        rate: isRated ? { key: 'r', limit: 2, windowMs: 1_000 } : null,
        ignoresPause,
        after: after.filter((earlier) => earlier < index),
        withExecution: priority === 75 ? { uuid: uuid() } : null,
      }),
    );
    const made = await queue.store.enqueue(jobs, now, 1_000_000);
    for (const [index, { id }] of made.entries()) {
      const { taskId, priority, runAt, deadline, concurrency, rate, ignoresPause, after } = jobs[index]!;
      const job: ModelJob = {
        id,
        task: taskId,
        status: 'queued',
        priority,
        runAt,
        turn: model.turnOf(concurrency?.key ?? null, runAt),
        deadline,
        key: concurrency,
        rate,
        ignoresPause,
        needs: after.map((earlier) => made[earlier]!.id),
        retryCount: 0,
        token: 0,
        leaseUntil: 0,
        isCancelling: false,
        rescues: 0,
      };
      model.jobs.set(id, job);
    }
  });
}

const claim = (limit: number) => step(`claim ${limit}`, (model, real) => claimBoth(model, real, limit));

async function claimBoth(model: QueueModel, real: Real, limit: number): Promise<void> {
  const { queue, now, claimed } = real;
  // As the dispatcher does: first what is due, then a claim.
  await queue.store.wake(now);
  model.expire(now);
  const jobs = await queue.claim(limit, now);
  expect(jobs.map(({ id }) => id)).toEqual(model.claim(limit, now, now + lease));
  for (const job of jobs) {
    expect(job.token).toBe(model.jobs.get(job.id)!.token);
    claimed.set(job.id, { ...job, before: job.attempt - 1 });
  }
}

function endAttempt(place: number, how: 'completed' | 'failed' | 'retry' | 'stale'): Command {
  return step(`${how} ${place}`, async (model, { queue, now, claimed }) => {
    const job = pick([...claimed.values()], place);
    if (job === undefined) return;
    claimed.delete(job.id);
    const known = model.jobs.get(job.id)!;
    const isOurs = known.status === 'processing' && known.token === job.token && how !== 'stale';
    const [answer] = await queue.end([how === 'stale' ? { ...job, token: job.token + 1 } : job], {
      failed: how !== 'completed',
      retryAt: how === 'retry' ? now + 500 : null,
      now,
    });
    expect(answer).toBe(isOurs ? 'committed' : 'stale');
    if (how === 'stale' && known.status === 'processing' && known.token === job.token) claimed.set(job.id, job);
    if (!isOurs) return;
    known.rescues = 0;
    if (how === 'completed') model.end(known, 'completed');
    else if (known.isCancelling) model.end(known, 'cancelled');
    else if (how === 'failed') model.end(known, 'failed');
    else Object.assign(known, { status: 'retrying', runAt: now + 500, turn: now + 500, retryCount: known.retryCount + 1 });
  });
}

function release(place: number): Command {
  return step(`release ${place}`, async (model, { queue, now, claimed }) => {
    const job = pick([...claimed.values()], place);
    if (job === undefined) return;
    claimed.delete(job.id);
    await queue.store.release([{ jobId: job.id, token: job.token }], now);
    const known = model.jobs.get(job.id)!;
    if (known.status === 'processing' && known.token === job.token) model.giveBack(known, job.before);
  });
}

const rescue = step('rescue', async (model, { queue, now }) => {
  await queue.store.rescue({ owner: 'other', isOnlyOwner: false, now, mostRescues });
  for (const job of model.with('processing').filter(({ leaseUntil }) => leaseUntil < now)) {
    if (job.isCancelling) model.end(job, 'cancelled');
    else if (job.rescues >= mostRescues) model.end(job, 'failed');
    else Object.assign(job, { status: 'retrying', rescues: job.rescues + 1 });
  }
});

const renew = step('renew', async (model, { queue, now, claimed }) => {
  const leases = [...claimed.values()].map(({ id, token }) => ({ jobId: id, token }));
  const { lost, cancelled } = await queue.store.renew('me', leases, now + lease);
  const held = ({ jobId, token }: { jobId: number; token: number }) => {
    const job = model.jobs.get(jobId)!;
    return job.status === 'processing' && job.token === token ? job : null;
  };
  same(
    lost,
    leases.filter((one) => held(one) === null),
  );
  same(
    cancelled,
    leases.filter((one) => held(one)?.isCancelling),
  );
  for (const one of leases) Object.assign(held(one) ?? {}, { leaseUntil: now + lease });
});

function change(place: number, how: 'cancel' | 'retry' | 'priority' | 'later'): Command {
  return step(`${how} ${place}`, async (model, { queue, now }) => {
    const job = pick([...model.jobs.values()], place);
    if (job === undefined) return;
    const waits = job.status === 'queued' || job.status === 'retrying';
    if (how === 'cancel') {
      await queue.store.cancel(job.id, now);
      if (waits) model.end(job, 'cancelled');
      else if (job.status === 'processing') job.isCancelling = true;
    } else if (how === 'retry') {
      const answer = await queue.store.retry(job.id, now, null);
      expect(answer !== null).toBe(job.status === 'failed' || job.status === 'cancelled');
      if (answer !== null) model.waitAgain(job, now);
    } else {
      const wanted = how === 'priority' ? { priority: 90 } : { runAt: now + 700 };
      const answer = await queue.store.update(job.id, wanted, now);
      expect(answer !== null).toBe(waits);
      if (answer !== null) Object.assign(job, how === 'priority' ? { priority: 90 } : { runAt: now + 700, turn: now + 700 });
    }
  });
}

function pause(task: number | null, isOn: boolean): Command {
  return step(`${isOn ? 'pause' : 'resume'} ${task}`, async (model, { queue, tasks, now }) => {
    const taskId = task === null ? null : tasks[task]!;
    if (isOn) {
      await queue.store.pause({ taskId, pausedBy: 'me', reason: null, pausedAt: now });
      model.pauses.add(taskId ?? 0);
    } else {
      expect(await queue.store.resume(taskId, now)).toBe(model.pauses.delete(taskId ?? 0));
    }
  });
}

function setTask(task: number, facts: { enabled?: boolean; limit?: number | null }): Command {
  return step(`task ${task} ${JSON.stringify(facts)}`, async (model, { queue, tasks, now }) => {
    await queue.setTask(tasks[task]!, facts);
    await queue.store.taskChanged(tasks[task]!, now);
    Object.assign(model.tasks.get(tasks[task]!)!, facts);
  });
}

const wait = (ms: number) =>
  step(`wait ${ms}`, async (_, real) => {
    real.now += ms;
  });

const commands = fc.commands(
  [
    fc.array(wish, { minLength: 1, maxLength: 3 }).map(enqueue),
    fc.array(wish, { minLength: 1, maxLength: 3 }).map(enqueue),
    fc.array(wish, { minLength: 1, maxLength: 3 }).map(enqueue),
    fc.constantFrom(1, 2, 10).map(claim),
    fc.constantFrom(1, 2, 10).map(claim),
    fc.constantFrom(1, 10).map(claim),
    fc
      .tuple(fc.nat(9), fc.constantFrom('completed' as const, 'completed' as const, 'failed' as const, 'retry' as const, 'stale' as const))
      .map(([place, how]) => endAttempt(place, how)),
    fc
      .tuple(fc.nat(9), fc.constantFrom('completed' as const, 'completed' as const, 'retry' as const))
      .map(([place, how]) => endAttempt(place, how)),
    fc.nat(9).map(release),
    fc.constant(rescue),
    fc.constant(renew),
    fc
      .tuple(fc.nat(19), fc.constantFrom('cancel' as const, 'retry' as const, 'priority' as const, 'later' as const))
      .map(([place, how]) => change(place, how)),
    fc.tuple(fc.constantFrom(null, 0, 1), fc.boolean()).map(([task, isOn]) => pause(task, isOn)),
    fc
      .tuple(fc.nat(2), fc.constantFrom({ enabled: true }, { enabled: false }, { limit: 1 }, { limit: 2 }, { limit: null }))
      .map(([task, facts]) => setTask(task, facts)),
    fc.constantFrom(100, 600, 1_500, 40_000).map(wait),
  ],
  { maxCommands: 50, size: '+1' },
);

async function begin(database: Database): Promise<{ model: QueueModel; real: Real }> {
  const queue = queueForTest(await emptied(database));
  const tasks = [await queue.task(), await queue.task(), await queue.task()];
  const model = new QueueModel();
  for (const task of tasks) model.tasks.set(task, { enabled: true, limit: null });
  return { model, real: { queue, tasks, now: start, claimed: new Map(), stood: new Map() } };
}

/** Removes what `why` names, one thing after another, until the job has been started. */
async function untilStarted(job: ModelJob, model: QueueModel, real: Real): Promise<void> {
  const { queue } = real;
  const endAll = async (only: (id: number) => boolean) => {
    const running = model.with('processing').filter(({ id }) => only(id));
    for (const one of running) {
      const held = real.claimed.get(one.id)!;
      real.claimed.delete(one.id);
      await queue.end([held], { now: real.now });
      model.end(one, 'completed');
    }
  };
  const told: string[] = [];
  for (let steps = 0; steps < 60; steps++) {
    if (job.status !== 'queued' && job.status !== 'retrying') break;
    const standing = await queue.store.standing(job.id, real.now);
    const why = whyOf(standing!, real.now, { workers: 5, free: 5 });
    const [cause] = why.causes;
    if (cause === undefined) throw new Error(`nothing is named for ${JSON.stringify(standing)}`);
    told.push(cause.message);
    if (cause.kind === 'deadline') {
      await queue.store.update(job.id, { deadline: null }, real.now);
      job.deadline = null;
    } else if (cause.kind === 'run-at' || cause.kind === 'rate-limit') {
      job.deadline = null;
      await queue.store.update(job.id, { deadline: null }, real.now);
      real.now = Math.max(real.now, Date.parse(cause.until!));
    } else if (cause.kind === 'paused') {
      for (const taskId of [null, job.task]) if (model.pauses.delete(taskId ?? 0)) await queue.store.resume(taskId, real.now);
    } else if (cause.kind === 'disabled') {
      await queue.setTask(job.task, { enabled: true });
      await queue.store.taskChanged(job.task, real.now);
      model.tasks.get(job.task)!.enabled = true;
    } else if (cause.kind === 'key-full' || cause.kind === 'task-full') {
      await endAll((id) => cause.jobs.includes(String(id)));
    } else if (cause.kind === 'dependency') {
      for (const needed of cause.jobs.map(Number)) {
        const other = model.jobs.get(needed)!;
        if (other.status === 'failed' || other.status === 'cancelled') {
          await queue.store.retry(needed, real.now, null);
          model.waitAgain(other, real.now);
        }
        await untilStarted(other, model, real);
        await endAll((id) => id === needed);
      }
    } else {
      // Nothing keeps it but those before it: one after another gets its turn.
      await claimBoth(model, real, 1);
      if (job.status === 'queued' || job.status === 'retrying') await endAll((id) => id !== job.id);
    }
  }
  expect({ id: job.id, status: job.status, told }).toMatchObject({ status: expect.stringMatching(/processing|completed/) as string });
}

await describeOnBoth('the queue beside its model', (open) => {
  it('does what the model does, loses nothing, and can always say why', { timeout: 60_000 }, async () => {
    const database = await open();
    const numRuns = database.dialect === 'sqlite' ? 150 : 12;
    await fc.assert(
      fc.asyncProperty(commands, async (steps) => {
        const { model, real } = await begin(database);
        await fc.asyncModelRun(() => ({ model, real }), steps);
        // Deadlines would end what is to be explained.
        await real.queue.store.wake(real.now);
        model.expire(real.now);
        await compare(model, real);
        for (const job of model.waiting()) if (job.status === 'queued' || job.status === 'retrying') await untilStarted(job, model, real);
        expect(await wrongRowCounts(database.read)).toEqual([]);
      }),
      { numRuns, interruptAfterTimeLimit: 40_000, markInterruptAsFailure: false },
    );
  });
});
