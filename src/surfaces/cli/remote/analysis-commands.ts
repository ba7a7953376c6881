import { analysisOperations } from '#analysis/operations.ts';
import { z } from 'zod';
import type { Command, Screen, Shown } from '../command.ts';
import { jsonText, printable } from '../terminal.ts';
import { commandOf } from './command-of.ts';
import type { RemoteSpec } from './remote-command.ts';
import { isForPeople, showAnswer, type View } from './show-answer.ts';

export const analysisCommand = (words: string): Command => commandOf(words, analysisOperations, specs);

const specs: Readonly<Record<string, RemoteSpec>> = {
  analyze: {
    // A person reads here, unless said otherwise.
    // What is on already cannot be switched off by a flag.
    hides: ['format', 'includeSuggestions', 'includeContext', 'includePrompts'],
    moreFlags: { format: z.enum(['markdown', 'json']).default('markdown').describe('Markdown for people, JSON for programs and models') },
    perform: (client, operation, input, { options }) =>
      client.call(operation, { ...input, format: input['format'] ?? 'markdown' }, { signal: options.signal }),
    show: showAnalysis,
  },
  'logs search': { show: showLines },
  'logs trends': { show: showTrends },
  'pattern remove': { asks: ({ id }) => `Remove the error pattern ${String(id)}?` },
};

function showAnalysis(answer: unknown, screen: Screen): Shown {
  const { markdown } = answer as { readonly markdown: string | null };
  screen.out(markdown === null ? `${jsonText(answer, screen.isOutTerminal)}\n` : printableLines(markdown));
  return { exit: 'ok' };
}

/** Line ends stay; whatever else could move a cursor does not. */
function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

interface Lines {
  readonly lines: readonly {
    readonly at: string;
    readonly executionId: string;
    readonly taskName: string;
    readonly level: string;
    readonly message: string;
  }[];
  readonly next: string | null;
  readonly linesLookedAt: number;
}

function showLines(answer: unknown, screen: Screen, view: View): Shown {
  if (!isForPeople(screen)) return showAnswer(answer, screen, view);
  const { lines, next, linesLookedAt } = answer as Lines;
  showAnswer({ items: lines, total: lines.length, isTotalExact: next === null, next: null }, screen, view);
  if (next !== null) screen.err(screen.paintErr('dim', `${linesLookedAt} lines looked at; go on with --after ${printable(next)}\n`));
  return { exit: 'ok' };
}

interface Trends {
  readonly series: readonly {
    readonly key: string;
    readonly name: string;
    readonly total: number;
    readonly lastSeenAt: string;
    readonly tasks: readonly string[];
  }[];
  readonly failures: number;
  readonly isComplete: boolean;
}

function showTrends(answer: unknown, screen: Screen, view: View): Shown {
  if (!isForPeople(screen)) return showAnswer(answer, screen, view);
  const { series, failures, isComplete } = answer as Trends;
  const items = series.map(({ key, name, total, lastSeenAt, tasks }) => ({
    key,
    name,
    failures: total,
    lastSeenAt,
    tasks: tasks.join(', '),
  }));
  showAnswer({ items, total: items.length, isTotalExact: true, next: null }, screen, { ...view, noun: 'failures' });
  if (!isComplete) screen.err(screen.paintErr('yellow', `only the latest ${failures} failures were looked at\n`));
  return { exit: 'ok' };
}
