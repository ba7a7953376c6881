import type { Look, Screen, Shown } from '../command.ts';
import { jsonText, printable } from '../terminal.ts';
import { columnsOf, consoleColumnsOf, type Column } from './columns.ts';
import { recordText } from './record-text.ts';
import { tableText } from './table.ts';

/** What drawing an answer needs to know beside it. */
export interface View {
  /** Whose columns a list has: `jobs`. */
  readonly noun: string;
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
  /** Columns of the terminal; null where there is none. */
  readonly width: number | null;
  /** Whether the answer says in a sentence what was done. */
  readonly isDone: boolean;
  readonly look?: Look | undefined;
}

type Item = Readonly<Record<string, unknown>>;

/** JSON for programs; for people a table, or a line for each field. */
export function showAnswer(answer: unknown, screen: Screen, view: View): Shown {
  if (!isForPeople(screen)) {
    screen.out(`${jsonText(answer ?? null, screen.format === 'pretty')}\n`);
    return { exit: 'ok' };
  }
  const said = view.isDone ? (answer as { message?: unknown } | null)?.message : undefined;
  if (typeof said === 'string') screen.out(`${view.look === 'console' ? `${screen.paintOut('green', '✓')} ` : ''}${printable(said)}\n`);
  else if (isPage(answer)) showPage(answer, screen, view);
  else if (typeof answer !== 'object' || answer === null)
    screen.out(`${answer === undefined || answer === null ? 'Done.' : printable(jsonText(answer, false))}\n`);
  else if (Array.isArray(answer)) showPage({ items: answer as Item[], total: answer.length, isTotalExact: true, next: null }, screen, view);
  else screen.out(Object.keys(answer).length === 0 ? 'Done.\n' : recordText(answer as Item, { now: view.now, paint: screen.paintOut }));
  return { exit: 'ok' };
}

/** Whether a person reads what is printed. */
export function isForPeople({ format, isOutTerminal }: Pick<Screen, 'format' | 'isOutTerminal'>): boolean {
  return format === 'auto' && isOutTerminal;
}

interface Page {
  readonly items: readonly Item[];
  readonly total: number;
  readonly isTotalExact: boolean;
  readonly next: string | null;
}

function isPage(answer: unknown): answer is Page {
  return typeof answer === 'object' && answer !== null && Array.isArray((answer as Partial<Page>).items) && 'total' in answer;
}

function showPage({ items, total, isTotalExact, next }: Page, screen: Screen, view: View): void {
  const { noun } = view;
  if (items.length === 0) return screen.err(view.look === 'console' ? 'No data to display\n' : `No ${noun}.\n`);
  screen.out(tableText(items, columnsFor(noun, items, view.look), { ...view, paint: screen.paintOut }));
  const count = `${items.length} of ${isTotalExact ? '' : 'at least '}${total.toLocaleString('en-US')}`;
  if (next !== null) screen.err(screen.paintErr('dim', `${count}; go on with --after ${printable(next)}\n`));
  else if (items.length < total) screen.err(screen.paintErr('dim', `${count}\n`));
}

/** Those of the noun where one of them is there; every plain field otherwise. */
function columnsFor(noun: string, items: readonly Item[], look: Look | undefined): readonly Column[] {
  const known = (look === 'console' ? consoleColumnsOf[noun] : undefined) ?? columnsOf[noun];
  const own = known?.filter(({ field }) => items.some((item) => field in item)) ?? [];
  if (own.length > 1) return own;
  const plain = Object.entries(items[0] ?? {}).filter(([, value]) => value === null || typeof value !== 'object');
  return plain.map(([field]) => ({ field, title: field.toUpperCase(), kind: field.endsWith('At') ? 'time' : 'text', isFlexible: true }));
}
