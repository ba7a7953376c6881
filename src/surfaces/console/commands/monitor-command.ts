import type { Command } from '#surfaces/cli/command.ts';
import { connect } from '#surfaces/cli/remote/connection.ts';
import { needsTerminal } from '../errors.ts';
import type { Hands } from '../hands.ts';
import { askSnapshot } from '../monitor/monitor-data.ts';
import { monitorParts, panelsOf, type Snapshot, type View } from '../monitor/monitor-state.ts';
import { runMonitor } from '../monitor/run-monitor.ts';
import { ownCommand } from './own-command.ts';
import { showFacts } from './server-commands.ts';

/** `monitor`, and `monitor workers` and so on: the server at a glance, drawn in place. @param words as they are typed */
export function monitorCommand(words: string, hands: Hands): Command {
  const { view, summary } = monitorParts[words.replace(/^monitor ?/, '')]!;
  return ownCommand({
    words,
    summary,
    details:
      'Fills the terminal and follows the events of the server: jobs by state, how many end and how long they take, workers, what runs with its progress, what failed, which schedules come due. 1 to 5 choose the dashboard, executions, workers, logs and metrics; keys pause the queue, cancel, retry and open; q leaves. Without a terminal it says all that once, as JSON.',
    async run({ input, target, parts, options: { signal, now } }) {
      const { keyboard, window } = hands;
      const client = connect(input, parts);
      const isDrawn = keyboard !== null && window !== null && hands.canDraw();
      if (!isDrawn && view === 'logs') throw needsTerminal({ command: words });
      if (!isDrawn) return once(await askSnapshot(client, target, signal, view), view);
      await runMonitor({ client, target, screen: parts.screen, keyboard, window, view, signal, now });
      return null;
    },
    show: (snapshot, screen) => (snapshot === null ? { exit: 'ok' } : showFacts(snapshot, screen)),
  });
}

/** What the view would show. */
function once(snapshot: Snapshot, view: View): object {
  if (view === 'workers' || view === 'metrics') return { [view]: snapshot[view] };
  const { metrics: _metrics, ...rest } = snapshot;
  return view === 'executions' ? Object.fromEntries(panelsOf(view).map((panel) => [panel, snapshot[panel]])) : rest;
}
