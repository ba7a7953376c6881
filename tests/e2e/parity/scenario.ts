import { vi } from 'vitest';
import type { SeenJob, Surface, TaskFiles } from './surface.ts';

const uuid = '01890000-0000-4000-8000-0000000009a1';

function filesOf(version: string, code: string): TaskFiles {
  return {
    'metadata.json': JSON.stringify({
      uuid,
      version,
      label: 'halving',
      description: 'Halves whole numbers.',
    }),
    'input.schema.json': JSON.stringify({ type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }),
    'output.schema.json': JSON.stringify({ type: 'object', properties: { half: { type: 'number' } }, required: ['half'] }),
    'main.js': code,
  };
}

const first = `(function (input) {
  console.log('halving ' + input.n);
  if (input.n % 2 !== 0) throw new Error(input.n + ' cannot be halved');
  return { half: input.n / 2 };
})`;
const second = `(function (input) {
  console.log('halving ' + input.n);
  return { half: input.n / 2 };
})`;

/** Everything that was answered on the way, without ids. */
export type Answers = Readonly<Record<string, unknown>>;

/**
 * Create a task, run it, queue a job that fails, watch it, store a better version, retry it, schedule the task, and let the schedule run.
 * @returns what was answered, and how to remove all of it again
 */
export async function playScenario(surface: Surface): Promise<{ readonly answers: Answers; readonly remove: () => Promise<void> }> {
  const ended = (id: string, status: string): Promise<SeenJob> =>
    vi.waitFor(
      async () => {
        const job = await surface.job(id);
        if (job.status !== status) throw new Error(`job ${id} is ${job.status} and not ${status}`);
        return job;
      },
      { timeout: 15_000, interval: 20 },
    );
  const task = await surface.createTask(filesOf('1.0.0', first));
  const run = await surface.run(task, { n: 4 });
  const job = await surface.enqueue(task, { n: 3 });
  const begun = await vi.waitFor(
    async () => {
      const { executionId } = await surface.job(job);
      if (executionId === null) throw new Error(`job ${job} has not begun`);
      return executionId;
    },
    { timeout: 15_000, interval: 20 },
  );
  const watched = await surface.watch(begun);
  const failed = await ended(job, 'FAILED');
  const version = await surface.newVersion(task, filesOf('1.1.0', second), 'halves odd numbers too');
  await surface.retry(job);
  const retried = await ended(job, 'COMPLETED');
  const schedule = await surface.schedule('yearly halving', task, { n: 10 });
  await surface.disable(schedule);
  const triggered = await surface.trigger(schedule, { n: 12 });
  await ended(triggered, 'COMPLETED');
  const answers = {
    run: { status: run.status, output: run.output },
    watched,
    failed: { status: failed.status, errorCode: failed.errorCode },
    version,
    retried: { status: retried.status, errorCode: retried.errorCode },
    versions: await surface.versions(task),
  };
  return {
    answers,
    async remove() {
      await surface.deleteJob(job);
      await surface.deleteSchedule(schedule);
      await surface.deleteTask(task);
    },
  };
}
