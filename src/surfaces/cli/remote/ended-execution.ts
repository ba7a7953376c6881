import type { ShownError } from '../show-error.ts';
import type { Screen, Shown } from '../command.ts';
import { jsonText } from '../terminal.ts';
import { durationText } from './cell.ts';
import { isForPeople, showAnswer, type View } from './show-answer.ts';

/** What is looked at of an execution that was waited for. */
interface Ended {
  readonly id: string;
  readonly status: string;
  readonly output: unknown;
  readonly durationMs: number | null;
  readonly errorDetails: (Omit<ShownError, 'cause'> & object) | null;
}

/** The output of an execution for a person, as `run-once` shows it; everything for programs. Ends with 1 where the task failed. */
export function showEndedExecution(answer: unknown, screen: Screen, view: View): Shown {
  const { id, status, output, durationMs, errorDetails } = answer as Ended;
  const isForPerson = isForPeople(screen);
  if (!isForPerson) showAnswer(answer, screen, view);
  else if (status === 'COMPLETED') screen.out(`${jsonText(output, true)}\n`);
  if (status === 'PENDING' || status === 'RUNNING') {
    screen.err(`Execution ${id} has not ended yet; it goes on. Look again with: ratchet execution show ${id}\n`);
    return { exit: 'timedOut' };
  }
  if (screen.isErrTerminal) {
    const took = durationMs === null ? '' : ` after ${durationText(durationMs)}`;
    screen.err(`${screen.paintErr('dim', `execution ${id}: ${status.toLowerCase()}${took}`)}\n`);
  }
  return { exit: status === 'COMPLETED' ? 'ok' : 'failed', ...(errorDetails === null ? {} : { error: errorDetails }) };
}
