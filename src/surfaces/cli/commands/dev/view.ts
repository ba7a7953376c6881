import type { DevState } from '#dev/index.ts';
import { shortJsonLine } from './json-lines.ts';
import { cutLine, widthOf, wrapped, type Line } from './line.ts';
import { devLines } from './dev-lines.ts';
import type { EditedText } from './line-editor.ts';

/** What the person is doing with the screen. */
export interface View {
  readonly mode: 'look' | 'pick' | 'edit';
  /** Lines of the report that have gone beyond the upper edge. */
  readonly scroll: number;
  /** In the list of inputs; the last entry is for typing one. */
  readonly picked: number;
  readonly edited: EditedText;
  readonly editError: string | null;
}

export const firstView: View = { mode: 'look', scroll: 0, picked: 0, edited: { text: '', cursor: 0 }, editError: null };

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The whole screen, exactly as many lines as it has rows. `scroll` is the view's, or the furthest there is. */
export function screenLines(state: DevState, view: View, { columns, rows }: Size, now: number): { lines: Line[]; scroll: number } {
  const head = [headLine(state, columns), []];
  const foot = view.mode === 'look' ? footLines(state) : view.mode === 'pick' ? pickLines(state, view) : editLines(view, columns);
  const body = devLines(state, columns, now);
  const room = Math.max(0, rows - head.length - foot.length - 1);
  const scroll = Math.max(0, Math.min(view.scroll, body.length - room));
  const visible = body.slice(scroll, scroll + room);
  const below = body.length - scroll - visible.length;
  const rule: Line = [['dim', below > 0 || scroll > 0 ? moreText(scroll, below) : '']];
  const blank = Array.from({ length: room - visible.length }, (): Line => []);
  const lines = [...head, ...visible, ...blank, rule, ...foot].slice(0, rows).map((line) => cutLine(line, columns));
  return { lines, scroll };
}

function moreText(above: number, below: number): string {
  return [above > 0 ? `↑ ${above} more` : '', below > 0 ? `↓ ${below} more` : ''].filter((part) => part !== '').join('  ');
}

function headLine({ task, path, phase, at }: DevState, columns: number): Line {
  const name = task === null ? path : `${task.label} ${task.version}`;
  const time = new Date(at).toTimeString().slice(0, 8);
  const waiting = columns < 60 ? 'waiting' : `${time}, waiting for changes`;
  const doing = { checking: 'checking', working: 'running', waiting }[phase];
  const room = columns - widthOf(name) - doing.length - 4;
  // Of a long path its end says more than its beginning.
  const place = task === null ? '' : widthOf(path) <= room ? path : `…${path.slice(path.length - Math.max(0, room - 1))}`;
  const shown = room < 8 ? '' : place;
  const gap = columns - widthOf(name) - widthOf(shown) - doing.length - 2;
  return [
    ['bold', name],
    ['dim', `  ${shown}`],
    [null, ' '.repeat(Math.max(2, gap))],
    [phase === 'waiting' ? 'dim' : 'cyan', doing],
  ];
}

/** What came of the last key, and the keys. */
function footLines({ notice, run, wish, showsLogs }: DevState): Line[] {
  const http = run?.http ?? wish.http ?? 'live';
  const keys: readonly (readonly [key: string, does: string])[] = [
    ['r', 'rerun'],
    ['i', 'input'],
    ['p', http === 'live' ? 'use mocks' : 'go live'],
    ['l', showsLogs ? 'hide logs' : 'show logs'],
    ['t', 'trace'],
    ['s', 'save as test'],
    ['↑↓', 'scroll'],
    ['q', 'quit'],
  ];
  return [
    notice === null ? [] : [[notice.isError ? 'red' : 'green', notice.text]],
    keys.flatMap(([key, does], index): Line => [
      [null, index === 0 ? '' : '  '],
      ['bold', key],
      ['dim', ` ${does}`],
    ]),
  ];
}

const mostChoices = 12;

function pickLines({ choices }: DevState, { picked }: View): Line[] {
  const entries: Line[] = [
    ...choices.map(({ name, input }): Line => [[null, `${name}  `], ...shortJsonLine(input)]),
    [[null, 'type another']],
  ];
  // The list moves under the chosen entry, so that any number of tests can be gone through.
  const first = Math.max(0, Math.min(picked - Math.floor(mostChoices / 2), entries.length - mostChoices));
  return [
    [['bold', 'Which input?']],
    ...entries
      .slice(first, first + mostChoices)
      .map((entry, index): Line => (first + index === picked ? [['cyan', '❯ '], ...entry] : [[null, '  '], ...entry])),
    [['dim', '↑↓ choose  Enter run it  e edit it  Esc back']],
  ];
}

function editLines({ edited, editError }: View, columns: number): Line[] {
  const { text, cursor } = edited;
  // The cursor is a character in reverse, so that wrapping finds it like any other; beyond the end it is a blank.
  const shown = `${text} `;
  const width = Math.max(10, columns - 3);
  const lines: Line[] = [];
  for (let from = 0; from < shown.length; from += width) {
    const row = shown.slice(from, from + width);
    const at = cursor - from;
    const isHere = at >= 0 && at < row.length;
    const prompt = from === 0 ? '> ' : '  ';
    lines.push(
      isHere
        ? [
            ['cyan', prompt],
            [null, row.slice(0, at)],
            ['inverse', row.slice(at, at + 1)],
            [null, row.slice(at + 1)],
          ]
        : [
            ['cyan', prompt],
            [null, row],
          ],
    );
  }
  const first = Math.max(0, Math.min(Math.floor(cursor / width) - 4, lines.length - 8));
  return [
    [['bold', 'Input as JSON']],
    ...lines.slice(first, first + 8),
    ...(editError === null ? [] : wrapped(editError, columns, 'red').slice(0, 2)),
    [['dim', 'Enter run it  Esc back']],
  ];
}
