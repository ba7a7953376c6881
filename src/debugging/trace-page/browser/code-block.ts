import { countText } from '../format.ts';
import type { PageText } from '../page-data.ts';
import { el, icon, icons } from './element.ts';
import { jsonTokens, type Token } from './tokens.ts';

/** Longer texts open with their beginning only: colouring a megabyte takes seconds. */
const firstChars = 20_000;

/** A text in a box of its own: coloured where it is JSON, cut where it is long, with a button that copies all of it. */
export function codeBlock(content: PageText, label: string): HTMLElement {
  const code = el('code');
  const pre = el('pre', { class: 'code', tabindex: 0, 'aria-label': label }, code);
  const box = el('div', { class: 'code-box' }, pre, copyButton(content.text));
  const show = (chars: number) => {
    const text = content.text.slice(0, chars);
    code.replaceChildren(...(content.kind === 'json' ? jsonTokens(text).map(tokenNode) : [text === '' ? '(empty)' : text]));
  };
  show(firstChars);
  if (content.text.length > firstChars) {
    const more = el('button', { type: 'button', class: 'more' }, `Show all ${countText(content.text.length, 'character')}`);
    more.addEventListener('click', () => {
      show(content.text.length);
      more.remove();
    });
    box.append(more);
  }
  if (content.omitted > 0) {
    const unit = content.kind === 'binary' ? 'byte' : 'character';
    box.append(
      el('p', { class: 'quiet' }, `${countText(content.omitted, unit)} more ${content.omitted === 1 ? 'is' : 'are'} not in this page.`),
    );
  }
  return box;
}

/** A piece of code in its colour. */
export function tokenNode({ kind, text }: Token): Node {
  return kind === 'text' ? document.createTextNode(text) : el('span', { class: `token-${kind}` }, text);
}

function copyButton(text: string): HTMLElement {
  const button = el('button', { type: 'button', class: 'copy', title: 'Copy', 'aria-label': 'Copy' }, icon(icons.copy));
  button.addEventListener('click', () => {
    navigator.clipboard?.writeText(text).then(
      () => {
        button.classList.add('done');
        button.setAttribute('aria-label', 'Copied');
      },
      () => button.setAttribute('aria-label', 'This browser does not let the page copy'),
    );
  });
  button.addEventListener('blur', () => {
    button.classList.remove('done');
    button.setAttribute('aria-label', 'Copy');
  });
  return button;
}
