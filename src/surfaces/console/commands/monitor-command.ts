import type { Command } from '#surfaces/cli/command.ts';
import { connect } from '#surfaces/cli/remote/connection.ts';
import type { Hands } from '../hands.ts';
import { askSnapshot } from '../monitor/monitor-data.ts';
import { runMonitor } from '../monitor/run-monitor.ts';
import { ownCommand } from './own-command.ts';
import { showJson } from './server-commands.ts';

/** `monitor`: the server at a glance, drawn in place. */
export function monitorCommand(hands: Hands): Command {
  return ownCommand({
    words: 'monitor',
    summary: 'Watch the server: jobs, workers, executions, failures, schedules',
    details:
      'Fills the terminal and follows the events of the server: jobs by state, how many end and how long they take, workers, what runs with its progress, what failed, which schedules come due. Keys pause the queue, cancel, retry and open; q leaves. Without a terminal it says all that once, as JSON.',
    async run({ input, target, parts, options: { signal, now } }) {
      const { keyboard, window } = hands;
      const client = connect(input, parts);
      if (keyboard === null || window === null || !hands.canDraw()) return askSnapshot(client, target, signal);
      await runMonitor({ client, target, screen: parts.screen, keyboard, window, signal, now });
      return null;
    },
    show: (snapshot, screen) => (snapshot === null ? { exit: 'ok' } : showJson(snapshot, screen)),
  });
}
