import { isoTime } from '#kernel/index.ts';
import { z } from 'zod';
import type { Standing } from './job-store.ts';

const kinds = [
  'deadline',
  'run-at',
  'dependency',
  'paused',
  'disabled',
  'approval',
  'breaker',
  'key-full',
  'task-full',
  'rate-limit',
  'no-worker',
  'queue',
  'about-to-start',
] as const;

/** One thing a job waits for. */
export const Cause = z
  .object({
    kind: z.enum(kinds),
    message: z.string().describe('A sentence, with names and times.'),
    until: z.string().nullable().describe('When it passes by itself, where that is known.'),
    by: z.string().nullable().describe('Who did it.'),
    jobs: z.array(z.string()).describe('Jobs it waits for, at most ten.'),
    whatToDo: z.string().nullable(),
  })
  .meta({ id: 'JobCause' });
export type Cause = z.infer<typeof Cause>;

export const Why = z
  .object({
    id: z.string(),
    state: z.string(),
    isBlocked: z.boolean().describe('Whether it could not start even if nothing stood before it.'),
    causes: z.array(Cause),
    text: z.string().describe('The whole answer in sentences.'),
  })
  .meta({ id: 'JobWhy' });
export type Why = z.infer<typeof Why>;

/** How many jobs this server can run. */
export interface Capacity {
  readonly workers: number;
  readonly free: number;
}

/** Says why a job does not run (yet), what it does, or how it ended. Never empty-handed: every state of the store has its sentence. */
export function whyOf(standing: Standing, now: number, capacity: Capacity): Why {
  const { job } = standing;
  const answer = (causes: readonly Cause[], isBlocked: boolean, text: string): Why => ({
    id: String(job.id),
    state: job.status.toUpperCase(),
    isBlocked,
    causes: [...causes],
    text,
  });
  if (job.status === 'processing') return answer([], false, runningText(standing, now));
  if (job.status !== 'queued' && job.status !== 'retrying') return answer([], false, endedText(standing));
  const blocking = blockingCauses(standing, now);
  const causes = blocking.length > 0 ? blocking : waitingCauses(standing, capacity);
  const before =
    job.status === 'retrying' ? `Attempt ${job.attempt} failed (${job.errorCode ?? 'no code'}); it waits to be tried again. ` : '';
  return answer(
    causes,
    blocking.length > 0,
    before + causes.map(({ message, whatToDo }) => (whatToDo === null ? message : `${message} ${whatToDo}`)).join(' '),
  );
}

function runningText({ job }: Standing, now: number): string {
  const seconds = Math.max(0, Math.round((now - (job.startedAt ?? now)) / 1_000));
  const stopping = job.cancelRequestedAt === null ? '' : ' Its cancellation was asked for; it is being stopped.';
  return `It runs: attempt ${job.attempt} began ${seconds} s ago, as execution ${job.executionId ?? ''}.${stopping}`;
}

function endedText({ job }: Standing): string {
  const at = isoTime(job.completedAt ?? 0);
  const error = job.errorCode === null ? '' : ` ${job.errorCode}: ${job.errorMessage ?? ''}`;
  switch (job.status) {
    case 'completed':
      return `It completed at ${at}, at attempt ${job.attempt}.`;
    case 'cancelled':
      return `It was cancelled at ${at}.${error} Retry it to let it run after all.`;
    default:
      return `It failed at ${at} after ${job.attempt === 1 ? 'one attempt' : `${job.attempt} attempts`}.${error} Correct the cause, then retry it.`;
  }
}

const cause = (kind: Cause['kind'], message: string, more: Partial<Omit<Cause, 'kind' | 'message'>> = {}): Cause => ({
  kind,
  message,
  until: null,
  by: null,
  jobs: [],
  whatToDo: null,
  ...more,
});

const jobsNamed = (jobs: readonly { readonly id: number }[]) => jobs.map(({ id }) => String(id));

/** What keeps it from starting, whoever stands before it. */
function blockingCauses(standing: Standing, now: number): Cause[] {
  const { job, needs } = standing;
  const causes: Cause[] = [];
  if (job.deadline !== null && job.deadline < now) {
    causes.push(
      cause('deadline', `Its deadline, ${isoTime(job.deadline)}, has passed; it will fail at the next look.`, {
        whatToDo: 'Give it a later deadline.',
      }),
    );
  }
  if (job.runAt > now && (job.hold === 'time' || job.hold === 'dependency')) {
    causes.push(
      cause('run-at', `It is to start at ${isoTime(job.runAt)}, not earlier.`, {
        until: isoTime(job.runAt),
        whatToDo: 'Change scheduledFor to let it start now.',
      }),
    );
  }
  const lost = needs.filter(({ status }) => status === 'failed' || status === 'cancelled');
  if (needs.length > 0) {
    const list = needs.map(({ id, status }) => `${id} (${status})`).join(', ');
    causes.push(
      cause('dependency', `It needs ${needs.length === 1 ? 'a job that has' : 'jobs that have'} not completed: ${list}.`, {
        jobs: jobsNamed(needs.slice(0, 10)),
        whatToDo: lost.length > 0 ? `Retry ${lost.map(({ id }) => id).join(', ')}.` : null,
      }),
    );
  }
  return [...causes, ...pauseCauses(standing), ...taskCauses(standing, now), ...limitCauses(standing)];
}

