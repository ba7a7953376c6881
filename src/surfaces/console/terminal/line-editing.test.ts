import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Key } from '#surfaces/cli/commands/dev/keys.ts';
import { completed } from './apply-completion.ts';
import { openHistory } from './history-file.ts';
import { columnsOf } from './line-reader.ts';
import { afterLineKey, emptyLine, foundLine, suggestion, type LineEvent, type LineState } from './line-state.ts';
import { lineView, mateOf } from './line-view.ts';
import { isLong, page } from './pager.ts';

const history = ['task list', 'task execute addition {"num1": 1}', 'health'];
const typed = (text: string): Key[] => Array.from(text, (char) => ({ kind: 'text', text: char }));
const key = (kind: Exclude<Key['kind'], 'text'>): Key => ({ kind });

function press(keys: readonly Key[], start: LineState = emptyLine(history)): { state: LineState; events: LineEvent[] } {
  let state = start;
  const events: LineEvent[] = [];
  for (const one of keys) {
    const after = afterLineKey(state, one, history);
    state = after.state;
    if (after.event !== null) events.push(after.event);
  }
  return { state, events };
}
const textAfter = (...keys: Key[]) => press(keys).state.edited.text;

describe('typing a line', () => {
  it('goes back through what was typed, and keeps the line that was begun', () => {
    expect(textAfter(...typed('jo'), key('up'))).toBe('health');
    expect(textAfter(...typed('jo'), key('up'), key('up'), key('up'), key('up'))).toBe('task list');
    expect(textAfter(...typed('jo'), key('up'), key('up'), key('down'), key('down'))).toBe('jo');
  });
  it('offers the rest of what was typed before, and takes it with the right arrow', () => {
    const { state } = press(typed('task e'));
    expect(suggestion(state, history)).toBe('xecute addition {"num1": 1}');
    expect(textAfter(...typed('task e'), key('right'))).toBe('task execute addition {"num1": 1}');
    expect(textAfter(...typed('task e'), key('left'), key('right'))).toBe('task e');
  });
  it('searches what was typed, newest first', () => {
    const { state } = press([key('search'), ...typed('task')]);
    expect(foundLine(state, history)).toBe('task execute addition {"num1": 1}');
    expect(foundLine(press([key('search')], state).state, history)).toBe('task list');
    expect(foundLine(press([key('search'), key('search')], state).state, history)).toBe('task list');
    expect(press([key('enter')], state)).toMatchObject({ events: ['submit'], state: { edited: { text: history[1] } } });
    expect(textAfter(...typed('x'), key('search'), ...typed('task'), key('cancel'))).toBe('x');
    expect(textAfter(key('search'), ...typed('heal'), key('backspace'), key('left'))).toBe('health');
    expect(foundLine(press([key('search'), ...typed('nowhere')]).state, history)).toBeNull();
  });
  it('leaves on Ctrl-D where nothing is typed, and deletes where something is', () => {
    expect(press([key('end-of-input')]).events).toEqual(['leave']);
    expect(press([key('delete')]).events).toEqual([]);
    expect(press([...typed('ab'), key('home'), key('end-of-input')])).toMatchObject({ events: [], state: { edited: { text: 'b' } } });
  });
  it('asks for completion on Tab, but indents where nothing is typed yet', () => {
    expect(press([...typed('ta'), key('tab')]).events).toEqual(['complete']);
    expect(press([key('tab')])).toMatchObject({ events: [], state: { edited: { text: '  ' } } });
  });
  it('never leaves the cursor outside of the text, whatever is pressed', () => {
    const kinds = [
      'up',
      'down',
      'left',
      'right',
      'home',
      'end',
      'backspace',
      'delete',
      'search',
      'cancel',
      'escape',
      'enter',
      'tab',
      'word-left',
      'delete-word',
      'delete-to-end',
      'clear',
    ] as const;
    const keys = fc.array(
      fc.oneof(
        fc.constantFrom(...kinds).map(key),
        fc.constantFrom('a', '{', '字', '😀').map((text): Key => ({ kind: 'text', text })),
      ),
    );
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 30 }), (pressed, columns) => {
        const { state } = press(pressed);
        expect(state.edited.cursor).toBeGreaterThanOrEqual(0);
        expect(state.edited.cursor).toBeLessThanOrEqual(state.edited.text.length);
        const view = lineView([['green', 'ratchet> ']], state, history, columns);
        expect(view.row).toBeLessThan(view.rows.length);
        expect(view.column).toBeLessThanOrEqual(Math.max(columns, 2));
      }),
    );
  });
});

