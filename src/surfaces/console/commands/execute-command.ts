import { cancelExecution, createExecution, followExecutionLog, showExecution } from '#executions/stored/operations.ts';
import { followEvents } from '#events/operations.ts';
import { showJobOperation } from '#jobs/operations.ts';
import { showTaskOperation } from '#tasks/catalogue/operations.ts';
import type { CliParts, Command } from '#surfaces/cli/command.ts';
import { createLive, type Live } from '#surfaces/cli/live.ts';
import { connect } from '#surfaces/cli/remote/connection.ts';
import type { Client } from '#surfaces/client/client.ts';
import { setTimeout as pause } from 'node:timers/promises';
import type { Hands } from '../hands.ts';
import { fillForm } from './fill-form.ts';

type Input = Readonly<Record<string, unknown>>;

/** How long a console that is interrupted waits for the server to take the cancellation. */
const cancelMs = 1_500;
/** How often it is looked whether a failed attempt is followed by another. */
const lookMs = 500;

/**
 * `task execute`: the same command as on the command line, but the execution is asked for first and then followed, so that its log and
 * progress are seen while it runs and Ctrl-C can cancel it. Where a person left the input out, it is asked for field by field.
 */
export function executeCommand(usual: Command, hands: Hands): Command {
  return {
    ...usual,
    async run(typed, parts, options) {
      const { signal = new AbortController().signal } = options;
      const client = connect(typed, parts);
      const input = 'input' in typed ? typed : { ...typed, ...(await askedInput(client, typed, hands, signal)) };
      // Only the usual way can pass over a pause.
      if (typed['ignorePause'] === true) return usual.run(input, parts, options);
      const started = await client.call(createExecution, requestOf(input) as never, { signal });
      const { id, jobId } = started as { id: string; jobId: string };
      const waitMs = typeof typed['waitMs'] === 'number' ? typed['waitMs'] : 300_000;
      const enough = AbortSignal.timeout(waitMs);
      let latest = id;
      try {
        latest = await followToEnd(client, { id, jobId }, parts, AbortSignal.any([signal, enough]));
      } catch (caught) {
        if (!enough.aborted && !signal.aborted) throw caught;
      }
      if (signal.aborted) {
        await cancel(client, latest, parts);
        signal.throwIfAborted();
      }
      const answer = await client.call(showExecution, { id: latest }, { signal });
      const view = {
        noun: 'executions',
        now: options.now(),
        width: parts.window?.size().columns ?? null,
        isDone: false,
        look: parts.screen.look,
      };
      return { answer, view };
    },
  };
}

function requestOf({ id, version, input, timeoutMs, record }: Input): Input {
  return { taskId: id, version, input: input ?? {}, timeoutMs, record, priority: 'critical' };
}

async function askedInput(client: Client, { id }: Input, hands: Hands, signal: AbortSignal): Promise<{ input?: unknown }> {
  if (hands.keyboard === null) return {};
  const { inputSchema } = await client.call(showTaskOperation, { id: String(id) }, { signal });
  return inputSchema === null ? {} : { input: await fillForm(inputSchema, (question) => hands.ask(question, signal)) };
}

/** Shows log and progress of each attempt until the job has ended. @returns the number of the last execution */
async function followToEnd(
  client: Client,
  { id, jobId }: { id: string; jobId: string },
  parts: CliParts,
  signal: AbortSignal,
): Promise<string> {
  const live = createLive(parts.screen, 'info');
  const ended = new AbortController();
  const isShown = parts.screen.isErrTerminal;
  const progress = isShown ? showProgress(client, jobId, live, AbortSignal.any([signal, ended.signal])) : Promise.resolve();
  try {
    for (let current = id; ;) {
      for await (const { data } of client.follow(followExecutionLog, { id: current }, { signal })) {
        if ('status' in data) continue;
        if (isShown) live.show({ type: 'log', level: data.level, message: data.message, at: Date.parse(data.at) });
      }
      signal.throwIfAborted();
      const next = await nextAttempt(client, jobId, current, signal);
      if (next === null) return current;
      live.show({ type: 'notice', message: `execution ${current} failed; the job is tried again as execution ${next}` });
      current = next;
    }
  } finally {
    live.clear();
    ended.abort();
    await progress;
  }
}

async function showProgress(client: Client, jobId: string, live: Live, signal: AbortSignal): Promise<void> {
  try {
    for await (const { data } of client.follow(followEvents, { job: jobId, kind: 'execution.progress' }, { signal })) {
      const { share, report } = data.details as { share?: number | null; report?: unknown };
      live.show({ type: 'progress', update: report ?? share ?? null });
    }
  } catch {
    // Progress is told where it can be; the log and the result do not depend on it.
  }
}

/** Statuses that only a failed attempt leaves behind while another is to come. */
const goingOn: readonly string[] = ['QUEUED', 'PROCESSING', 'RETRYING'];

/** The execution that follows a failed one, once it is there; null when the job has ended. */
async function nextAttempt(client: Client, jobId: string, after: string, signal: AbortSignal): Promise<string | null> {
  for (;;) {
    const { status, executionId } = await client.call(showJobOperation, { id: jobId }, { signal });
    if (executionId !== null && Number(executionId) > Number(after)) return executionId;
    if (!goingOn.includes(status)) return null;
    await pause(lookMs, undefined, { signal });
  }
}

/** Ctrl-C means the execution, not only the waiting for it. */
async function cancel(client: Client, id: string, { screen }: CliParts): Promise<void> {
  try {
    await client.call(cancelExecution, { id }, { signal: AbortSignal.timeout(cancelMs), retries: 0 });
    screen.err(`${screen.paintErr('yellow', '⚠')} Execution ${id} is being cancelled.\n`);
  } catch {
    screen.err(`${screen.paintErr('yellow', '⚠')} Execution ${id} could not be cancelled any more; look with: execution show ${id}\n`);
  }
}
