import type { EditedText } from '#surfaces/cli/commands/dev/line-editor.ts';
import type { Completion } from '../completion/complete.ts';

/** More than this is no help to look at. */
const mostShown = 100;

/**
 * The line with as much put in as all options have in common, and a blank behind an only one.
 * @returns the options to show: those that are still possible when nothing more could be put in
 */
export function completed({ text, cursor }: EditedText, { from, options }: Completion): { edited: EditedText; options: readonly string[] } {
  const typed = text.slice(from, cursor);
  const common = options.reduce((sum, one) => commonStart(sum, one), options[0] ?? '');
  const isOnly = options.length === 1;
  const ending = isOnly && !/[/=":]$/.test(common) && !/^\s/.test(text.slice(cursor)) ? ' ' : '';
  const put = common.length > typed.length || isOnly ? common + ending : typed;
  const edited = { text: text.slice(0, from) + put + text.slice(cursor), cursor: from + put.length };
  const isMore = put !== typed;
  const shown = isOnly || isMore || options.length === 0 ? [] : options.slice(0, mostShown);
  return { edited, options: options.length > mostShown && shown.length > 0 ? [...shown, `and ${options.length - mostShown} more`] : shown };
}

function commonStart(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return a.slice(0, at);
}