function pauseCauses({ job, pauses }: Standing): Cause[] {
  if (job.ignoresPause) return [];
  return pauses.map(({ taskId, pausedBy, reason, pausedAt }) =>
    cause(
      'paused',
      `${taskId === null ? 'The whole queue' : `Task ${job.taskName}`} was paused by ${pausedBy} at ${isoTime(pausedAt)}${reason === null ? '' : `: ${reason}`}.`,
      { by: pausedBy, whatToDo: taskId === null ? 'Resume the queue.' : `Resume task ${job.taskName}.` },
    ),
  );
}

function taskCauses({ job, isTaskEnabled, unapproved }: Standing, now: number): Cause[] {
  const causes: Cause[] = [];
  if (!isTaskEnabled) causes.push(cause('disabled', `Task ${job.taskName} is disabled.`, { whatToDo: 'Enable it.' }));
  if (unapproved !== null) {
    const { version, hosts } = unapproved;
    causes.push(
      cause(
        'approval',
        `Version ${version} of task ${job.taskName} may reach hosts that the one before could not (${hosts.join(', ')}), and nobody has approved of that.`,
        { whatToDo: `Look at the change and approve of it: ratchet task approve ${job.taskName} ${version}.` },
      ),
    );
  }
  if (job.hold === 'breaker' && job.heldUntil !== null && job.heldUntil > now) {
    causes.push(
      cause('breaker', `Task ${job.taskName} kept failing and rests until ${isoTime(job.heldUntil)}.`, {
        until: isoTime(job.heldUntil),
        whatToDo: 'Look at its latest failed executions.',
      }),
    );
  }
  return causes;
}

function limitCauses({ job, sameKey, sameTask, taskLimit, rate }: Standing): Cause[] {
  const causes: Cause[] = [];
  if (job.concurrencyKey !== null && job.concurrencyLimit !== null && sameKey.running >= job.concurrencyLimit) {
    causes.push(
      cause('key-full', `${sameKey.running} of ${job.concurrencyLimit} jobs with the key ${JSON.stringify(job.concurrencyKey)} run.`, {
        jobs: jobsNamed(sameKey.jobs),
        whatToDo: 'It goes on when one of them ends.',
      }),
    );
  }
  if (taskLimit !== null && sameTask.running >= taskLimit) {
    causes.push(
      cause('task-full', `${sameTask.running} of ${taskLimit} jobs of task ${job.taskName} run.`, {
        jobs: jobsNamed(sameTask.jobs),
        whatToDo: 'It goes on when one of them ends; or raise the limit of the task.',
      }),
    );
  }
  if (job.rateKey !== null && job.rateLimit !== null && rate.started >= job.rateLimit) {
    const until = rate.nextAt === null ? null : isoTime(rate.nextAt);
    causes.push(
      cause(
        'rate-limit',
        `${rate.started} of ${job.rateLimit} jobs with the rate key ${JSON.stringify(job.rateKey)} started within ${(job.rateWindowMs ?? 0) / 1_000} s.`,
        {
          until,
          whatToDo: until === null ? null : `The oldest start leaves the window at ${until}.`,
        },
      ),
    );
  }
  return causes;
}

/** Nothing keeps it: why it has not started all the same. */
function waitingCauses({ job, ahead }: Standing, { workers, free }: Capacity): Cause[] {
  const causes: Cause[] = [];
  if (workers === 0)
    causes.push(cause('no-worker', 'No process takes jobs at the moment.', { whatToDo: 'Start a server that runs jobs.' }));
  else if (free === 0)
    causes.push(
      cause('no-worker', `All ${workers} places for jobs are taken.`, {
        whatToDo: 'It starts when its turn comes and one is free; or raise execution.max_concurrent_tasks.',
      }),
    );
  if (ahead > 0)
    causes.push(
      cause('queue', `${ahead >= 10_000 ? 'At least 10000 jobs come' : ahead === 1 ? 'One job comes' : `${ahead} jobs come`} before it.`, {
        whatToDo: 'A higher priority lets it start earlier.',
      }),
    );
  if (causes.length > 0) return causes;
  const held = job.hold === null ? '' : ' What it was held for is over.';
  return [cause('about-to-start', `Nothing is in its way.${held} It starts within a second.`)];
}
