import { at, el } from './element.ts';
import { keep, kept } from './kept.ts';
import { operationsOf } from './tokens.ts';

export interface Asked {
  readonly query: string;
  readonly variables: string;
}

const most = 30;

/** What was run in this browser, the latest first. Headers are not kept: they may hold a token. */
export function createHistory(bringBack: (asked: Asked) => void): { add(asked: Asked): void } {
  const list = at('history', HTMLElement);
  let asked = kept<readonly Asked[]>('history', []);
  const paint = () => {
    const lines = asked.map((one) => {
      const name = operationsOf(one.query).join(', ') || one.query.replaceAll(/\s+/g, ' ').trim().slice(0, 60);
      return el('li', {}, el('button', { type: 'button', class: 'link', title: one.query, onclick: () => bringBack(one) }, name));
    });
    list.replaceChildren(...(lines.length > 0 ? lines : [el('li', {}, 'Nothing was run yet.')]));
  };
  at('forget', HTMLElement).addEventListener('click', () => {
    asked = [];
    keep('history', asked);
    paint();
  });
  paint();
  return {
    add(one) {
      asked = [one, ...asked.filter(({ query, variables }) => query !== one.query || variables !== one.variables)].slice(0, most);
      keep('history', asked);
      paint();
    },
  };
}
