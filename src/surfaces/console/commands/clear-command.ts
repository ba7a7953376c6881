import { listJobsOperation, removeJobOperation } from '#jobs/operations.ts';
import { confirm } from '#surfaces/cli/remote/confirm.ts';
import { connect } from '#surfaces/cli/remote/connection.ts';
import { pastTime } from '#surfaces/cli/remote/list-flags.ts';
import { isForPeople } from '#surfaces/cli/remote/show-answer.ts';
import type { Command } from '#surfaces/cli/command.ts';
import { z } from 'zod';
import { ownCommand } from './own-command.ts';
import { showJson } from './server-commands.ts';

/** As many as one page of a list holds. */
const pageSize = 100;

const statuses = ['completed', 'failed', 'cancelled', 'all'] as const;

/** `job clear`: jobs that wait are another matter, see `job cancel-waiting`. */
export const clearCommand: Command = ownCommand({
  words: 'job clear',
  summary: 'Remove jobs that have ended',
  details: 'With their executions, logs and recordings. Jobs that wait or run are not touched: `job cancel-waiting` is for those.',
  input: {
    status: z.enum(statuses).default('completed').describe('Those that ended so'),
    olderThan: z.string().optional().meta({ description: 'Only those that ended before, such as 7d', placeholder: 'duration|time' }),
    task: z.string().optional().describe('Only of the task with this name'),
    yes: z.boolean().default(false).describe('Do not ask before it is done'),
  },
  async run({ input, parts, options }) {
    const {
      status = 'completed',
      olderThan,
      task,
      yes,
    } = input as {
      status?: (typeof statuses)[number];
      olderThan?: string;
      task?: string;
      yes?: boolean;
    };
    const { signal } = options;
    const client = connect(input, parts);
    const words = (status === 'all' ? (['completed', 'failed', 'cancelled'] as const) : [status]).map((word) => word.toUpperCase());
    const filter = {
      status: { in: words },
      ...(task === undefined ? {} : { taskName: { eq: task } }),
      ...(olderThan === undefined ? {} : { completedAt: { lt: pastTime(olderThan, options.now(), '--older-than') } }),
    };
    const page = () => client.call(listJobsOperation, { filter, limit: pageSize }, { signal });
    let { items, total } = (await page()) as { items: readonly { id: string }[]; total: number };
    if (items.length === 0) return { count: 0 };
    const what = `${total} ${status === 'all' ? 'ended' : status} ${total === 1 ? 'job' : 'jobs'} with their executions`;
    if (yes !== true) await confirm(`Remove ${what}?`, parts, signal);
    let count = 0;
    const passedOver = new Set<string>();
    while (items.length > 0) {
      for (const { id } of items) {
        try {
          await client.call(removeJobOperation, { id }, { signal });
          count++;
        } catch (caught) {
          signal.throwIfAborted();
          // One that another job needs stays, and is listed again.
          if (passedOver.size === 0 && count === 0 && items.length === 1) throw caught;
          passedOver.add(id);
        }
      }
      const before = items;
      ({ items } = (await page()) as { items: readonly { id: string }[] });
      items = items.filter(({ id }) => !passedOver.has(id));
      if (before.length < pageSize) break;
    }
    return { count, ...(passedOver.size === 0 ? {} : { left: [...passedOver] }) };
  },
  show(answer, screen) {
    if (!isForPeople(screen)) return showJson(answer, screen);
    const { count, left = [] } = answer as { count: number; left?: string[] };
    screen.out(`${screen.paintOut('green', '✓')} ${count === 1 ? 'One job is' : `${count} jobs are`} removed.\n`);
    if (left.length > 0) screen.err(`${screen.paintErr('yellow', '⚠')} ${left.length} stay, because another job needs them.\n`);
    return { exit: 'ok' };
  },
});
