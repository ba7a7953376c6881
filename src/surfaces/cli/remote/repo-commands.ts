import { sourceOperations } from '#sources/operations.ts';
import { pushOperations } from '#sources/push/operations.ts';
import type { Command, Screen, Shown } from '../command.ts';
import { printable } from '../terminal.ts';
import { columnsOf } from './columns.ts';
import { commandOf } from './command-of.ts';
import type { RemoteSpec } from './remote-command.ts';
import { isForPeople, showAnswer, type View } from './show-answer.ts';
import { tableText } from './table.ts';

export const repoCommand = (words: string): Command => commandOf(words, [...sourceOperations, ...pushOperations], specs);

/** Fields that only say that a credential has no place in a request. */
const secrets = ['authToken', 'token', 'password', 'username', 'apiKey', 'sshKey', 'privateKey', 'credentials', 'authConfig'];

const specs: Readonly<Record<string, RemoteSpec>> = {
  'repo add': { hides: secrets },
  'repo update': { hides: secrets },
  'repo remove': { asks: ({ id }) => `Remove the source ${String(id)}? Its tasks cannot be run until another one brings them.` },
  'repo sync': { show: showSync },
  'repo test': { show: (answer, screen, view) => ({ ...showAnswer(answer, screen, view), exit: isSuccess(answer) ? 'ok' : 'failed' }) },
  'repo push': { show: showRepositoryPush },
};

function isSuccess(answer: unknown): boolean {
  return (answer as { success: boolean }).success;
}

interface Synced {
  readonly repositoryName: string;
  readonly success: boolean;
  readonly error: { readonly message: string; readonly hint: string } | null;
  readonly added: readonly string[];
  readonly updated: readonly string[];
  readonly removed: readonly string[];
  readonly errors: readonly { readonly taskName: string; readonly error: string }[];
  readonly taskCount: number;
}

function showSync(answer: unknown, screen: Screen, view: View): Shown {
  const { repositoryName, success, error, added, updated, removed, errors, taskCount } = answer as Synced;
  const exit = !success ? 'failed' : errors.length > 0 ? 'invalidTask' : 'ok';
  if (!isForPeople(screen)) return { ...showAnswer(answer, screen, view), exit };
  if (error !== null) {
    screen.err(`${printable(`The source ${repositoryName} cannot be read: ${error.message}`)}\n${printable(error.hint)}\n`);
    return { exit };
  }
  const lines = [`Source ${repositoryName} is synced: ${taskCount} ${taskCount === 1 ? 'task' : 'tasks'}.`];
  for (const [word, names] of Object.entries({ added, updated, removed }))
    if (names.length > 0) lines.push(`  ${word}: ${names.join(', ')}`);
  for (const { taskName, error: reason } of errors) lines.push(`  not served: ${taskName}: ${reason}`);
  screen.out(`${printable(lines.join('\n'))}\n`);
  return { exit };
}

interface Pushed {
  readonly taskName: string;
  readonly version: string;
  readonly branch: string | null;
  readonly repositoryName: string;
  readonly repositoryPath: string;
  readonly outcome: string;
  readonly commitHash: string | null;
  readonly error: { readonly message: string } | null;
}

const outcomes: Readonly<Record<string, string>> = {
  COMMITTED: 'committed',
  UNCHANGED: 'is there already',
  TOOK_REMOTE: 'given up: what the source holds is taken',
  CONFLICT: 'changed there too; push it with --resolution take_local or take_remote',
  FAILED: 'not committed',
};

function showRepositoryPush(answer: unknown, screen: Screen, view: View): Shown {
  const { results, failed, remaining, diff } = answer as {
    readonly results: readonly Pushed[];
    readonly failed: number;
    readonly remaining: number;
    readonly diff: string | null;
  };
  const exit = failed > 0 ? 'failed' : 'ok';
  if (!isForPeople(screen)) return { ...showAnswer(answer, screen, view), exit };
  if (diff !== null) screen.out(printable(diff));
  if (results.length === 0) screen.err('Nothing is to be pushed.\n');
  for (const one of results) screen.out(`${printable(pushLine(one, diff !== null))}\n`);
  if (remaining > 0) screen.err(`${remaining} more changed; push again.\n`);
  return { exit };
}

/** One task in a push, as a sentence. */
export function pushLine({ taskName, version, branch, outcome, commitHash, error }: Pushed, isDryRun: boolean): string {
  const said = outcome === 'COMMITTED' && isDryRun ? 'would be committed' : (outcomes[outcome] ?? outcome);
  const where = [branch, commitHash?.slice(0, 12)].filter(Boolean).join(' ');
  return `${taskName} ${version}: ${said}${error === null ? '' : `: ${error.message}`}${where === '' ? '' : ` (${where})`}`;
}

/** `task push`: the difference of a dry run, else what became of the task. */
export function showTaskPush(answer: unknown, screen: Screen, view: View): Shown {
  if (!isForPeople(screen)) return showAnswer(answer, screen, view);
  const pushed = answer as Pushed & { readonly diff: string | null };
  if (pushed.diff !== null) screen.out(printable(pushed.diff));
  screen.out(`${printable(pushLine(pushed, pushed.diff !== null))}\n`);
  return { exit: 'ok' };
}

/** `task modified`. */
export function showModified(answer: unknown, screen: Screen, view: View): Shown {
  if (!isForPeople(screen)) return showAnswer(answer, screen, view);
  const { tasks } = answer as { tasks: readonly Readonly<Record<string, unknown>>[] };
  if (tasks.length === 0) screen.err('Every task is what its source holds.\n');
  else screen.out(tableText(tasks, columnsOf['modified']!, { ...view, paint: screen.paintOut }));
  return { exit: 'ok' };
}
