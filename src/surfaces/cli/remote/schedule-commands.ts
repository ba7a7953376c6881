import { scheduleOperations } from '#schedules/operations.ts';
import type { Client } from '#surfaces/client/client.ts';
import type { Command, Screen, Shown } from '../command.ts';
import { printable } from '../terminal.ts';
import { columnsOf } from './columns.ts';
import { commandOf } from './command-of.ts';
import type { Performing, RemoteOperation, RemoteSpec } from './remote-command.ts';
import { isForPeople, showAnswer, type View } from './show-answer.ts';
import { tableText } from './table.ts';

export const scheduleCommand = (words: string): Command => commandOf(words, scheduleOperations, specs);

type Input = Readonly<Record<string, unknown>>;

const specs: Readonly<Record<string, RemoteSpec>> = {
  'schedule create': { perform: inSeconds, show: showPlan },
  'schedule update': { perform: inSeconds, show: showPlan },
  'schedule delete': { asks: ({ id }) => `Remove schedule ${String(id)} with its ledger?` },
  'schedule slots': { show: showSlots },
};

/** A bare number is seconds on every command line, and milliseconds in a request. */
async function inSeconds(client: Client, operation: RemoteOperation, input: Input, { options }: Performing): Promise<unknown> {
  const said = input['jitterMs'];
  const jitter = typeof said === 'number' ? { jitterMs: `${said}s` } : {};
  return client.call(operation, { ...input, ...jitter }, { signal: options.signal });
}

const runsShown = 3;

/** What was understood, so that a mistake is seen at once. */
function showPlan(answer: unknown, screen: Screen, view: View): Shown {
  if (!isForPeople(screen)) return showAnswer(answer, screen, view);
  const { id, name, taskName, ruleText, enabled, nextRuns } = answer as {
    readonly id: string;
    readonly name: string;
    readonly taskName: string;
    readonly ruleText: string;
    readonly enabled: boolean;
    readonly nextRuns: readonly string[];
  };
  screen.out(`${printable(`Schedule ${id} (${name}) runs the task ${taskName}: ${ruleText}.`)}\n`);
  if (!enabled) screen.out('It is switched off.\n');
  for (const time of nextRuns.slice(0, runsShown)) screen.out(`  ${printable(time)}\n`);
  return { exit: 'ok' };
}

function showSlots(answer: unknown, screen: Screen, view: View): Shown {
  if (!isForPeople(screen)) return showAnswer(answer, screen, view);
  const { items, next } = answer as { items: readonly Input[]; next: string | null };
  if (items.length === 0) screen.err('No slot has come due yet.\n');
  else screen.out(tableText(items, columnsOf['slots']!, { ...view, paint: screen.paintOut }));
  if (next !== null) screen.err(screen.paintErr('dim', `go on with --after ${printable(next)}\n`));
  return { exit: 'ok' };
}
