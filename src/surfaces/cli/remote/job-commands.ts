import { jobOperations } from '#jobs/operations.ts';
import type { Client } from '#surfaces/client/client.ts';
import type { Command, Screen, Shown } from '../command.ts';
import type { ShownError } from '../show-error.ts';
import { jsonText, printable } from '../terminal.ts';
import { commandOf } from './command-of.ts';
import type { Performing, RemoteOperation, RemoteSpec } from './remote-command.ts';
import { isForPeople, showAnswer, type View } from './show-answer.ts';

export const jobCommand = (words: string): Command => commandOf(words, jobOperations, specs);

type Input = Readonly<Record<string, unknown>>;

const specs: Readonly<Record<string, RemoteSpec>> = {
  'job enqueue': { perform: enqueue, show: showEnqueued },
  'job why': { show: showWhy },
  'job clear': { asks: (input) => `Cancel ${whichJobs(input, 'every job that waits')}?` },
  'job redrive': { asks: (input) => `Let ${whichJobs(input, 'every job that failed')} run again?` },
  'job remove': { asks: ({ id }) => `Remove job ${String(id)} with its executions?` },
};

/** In the words of the flags, because that is what the person has typed. */
function whichJobs(input: Input, all: string): string {
  const said = Object.entries(input).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return said.length === 0 ? all : `the jobs with ${said.join(', ')}`;
}

/** What is looked at of a job that was queued. */
interface Queued {
  readonly id: string;
  readonly taskName: string;
  readonly status: string;
  readonly isNew: boolean;
  readonly isFinished: boolean;
  readonly output: unknown;
  readonly error: ShownError | null;
}

interface Enqueued {
  readonly job: Queued;
  readonly isWaitedFor: boolean;
}

async function enqueue(client: Client, operation: RemoteOperation, input: Input, { options }: Performing): Promise<Enqueued> {
  const job = await client.call(
    operation,
    { ...input, ...inSeconds(input, 'wait'), ...inSeconds(input, 'delay') },
    { signal: options.signal },
  );
  return { job: job as Queued, isWaitedFor: input['wait'] !== undefined };
}

/** A bare number is seconds on every command line, and milliseconds in a request. */
function inSeconds(input: Input, field: string): Input {
  const said = input[field];
  return typeof said === 'number' ? { [field]: `${said}s` } : {};
}

/** The output of a job that was waited for, as `run-once` shows it; everything for programs. Ends with 1 where it failed. */
function showEnqueued(answer: unknown, screen: Screen, view: View): Shown {
  const { job, isWaitedFor } = answer as Enqueued;
  const isForPerson = isForPeople(screen);
  if (!isForPerson) showAnswer(job, screen, view);
  if (!isWaitedFor) {
    const what = job.isNew
      ? `Job ${job.id} of task ${job.taskName} is queued.`
      : `Job ${job.id} of task ${job.taskName} was there already.`;
    if (isForPerson) screen.out(`${printable(what)}\n`);
    return { exit: 'ok' };
  }
  if (!job.isFinished) {
    screen.err(`Job ${job.id} has not ended yet; it goes on. Look again with: ratchet job show ${job.id}\n`);
    return { exit: 'timedOut' };
  }
  if (screen.isErrTerminal) screen.err(`${screen.paintErr('dim', `job ${job.id}: ${job.status.toLowerCase()}`)}\n`);
  if (job.status === 'COMPLETED') {
    if (isForPerson) screen.out(`${jsonText(job.output, true)}\n`);
    return { exit: 'ok' };
  }
  if (job.error === null) screen.err(`Job ${job.id} is ${job.status.toLowerCase()}.\n`);
  // Whatever it failed of: a script that waits for a job asks whether it worked.
  return { exit: 'failed', error: job.error && { ...job.error, exit: 'failed' } };
}

/** The sentences alone, unless JSON is asked for. */
function showWhy(answer: unknown, screen: Screen, view: View): Shown {
  if (screen.format !== 'auto') return showAnswer(answer, screen, view);
  screen.out(`${printable((answer as { text: string }).text)}\n`);
  return { exit: 'ok' };
}
