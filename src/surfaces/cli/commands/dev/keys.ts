/** A key as a person means it. */
export type Key =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind:
        | 'up'
        | 'down'
        | 'left'
        | 'right'
        | 'home'
        | 'end'
        | 'page-up'
        | 'page-down'
        | 'delete'
        | 'backspace'
        | 'enter'
        | 'escape'
        | 'tab'
        | 'word-left'
        | 'word-right'
        | 'clear'
        | 'delete-word'
        | 'delete-to-end'
        | 'end-of-input'
        | 'search'
        | 'redraw'
        | 'cancel';
    };

type Named = Exclude<Key['kind'], 'text'>;

/** What terminals send after Escape. */
const sequences: Readonly<Record<string, Named>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  '[H': 'home',
  '[F': 'end',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[4~': 'end',
  '[7~': 'home',
  '[8~': 'end',
  '[5~': 'page-up',
  '[6~': 'page-down',
  '[3~': 'delete',
  '[1;5C': 'word-right',
  '[1;5D': 'word-left',
  '[1;3C': 'word-right',
  '[1;3D': 'word-left',
  b: 'word-left',
  f: 'word-right',
};
const controls: Readonly<Record<string, Named>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u0001': 'home',
  '\u0005': 'end',
  '\u0015': 'clear',
  '\u0017': 'delete-word',
  '\u0004': 'end-of-input',
  '\u0007': 'cancel',
  '\u000b': 'delete-to-end',
  '\u000c': 'redraw',
  '\u000e': 'down',
  '\u0010': 'up',
  '\u0012': 'search',
};
const pasteBegin = '[200~';
const pasteEnd = '\u001b[201~';
/** In milliseconds: what follows Escape within it belongs to it. A person is slower, and a terminal far away rarely is. */
const escapeMs = 30;

/**
 * Puts single characters together to keys: arrows and their like arrive as several, and what is pasted (in terminals that say so)
 * arrives as one text, whatever stands in it.
 */
export function createKeyReader(onKey: (key: Key) => void): { feed(char: string): void; close(): void } {
  let pending: string | null = null;
  let pasted: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    const sequence = pending;
    pending = null;
    if (sequence === '') onKey({ kind: 'escape' });
  };
  const plain = (char: string) => {
    const control = controls[char];
    if (control !== undefined) onKey({ kind: control });
    else if (char >= ' ') onKey({ kind: 'text', text: char });
  };
  return {
    feed(char) {
      if (pasted !== null) {
        pasted += char;
        if (!pasted.endsWith(pasteEnd)) return;
        onKey({ kind: 'text', text: pasted.slice(0, -pasteEnd.length).replaceAll(/[\r\n]+/g, ' ') });
        pasted = null;
      } else if (char === '\u001b') {
        if (pending !== null) flush();
        pending = '';
        clearTimeout(timer);
        timer = setTimeout(flush, escapeMs);
      } else if (pending === null) plain(char);
      else {
        pending += char;
        const named = sequences[pending];
        if (named !== undefined || pending === pasteBegin) {
          clearTimeout(timer);
          if (named !== undefined) onKey({ kind: named });
          else pasted = '';
          pending = null;
        } else if (!/^(?:\[[\d;]*|O)$/.test(pending)) {
          // A sequence nobody knows is no text either.
          clearTimeout(timer);
          pending = null;
        }
      }
    },
    close: () => clearTimeout(timer),
  };
}
