import { executionStats } from '#executions/stored/operations.ts';
import { jobStatsOperation } from '#jobs/operations.ts';
import type { Screen, Shown } from '#surfaces/cli/command.ts';
import { connect } from '#surfaces/cli/remote/connection.ts';
import { recordText } from '#surfaces/cli/remote/record-text.ts';
import { isForPeople } from '#surfaces/cli/remote/show-answer.ts';
import { tableText } from '#surfaces/cli/remote/table.ts';
import { jsonText } from '#surfaces/cli/terminal.ts';
import { taskStatsOperation } from '#tasks/catalogue/operations.ts';
import { workerStats } from '#workers/operations.ts';
import { getFrom, type Target } from '../connection.ts';
import { metricList, readMetrics } from './read-metrics.ts';
import { ownCommand, type Seat } from './own-command.ts';

type Facts = Readonly<Record<string, unknown>>;

/** How the server is, as it says at a path beside its API. */
async function healthAt(target: Target, path: string, signal: AbortSignal): Promise<Facts> {
  const { body } = await getFrom(target, path, signal);
  return JSON.parse(body) as Facts;
}

/** Indented JSON, as `server status` has always printed; one line where a program asks for it. */
export function showJson(answer: unknown, screen: Screen): Shown {
  screen.out(`${jsonText(answer, isForPeople(screen) || screen.format === 'pretty')}\n`);
  return { exit: isUnhealthy(answer) ? 'failed' : 'ok' };
}

const isUnhealthy = (answer: unknown) => (answer as { status?: unknown }).status === 'unhealthy';

function showFacts(answer: unknown, screen: Screen): Shown {
  if (!isForPeople(screen)) return showJson(answer, screen);
  screen.out(recordText(answer as Facts, { now: Date.now(), paint: screen.paintOut }));
  return { exit: isUnhealthy(answer) ? 'failed' : 'ok' };
}

async function counts({ input, parts, options: { signal } }: Seat): Promise<Facts> {
  const client = connect(input, parts);
  const [tasks, jobs, executions, workers] = await Promise.all([
    client.call(taskStatsOperation, {}, { signal }),
    client.call(jobStatsOperation, {}, { signal }),
    client.call(executionStats, {}, { signal }),
    client.call(workerStats, {}, { signal }),
  ]);
  return { tasks, jobs, executions, workers };
}

export const healthCommand = ownCommand({
  words: 'health',
  summary: 'Say in short how the server is',
  details: 'One line, and one for each part that is not well.',
  run: ({ target, options }) => healthAt(target, '/health', options.signal),
  show(answer, screen) {
    if (!isForPeople(screen)) return showJson(answer, screen);
    const { status, version, checks } = answer as {
      status: string;
      version: string;
      checks: Readonly<Record<string, { status: string; message?: string }>>;
    };
    const colours = { healthy: 'green', degraded: 'yellow' } as const;
    const paint = (word: string) => screen.paintOut(colours[word as keyof typeof colours] ?? 'red', word);
    screen.out(`${paint(status)}  Ratchet ${version}\n`);
    for (const [name, check] of Object.entries(checks)) {
      if (check.status !== 'healthy')
        screen.out(`  ${name}: ${paint(check.status)}${check.message === undefined ? '' : `, ${check.message}`}\n`);
    }
    return { exit: status === 'unhealthy' ? 'failed' : 'ok' };
  },
});

export const serverStatusCommand = ownCommand({
  words: 'server status',
  summary: 'Say how the server and its parts are',
  details: 'Health of every part, memory, and how long it has run, as JSON.',
  run: ({ target, options }) => healthAt(target, '/health/detailed', options.signal),
  show: showFacts,
});

export const serverMetricsCommand = ownCommand({
  words: 'server metrics',
  summary: 'Show what the server measures',
  details: 'Everything at /metrics, as JSON: for each metric its value, or one for each set of labels.',
  async run({ target, parts, options }): Promise<Measured> {
    const { body } = await getFrom(target, '/metrics', options.signal);
    return { body, width: parts.window?.size().columns ?? null };
  },
  show(answer, screen) {
    const { body, width } = answer as Measured;
    if (!isForPeople(screen)) return showJson(readMetrics(body), screen);
    const columns = [
      { field: 'name', title: 'METRIC' },
      { field: 'labels', title: 'OF', isFlexible: true },
      { field: 'value', title: 'VALUE' },
    ];
    screen.out(tableText(metricList(body), columns, { width, now: 0, paint: screen.paintOut, look: screen.look }));
    return { exit: 'ok' };
  },
});

interface Measured {
  readonly body: string;
  /** Columns of the terminal; null where there is none. */
  readonly width: number | null;
}

export const statsCommand = ownCommand({
  words: 'stats',
  summary: 'Count tasks, jobs, executions and workers',
  details: 'What `task stats`, `job stats`, `execution stats` and `worker stats` say, at once.',
  run: counts,
  show(answer, screen) {
    if (!isForPeople(screen)) return showJson(answer, screen);
    for (const [noun, facts] of Object.entries(answer as Record<string, Facts>)) {
      screen.out(`${screen.paintOut('bold', noun)}\n${indented(recordText(facts, { now: Date.now(), paint: screen.paintOut }))}`);
    }
    return { exit: 'ok' };
  },
});

const indented = (text: string) => text.replaceAll(/^(?=.)/gm, '  ');

export { showFacts };
