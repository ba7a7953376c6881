import { beforeEach, describe, expect, it, vi } from 'vitest';
import { VirtualScreen } from '../../../../testing/virtual-terminal.ts';
import { openFrame } from './frame.ts';
import { jsonLines } from './json-lines.ts';
import { createKeyReader, type Key } from './keys.ts';
import { afterKey, type EditedText } from './line-editor.ts';
import { cutLine, cutText, painted, widthOf, wrapped, type Line } from './line.ts';

const plain = (line: Line) => painted(line, (_style, text) => text);

describe('a line', () => {
  it('knows how many columns a text takes', () => {
    expect([widthOf('abc'), widthOf('日本'), widthOf('e\u0301'), widthOf('👍'), widthOf('')]).toEqual([3, 4, 1, 2, 0]);
  });
  it('is cut to its columns, never through a wide character', () => {
    expect(cutText('日本語', 5)).toBe('日本');
    const line: Line = [
      ['bold', 'abc'],
      [null, '日本語'],
      ['dim', 'xyz'],
    ];
    expect(plain(cutLine(line, 12))).toBe('abc日本語xyz');
    expect(plain(cutLine(line, 11))).toBe('abc日本語x…');
    expect(plain(cutLine(line, 6))).toBe('abc日…');
    for (let columns = 1; columns < 14; columns++) expect(widthOf(plain(cutLine(line, columns)))).toBeLessThanOrEqual(columns);
  });
  it('makes what a task wrote harmless', () => {
    expect(plain(cutLine([[null, 'a\u001b[2Jb\nc\td']], 80))).toBe('a\\x1b[2Jb c d');
  });
  it('breaks between words where there are any', () => {
    expect(wrapped('one two three four', 9).map(plain)).toEqual(['one two', 'three', 'four']);
    expect(wrapped('unbreakable', 4).map(plain)).toEqual(['unbr', 'eaka', 'ble']);
    expect(wrapped('', 10).map(plain)).toEqual(['']);
    expect(wrapped('日本語', 1).map(plain)).toEqual(['日', '本', '語']);
  });
});

describe('JSON on the screen', () => {
  it('keeps every character, and counts what it leaves out', () => {
    const value = { a: [1, -2.5, true, null, 'x "y" \\'], 'b c': {} };
    expect(jsonLines(value, 100).map(plain).join('\n')).toBe(JSON.stringify(value, null, 2));
    expect(jsonLines([1, 2, 3, 4], 3).map(plain)).toEqual(['[', '  1,', '  2,', '… 3 more lines; t writes a page with all of it']);
  });
});

describe('keys', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });
  /** Every key of these characters, once Escape has had its time. */
  function keysOf(text: string): string[] {
    const keys: string[] = [];
    const reader = createKeyReader((key) => keys.push(key.kind === 'text' ? key.text : `<${key.kind}>`));
    for (const char of text) reader.feed(char);
    vi.advanceTimersByTime(100);
    reader.close();
    return keys;
  }
  it('are letters, or what terminals send for the others', () => {
    expect(keysOf('aé👍\r\u007f\u0015')).toEqual(['a', 'é', '👍', '<enter>', '<backspace>', '<clear>']);
    expect(keysOf('\u001b[A\u001bOB\u001b[5~\u001b[1;5Dx')).toEqual(['<up>', '<down>', '<page-up>', '<word-left>', 'x']);
  });
  it('take Escape for itself when nothing follows', () => {
    expect(keysOf('\u001b')).toEqual(['<escape>']);
    expect(keysOf('\u001b\u001b')).toEqual(['<escape>', '<escape>']);
  });
  it('pass over what nobody knows', () => {
    expect(keysOf('\u001b[99;7Za\u0002b')).toEqual(['a', 'b']);
  });
  it('take what is pasted as one text, line breaks and all', () => {
    expect(keysOf('\u001b[200~{\n  "a": 1\r\n}\u001b[201~q')).toEqual(['{   "a": 1 }', 'q']);
  });
});

describe('the line editor', () => {
  const typed = (text: string, ...keys: readonly string[]): string => {
    let edited: EditedText = { text, cursor: text.length };
    for (const key of keys) {
      const named = key.startsWith('<') ? ({ kind: key.slice(1, -1) } as Key) : ({ kind: 'text', text: key } as const);
      edited = afterKey(edited, named);
    }
    return `${edited.text.slice(0, edited.cursor)}|${edited.text.slice(edited.cursor)}`;
  };
  it('inserts, removes and moves', () => {
    expect(typed('ac', '<left>', 'b')).toBe('ab|c');
    expect(typed('abc', '<home>', '<delete>', '<end>', '<backspace>')).toBe('b|');
    expect(typed('{"city": "New York"}', '<word-left>', '<word-left>')).toBe('{"city": "New |York"}');
    expect(typed('one two', '<delete-word>')).toBe('one |');
    expect(typed('one two', '<left>', '<clear>')).toBe('|o');
    expect(typed('one two', '<home>', '<word-right>')).toBe('one| two');
  });
  it('takes a character of two halves for one', () => {
    expect(typed('a👍b', '<left>', '<left>')).toBe('a|👍b');
    expect(typed('a👍', '<backspace>')).toBe('a|');
    expect(typed('👍b', '<home>', '<delete>')).toBe('|b');
    expect(typed('👍b', '<home>', '<right>')).toBe('👍|b');
  });
  it('stays inside its text', () => {
    expect(typed('', '<left>', '<backspace>', '<right>', '<delete>')).toBe('|');
  });
});

describe('a frame', () => {
  it('writes only the lines that changed, clears what is left over, and gives the terminal back', () => {
    let written = '';
    const screen = new VirtualScreen();
    screen.feed('before\r\n');
    const write = (text: string) => {
      written = text;
      screen.feed(text);
    };
    const frame = openFrame({ size: () => ({ columns: 20, rows: 5 }) }, write);
    expect([screen.isAlternate, screen.isCursorShown]).toEqual([true, false]);
    frame.draw(['one', 'two', 'three']);
    expect(screen.text()).toBe('one\ntwo\nthree');
    frame.draw(['one', '2', 'three']);
    expect(written).not.toContain('one');
    expect(screen.text()).toBe('one\n2\nthree');
    frame.draw(['one', '2', 'three']);
    frame.draw(['one']);
    expect(screen.text()).toBe('one');
    frame.draw(['1', '2', '3', '4', '5', '6', '7']);
    expect(screen.text()).toBe('1\n2\n3\n4\n5');
    frame.close();
    frame.close();
    frame.draw(['late']);
    expect([screen.isAlternate, screen.isCursorShown, screen.text()]).toEqual([false, true, 'before']);
  });
  it('is written whole when the window has another size', () => {
    let written = '';
    const frame = openFrame({ size: () => ({ columns: 20, rows: 5 }) }, (text) => (written = text));
    frame.draw(['same']);
    frame.forget();
    frame.draw(['same']);
    expect(written).toContain('same');
  });
});
