import { executionStats } from '#executions/stored/operations.ts';
import { jobStatsOperation } from '#jobs/operations.ts';
import { previewRetentionOperation } from '#retention/operations.ts';
import { connect } from '#surfaces/cli/remote/connection.ts';
import { sizeText } from '#surfaces/cli/size.ts';
import { isForPeople } from '#surfaces/cli/remote/show-answer.ts';
import { taskStatsOperation } from '#tasks/catalogue/operations.ts';
import { z } from 'zod';
import { getFrom } from '../connection.ts';
import { ownCommand, type Seat } from './own-command.ts';
import { showFacts, showJson } from './server-commands.ts';

interface DatabaseCheck {
  readonly status: string;
  readonly message?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What the server says of its database: whoever runs the console may be on another machine. */
async function databaseOf({ target, options }: Seat): Promise<DatabaseCheck> {
  const { body } = await getFrom(target, '/health', options.signal);
  const { checks } = JSON.parse(body) as { checks: Readonly<Record<string, DatabaseCheck>> };
  return checks['database'] ?? { status: 'unknown' };
}

export const databaseStatusCommand = ownCommand({
  words: 'db status',
  summary: 'Say how the database of the server is',
  details: 'Its kind, whether it takes work, and what is stored against what may be. `ratchet db status` on the machine itself knows more.',
  async run(seat) {
    const { input, parts, options } = seat;
    const [{ status, message, details }, { size }] = await Promise.all([
      databaseOf(seat),
      connect(input, parts).call(previewRetentionOperation, {}, { signal: options.signal }),
    ]);
    return { status, ...(message === undefined ? {} : { message }), ...details, storedBytes: size.bytes, limitBytes: size.limit };
  },
  show: showFacts,
});

export const databaseMigrateCommand = ownCommand({
  words: 'db migrate',
  summary: 'Say whether the schema of the database is up to date',
  details:
    'A server brings its database up to date when it starts, and does not start on one that it cannot: while it answers there is nothing to do. `ratchet db migrate` does it on the machine itself, while no server runs.',
  input: { dryRun: z.boolean().default(false).describe('The same: nothing is changed from here') },
  async run(seat) {
    const { status } = await databaseOf(seat);
    return { isUpToDate: status !== 'unknown', status };
  },
  show(answer, screen) {
    if (!isForPeople(screen)) return showJson(answer, screen);
    screen.out('Nothing to do: the schema is up to date since the server started.\n');
    return { exit: 'ok' };
  },
});

export const databaseStatsCommand = ownCommand({
  words: 'db stats',
  summary: 'Say how much the database of the server holds',
  details: 'How many tasks, jobs and executions are stored, how many bytes, and how much of it is due to be removed.',
  async run({ input, parts, options: { signal } }) {
    const client = connect(input, parts);
    const [tasks, jobs, executions, retention] = await Promise.all([
      client.call(taskStatsOperation, {}, { signal }),
      client.call(jobStatsOperation, {}, { signal }),
      client.call(executionStats, {}, { signal }),
      client.call(previewRetentionOperation, {}, { signal }),
    ]);
    return {
      tasks: tasks.totalTasks,
      jobs: jobs.totalJobs,
      executions: executions.totalExecutions,
      bytes: retention.size.bytes,
      limitBytes: retention.size.limit,
      overByBytes: retention.size.overBy,
      expiredKeys: retention.expiredKeys,
      expiredResults: retention.expiredResults,
    };
  },
  show(answer, screen) {
    if (!isForPeople(screen)) return showJson(answer, screen);
    const facts = answer as Readonly<Record<string, number | null>>;
    const size = (bytes: number | null | undefined) => (bytes === null || bytes === undefined ? 'no limit' : sizeText(bytes));
    return showFacts(
      { ...facts, bytes: size(facts['bytes']), limitBytes: size(facts['limitBytes']), overByBytes: size(facts['overByBytes']) },
      screen,
    );
  },
});
