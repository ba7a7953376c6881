import { followExecutionLog, storedExecutionOperations } from '#executions/stored/operations.ts';
import type { Client } from '#surfaces/client/client.ts';
import { z } from 'zod';
import type { Command, Screen, Shown } from '../command.ts';
import { printable } from '../terminal.ts';
import { commandOf } from './command-of.ts';
import type { Performing, RemoteOperation, RemoteSpec } from './remote-command.ts';
import { isForPeople, showAnswer, type View } from './show-answer.ts';

export const executionCommand = (words: string): Command => commandOf(words, storedExecutionOperations, specs);

const specs: Readonly<Record<string, RemoteSpec>> = {
  'execution logs': {
    moreFlags: { follow: z.boolean().default(false).describe('Go on with the lines that are yet to come, until the execution ends') },
    moreExamples: [{ line: 'ratchet execution logs 42 --follow', about: 'Every line as it comes, until execution 42 ends' }],
    perform: readLog,
    show: showLog,
  },
  'execution remove': { asks: ({ id }) => `Remove execution ${String(id)} with its log and its recording?` },
};

interface Line {
  readonly number: number;
  readonly level: string;
  readonly message: string;
  readonly at: string;
}
interface LogPage {
  readonly lines: readonly Line[];
  readonly next: number | null;
  readonly logsDropped: number;
}
/** How an execution that was followed ended; null where the person had enough before. */
interface Followed {
  readonly followed: { readonly status: string; readonly logsDropped: number } | null;
}

async function readLog(
  client: Client,
  operation: RemoteOperation,
  { follow, after, limit, ...input }: Readonly<Record<string, unknown>>,
  { parts, options }: Performing,
): Promise<unknown> {
  const { signal } = options;
  if (follow !== true) return client.call(operation, { ...input, after, limit }, { signal });
  const { screen } = parts;
  let followed: Followed['followed'] = null;
  for await (const { data } of client.follow(followExecutionLog, input as { id: string }, {
    signal,
    after: typeof after === 'number' ? `${after}` : null,
  })) {
    if ('status' in data) followed = data;
    else screen.out(lineText(data, screen));
  }
  return { followed } satisfies Followed;
}

function showLog(answer: unknown, screen: Screen, view: View): Shown {
  const got = answer as LogPage | Followed;
  if ('followed' in got) return showEnd(got.followed, screen);
  if (!isForPeople(screen)) return showAnswer(answer, screen, view);
  for (const line of got.lines) screen.out(lineText(line, screen));
  if (got.next !== null) screen.err(screen.paintErr('dim', `go on with --after ${got.next}\n`));
  tellDropped(got.logsDropped, screen);
  return { exit: 'ok' };
}

function showEnd(end: Followed['followed'], screen: Screen): Shown {
  if (end === null) return { exit: 'interrupted' };
  tellDropped(end.logsDropped, screen);
  if (screen.isErrTerminal) screen.err(screen.paintErr('dim', `the execution has ended: ${end.status.toLowerCase()}\n`));
  return { exit: end.status === 'COMPLETED' ? 'ok' : 'failed' };
}

function tellDropped(count: number, screen: Screen): void {
  if (count > 0) screen.err(screen.paintErr('yellow', `${count} more log lines were not kept\n`));
}

const styles = { trace: 'dim', debug: 'dim', info: 'cyan', warn: 'yellow', error: 'red' } as const;

/** A line for a person, or one line of JSON for a program. */
function lineText(line: Line, screen: Screen): string {
  if (!isForPeople(screen)) return `${JSON.stringify(line)}\n`;
  const { level, message, at } = line;
  const style = styles[level as keyof typeof styles] ?? 'cyan';
  return `${screen.paintOut('dim', at.slice(11, 23))} ${screen.paintOut(style, printable(level).padEnd(5))} ${printable(message)}\n`;
}
