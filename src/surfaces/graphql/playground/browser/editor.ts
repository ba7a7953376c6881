import { completionAt, type Completion } from './completion.ts';
import { el } from './element.ts';
import type { Schema } from './schema.ts';
import { tokensOf } from './tokens.ts';

export interface Editor {
  /** Puts other text in place of all, in a way that can be undone. */
  replace(text: string): void;
  /** Puts the cursor where an error is, counted from 1. */
  goTo(line: number, column: number): void;
}

const keywords = /^(?:query|mutation|subscription|fragment|on|true|false|null)$/;

/** Makes a text field show its document in colours, and suggest what may come next. */
export function createEditor(field: HTMLTextAreaElement, schemaNow: () => Schema | null): Editor {
  const colours = el('pre', { class: 'colours', 'aria-hidden': 'true' });
  const list = el('ul', { class: 'suggestions', role: 'listbox', hidden: true });
  field.after(colours, list);
  let open: Completion | null = null;
  let chosen = 0;

  const paint = () => {
    const text = field.value;
    const parts: (Node | string)[] = [];
    let from = 0;
    for (const { kind, text: said, at } of tokensOf(text)) {
      parts.push(text.slice(from, at));
      const isKeyword = kind === 'word' && keywords.test(said);
      parts.push(kind === 'word' && !isKeyword ? said : el('span', { class: isKeyword ? 'keyword' : kind }, said));
      from = at + said.length;
    }
    // The last line is only as high as something in it.
    colours.replaceChildren(...parts, `${text.slice(from)}\n`);
    follow();
  };
  const follow = () => {
    colours.scrollTop = field.scrollTop;
    colours.scrollLeft = field.scrollLeft;
  };
  const close = () => {
    open = null;
    list.hidden = true;
  };
  const suggest = (isAsked: boolean) => {
    const schema = schemaNow();
    if (schema === null || field.selectionStart !== field.selectionEnd) return close();
    const found = completionAt(field.value, field.selectionStart, schema);
    const isInWord = found.from < field.selectionStart;
    if (found.suggestions.length === 0 || (!isAsked && !isInWord)) return close();
    open = found;
    chosen = 0;
    show();
  };
  const show = () => {
    list.replaceChildren(
      ...open!.suggestions.map(({ text, about }, index) =>
        el(
          'li',
          { role: 'option', 'aria-selected': String(index === chosen), onmousedown: (event) => (event.preventDefault(), take(index)) },
          text,
          el('small', {}, about),
        ),
      ),
    );
    const { left, bottom } = placeOf(open!.from);
    const frame = field.parentElement!.getBoundingClientRect();
    list.style.top = `${bottom - frame.top}px`;
    list.style.left = `${left - frame.left}px`;
    list.hidden = false;
    list.children[chosen]?.scrollIntoView({ block: 'nearest' });
  };
  /** Where a character is seen, on whatever line it came to stand. */
  const placeOf = (index: number): DOMRect => {
    const texts = document.createTreeWalker(colours, NodeFilter.SHOW_TEXT);
    let rest = index;
    let node = texts.nextNode() as Text;
    for (; rest >= node.length; node = texts.nextNode() as Text) rest -= node.length;
    const range = document.createRange();
    range.setStart(node, rest);
    range.setEnd(node, rest + 1);
    return range.getBoundingClientRect();
  };
  const insert = (from: number, to: number, text: string) => {
    field.focus();
    field.setSelectionRange(from, to);
    // Keeps the undo of the browser, which setting a value forgets.
    // oxlint-disable-next-line typescript/no-deprecated
    if (!document.execCommand('insertText', false, text)) field.setRangeText(text, from, to, 'end');
  };
  const take = (index: number) => {
    const { from, suggestions } = open!;
    const text = suggestions[index]!.text;
    close();
    insert(from, field.selectionStart, text);
    close();
    field.dispatchEvent(new Event('input'));
    close();
  };

  field.addEventListener('input', (event) => {
    paint();
    if (event instanceof InputEvent && event.inputType.startsWith('insert') && event.data !== null) suggest(false);
    else if (open !== null) suggest(false);
  });
  field.addEventListener('scroll', follow);
  field.addEventListener('blur', close);
  field.addEventListener('keydown', (event) => {
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      return suggest(true);
    }
    if (open === null) {
      if (event.key === 'Tab' && !event.shiftKey && !event.ctrlKey && field.value.length > 0) return;
      if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        const line = field.value.slice(0, field.selectionStart).split('\n').at(-1)!;
        insert(field.selectionStart, field.selectionEnd, `\n${/^ */.exec(line)![0]}${/[{(]\s*$/.test(line) ? '  ' : ''}`);
        close();
      }
      return;
    }
    if (event.key === 'Escape') close();
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const { length } = open.suggestions;
      chosen = (chosen + (event.key === 'ArrowDown' ? 1 : length - 1)) % length;
      show();
    } else if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === 'Tab') take(chosen);
    else return;
    event.preventDefault();
  });
  paint();

  return {
    replace(text) {
      insert(0, field.value.length, text);
      close();
      field.dispatchEvent(new Event('input'));
    },
    goTo(line, column) {
      const place =
        field.value
          .split('\n')
          .slice(0, line - 1)
          .join('\n').length +
        (line > 1 ? 1 : 0) +
        column -
        1;
      field.focus();
      field.setSelectionRange(place, place);
    },
  };
}
