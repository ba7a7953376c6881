import type { Key } from './keys.ts';

/** A text being typed, and where in it the cursor stands (in code units). */
export interface EditedText {
  readonly text: string;
  readonly cursor: number;
}

/** The text after one more key; the same object where the key means nothing here. */
export function afterKey(edited: EditedText, key: Key): EditedText {
  const { text, cursor } = edited;
  const left = previous(text, cursor);
  const right = cursor + (cursor < text.length ? String.fromCodePoint(text.codePointAt(cursor)!).length : 0);
  switch (key.kind) {
    case 'text':
      return { text: text.slice(0, cursor) + key.text + text.slice(cursor), cursor: cursor + key.text.length };
    case 'backspace':
      return { text: text.slice(0, left) + text.slice(cursor), cursor: left };
    case 'delete':
    case 'end-of-input':
      return { text: text.slice(0, cursor) + text.slice(right), cursor };
    case 'delete-word': {
      const start = wordLeft(text, cursor);
      return { text: text.slice(0, start) + text.slice(cursor), cursor: start };
    }
    case 'delete-to-end':
      return { text: text.slice(0, cursor), cursor };
    case 'clear':
      return { text: text.slice(cursor), cursor: 0 };
    case 'left':
      return { text, cursor: left };
    case 'right':
      return { text, cursor: Math.min(text.length, right) };
    case 'word-left':
      return { text, cursor: wordLeft(text, cursor) };
    case 'word-right':
      return { text, cursor: wordRight(text, cursor) };
    case 'home':
    case 'up':
      return { text, cursor: 0 };
    case 'end':
    case 'down':
      return { text, cursor: text.length };
    default:
      return edited;
  }
}

/** Where the character before a place begins: half of a pair is none. */
function previous(text: string, cursor: number): number {
  const before = text.slice(Math.max(0, cursor - 2), cursor);
  const isPair = before.length === 2 && before.codePointAt(0)! > 0xffff;
  return cursor - (isPair ? 2 : Math.min(1, before.length));
}

function wordLeft(text: string, cursor: number): number {
  return /(?:[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]+)?\s*$/u.exec(text.slice(0, cursor))?.index ?? 0;
}

function wordRight(text: string, cursor: number): number {
  return cursor + (/^\s*(?:[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]+)?/u.exec(text.slice(cursor))?.[0].length ?? 0);
}
