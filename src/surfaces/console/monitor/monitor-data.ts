import { cancelExecution, executionTrace, listExecutions, retryExecution, showExecution } from '#executions/stored/operations.ts';
import { jobStatsOperation, listPausesOperation, pauseJobsOperation, resumeJobsOperation } from '#jobs/operations.ts';
import { listSchedulesOperation, showScheduleOperation } from '#schedules/operations.ts';
import { recordText } from '#surfaces/cli/remote/record-text.ts';
import type { Client } from '#surfaces/client/client.ts';
import { listWorkers } from '#workers/operations.ts';
import { metricList } from '../commands/read-metrics.ts';
import { timelineLines } from '../commands/show-execution-command.ts';
import { getFrom, type Target } from '../connection.ts';
import type { MonitorWish, Snapshot, View } from './monitor-state.ts';

/** More than this no terminal shows. */
const limit = 50;

/** Everything the monitor shows, as it is now. @throws what a call can end with */
export async function askSnapshot(client: Client, target: Target, signal: AbortSignal, view: View = 'dashboard'): Promise<Snapshot> {
  const settings = { signal, retries: 0 };
  const executions = (status: string, field: string) =>
    client.call(listExecutions, { filter: { status: { eq: status } }, sort: { field, order: 'desc' }, limit } as never, settings);
  const [health, jobs, pauses, workers, running, failures, due, metrics] = await Promise.all([
    getFrom(target, '/health', signal),
    client.call(jobStatsOperation, {}, settings),
    client.call(listPausesOperation, {}, settings),
    client.call(listWorkers, { limit: 100 }, settings),
    executions('RUNNING', 'queuedAt'),
    executions('FAILED', 'completedAt'),
    client.call(
      listSchedulesOperation,
      { filter: { enabled: { eq: true } }, sort: { field: 'nextRun', order: 'asc' }, limit: 20 } as never,
      settings,
    ),
    view === 'metrics' ? getFrom(target, '/metrics', signal).then(({ body }) => metricList(body)) : [],
  ]);
  return {
    health: String((JSON.parse(health.body) as { status?: unknown }).status),
    jobs,
    isPaused: pauses.some(({ taskId }) => taskId === null),
    workers: workers.items,
    running: running.items,
    failures: failures.items,
    due: due.items.filter(({ nextRun }) => nextRun !== null),
    metrics,
  };
}

/** Does what was wished. @returns what to tell, or what was opened @throws what a call can end with */
export async function fulfil(
  client: Client,
  wish: Exclude<MonitorWish, { kind: 'quit' }> | { readonly kind: 'pause' },
  isPaused: boolean,
  { signal, now }: { signal: AbortSignal; now: number },
): Promise<{ notice: string } | { title: string; lines: readonly string[] }> {
  switch (wish.kind) {
    case 'pause':
      if (isPaused) return { notice: (await client.call(resumeJobsOperation, {}, { signal })).message };
      await client.call(pauseJobsOperation, { reason: 'paused in the monitor' }, { signal });
      return { notice: 'The queue is paused: nothing new starts until p is pressed again.' };
    case 'cancel':
      return { notice: (await client.call(cancelExecution, { id: wish.id }, { signal })).message };
    case 'retry':
      return { notice: (await client.call(retryExecution, { id: wish.id }, { signal })).message };
    case 'open':
      return open(client, wish, signal, now);
    default:
      return { notice: '' };
  }
}

const plain = (_style: unknown, text: string) => text;

async function open(client: Client, { panel, id }: Extract<MonitorWish, { id: string }>, signal: AbortSignal, now: number) {
  if (panel === 'due') {
    const schedule = await client.call(showScheduleOperation, { id }, { signal });
    return { title: `Schedule ${id}`, lines: linesOf(schedule, now) };
  }
  const [execution, trace] = await Promise.all([
    client.call(showExecution, { id }, { signal }),
    client.call(executionTrace, { id }, { signal }),
  ]);
  return { title: `Execution ${id}`, lines: [...timelineLines(trace, plain), '', ...linesOf(execution, now)] };
}

const linesOf = (value: object, now: number) =>
  recordText(value as Readonly<Record<string, unknown>>, { now, paint: plain })
    .trimEnd()
    .split('\n');