describe('a line on the terminal', () => {
  const rows = (state: LineState, columns: number) => lineView([['green', 'ratchet> ']], state, [], columns);
  it('is broken at the edge, with the cursor where it belongs', () => {
    const { state } = press(typed('abcdefgh'), emptyLine([]));
    const view = rows(state, 10);
    expect(view.rows.map((row) => row.map(([, text]) => text).join(''))).toEqual(['ratchet> a', 'bcdefgh']);
    expect([view.row, view.column]).toEqual([1, 7]);
    const full = rows(press(typed('a'), emptyLine([])).state, 10);
    expect([full.row, full.column]).toEqual([1, 0]);
  });
  it('marks the bracket that belongs to the one at the cursor', () => {
    expect([mateOf('{"a": [1]}', 10), mateOf('{"a": [1]}', 0), mateOf('{"a": [1]}', 9), mateOf('abc', 1), mateOf('{', 1)]).toEqual([
      0,
      9,
      0,
      null,
      null,
    ]);
    const { state } = press(typed('{x}'), emptyLine([]));
    expect(rows(state, 40).rows[0]).toEqual(
      [
        ['green', 'ratchet> '],
        ['underline', '{'],
        [null, 'x'],
        ['underline', '}'],
        ['dim', ''],
      ].filter(([, text]) => text !== ''),
    );
  });
});

describe('completing', () => {
  const put = (text: string, from: number, options: string[], cursor = text.length) => completed({ text, cursor }, { from, options });
  it('puts in what all options have in common, then shows them', () => {
    expect(put('ta', 0, ['task'])).toEqual({ edited: { text: 'task ', cursor: 5 }, options: [] });
    expect(put('task e', 5, ['enable', 'enable-version'])).toEqual({ edited: { text: 'task enable', cursor: 11 }, options: [] });
    expect(put('task en', 5, ['enable', 'ensure'])).toEqual({ edited: { text: 'task en', cursor: 7 }, options: ['enable', 'ensure'] });
    expect(put('source s', 7, ['scripts/'])).toMatchObject({ edited: { text: 'source scripts/' } });
    expect(put('ta list', 0, ['task'], 2)).toEqual({ edited: { text: 'task list', cursor: 4 }, options: [] });
    expect(columnsOf(['a', 'bb', 'ccc'], 10)).toBe('a    bb\r\nccc\r\n');
  });
});

describe('a pager', () => {
  it('shows as much as fits and goes on by pages and lines until it is left', async () => {
    const text = Array.from({ length: 10 }, (_, index) => `line ${index}\n`).join('');
    const size = () => ({ columns: 20, rows: 4 });
    expect([isLong(text, size()), isLong('a\nb\n', size())]).toEqual([true, false]);
    const keys = [' ', '\r', 'q'];
    const shown: string[] = [];
    const parts = {
      size,
      onResize: () => () => {},
      write: (piece: string) => void shown.push(piece),
      key: async () => keys.shift() ?? null,
    };
    await page(text, parts, new AbortController().signal);
    const lines = shown.filter((piece) => piece.startsWith('line'));
    expect(lines).toHaveLength(3 + 3 + 1);
    expect(shown.at(-1)).toBe('\r\u001b[J');
  });
});

describe('the history file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-history-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const open = (file: string, most = 3, isSaved = true, troubles: string[] = []) =>
    openHistory({ file, most, isSaved, onTrouble: (problem) => troubles.push(problem) });

  it('keeps lines from one console to the next, the last ones, for its owner only', () => {
    const file = join(folder, 'history');
    const first = open(file);
    for (const line of ['a', 'b', 'b', ' secret', 'c \\n "x"', 'multi\nline']) first.add(line);
    expect(first.lines()).toEqual(['b', 'c \\n "x"', 'multi\nline']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(open(file).lines()).toEqual(first.lines());
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4);
  });
  it('is shared by consoles that run at once', () => {
    const file = join(folder, 'shared');
    const [one, two] = [open(file), open(file)];
    one.add('x');
    two.add('y');
    expect(open(file).lines()).toEqual(['x', 'y']);
  });
  it('is not written where nobody wants it, and said once where it cannot be', () => {
    const file = join(folder, 'none');
    open(file, 3, false).add('x');
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
    const troubles: string[] = [];
    const broken = open(folder, 3, true, troubles);
    broken.add('x');
    broken.add('y');
    expect([troubles.length, broken.lines()]).toEqual([1, ['x', 'y']]);
    writeFileSync(join(folder, 'zero'), 'a\n');
    expect(open(join(folder, 'zero'), 0).lines()).toEqual([]);
  });
});
