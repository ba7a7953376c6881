import { bytesText, countText, durationText } from '../format.ts';
import type { PageEvent } from '../page-data.ts';
import { labelOf, outcomeOf, sentenceOf, summaryOf, toneOf } from './describe-event.ts';
import { el } from './element.ts';
import type { Page } from './page-state.ts';

/** In pixels; the style says the same. */
const rowHeight = 34;
/** Rows made beyond the edge of what is seen, so that scrolling shows no gap. */
const spareRows = 12;

/** Every event as a row. Only the rows that can be seen exist: a thousand requests cost no more than thirty. */
export function eventList(page: Page, openDetail: () => void): HTMLElement {
  const { events } = page.data;
  const rows = el('div', { class: 'rows' });
  const list = el('div', { class: 'list', role: 'listbox', tabindex: 0, 'aria-label': 'Events', id: 'events' }, rows);
  const nothing = el('p', { class: 'nothing', hidden: true }, 'No event fits.');
  const count = el('span', { class: 'quiet', role: 'status' });
  let isPrinting = false;

  const row = (number: number, position: number) => {
    const event = events[number]!;
    const { selected, hovered } = page.state;
    const lasts = event.kind === 'request' || (event.kind === 'wake' && event.endMs > event.atMs);
    const element = el(
      'div',
      {
        class: `row kind-${event.kind} tone-${toneOf(event)}${hovered === number ? ' hovered' : ''}`,
        role: 'option',
        id: `event-${number}`,
        'data-number': number,
        'aria-selected': String(selected === number),
        'aria-posinset': position + 1,
        'aria-setsize': page.state.shown.length,
        'aria-label': sentenceOf(event),
      },
      el('span', { class: 'at' }, durationText(event.atMs)),
      el('span', { class: 'label' }, labelOf(event)),
      el('span', { class: 'summary', title: summaryOf(event).slice(0, 1000) }, summaryNodes(event)),
      el('span', { class: 'outcome' }, outcomeOf(event)),
      el('span', { class: 'lasts' }, lasts ? `${event.kind === 'wake' ? 'within ' : ''}${durationText(event.endMs - event.atMs)}` : ''),
      el('span', { class: 'size' }, event.kind === 'request' ? bytesText(event.responseBytes) : ''),
    );
    element.style.top = `${position * rowHeight}px`;
    return element;
  };

  const draw = () => {
    const { shown, selected } = page.state;
    rows.style.height = `${shown.length * rowHeight}px`;
    const first = isPrinting ? 0 : Math.max(0, Math.floor(list.scrollTop / rowHeight) - spareRows);
    const last = isPrinting ? shown.length : Math.ceil((list.scrollTop + list.clientHeight) / rowHeight) + spareRows;
    rows.replaceChildren(...shown.slice(first, last).map((number, index) => row(number, first + index)));
    nothing.hidden = shown.length > 0;
    const isPart = shown.length < events.length;
    count.textContent = isPart
      ? `${shown.length.toLocaleString()} of ${countText(events.length, 'event')}`
      : countText(events.length, 'event');
    if (selected === null) list.removeAttribute('aria-activedescendant');
    else list.setAttribute('aria-activedescendant', `event-${selected}`);
  };

  const reveal = (number: number) => {
    const position = page.state.shown.indexOf(number);
    if (position < 0) return;
    const top = position * rowHeight;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + rowHeight > list.scrollTop + list.clientHeight) list.scrollTop = top + rowHeight - list.clientHeight;
  };

  const numberAt = (event: Event): number | null => {
    const target = (event.target as Element).closest?.('[data-number]');
    return target ? Number(target.getAttribute('data-number')) : null;
  };
  list.addEventListener('click', (event) => {
    const number = numberAt(event);
    if (number === null) return;
    page.select(number);
    openDetail();
  });
  list.addEventListener('pointerover', (event) => page.hover(numberAt(event)));
  list.addEventListener('pointerleave', () => page.hover(null));
  list.addEventListener('keydown', (event) => {
    const pageRows = Math.max(1, Math.floor(list.clientHeight / rowHeight) - 1);
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: pageRows,
      PageUp: -pageRows,
      Home: -Infinity,
      End: Infinity,
    };
    const by = steps[event.key];
    if (by !== undefined) page.step(by);
    else if (event.key === 'Enter' || event.key === ' ') openDetail();
    else return;
    event.preventDefault();
  });

  let isWaiting = false;
  list.addEventListener('scroll', () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      draw();
    });
  });
  page.onChange((state, before) => {
    if (state.hovered !== before.hovered) {
      rows.querySelector('.hovered')?.classList.remove('hovered');
      rows.querySelector(`#event-${state.hovered}`)?.classList.add('hovered');
    }
    // A row that is made again between press and release is not clicked, so they are made again only when they must.
    if (state.shown === before.shown && state.selected === before.selected) return;
    if (state.shown !== before.shown && state.selected === before.selected) list.scrollTop = 0;
    if (state.selected !== before.selected && state.selected !== null) reveal(state.selected);
    draw();
  });
  new ResizeObserver(draw).observe(list);
  addEventListener('beforeprint', () => {
    isPrinting = true;
    draw();
  });
  addEventListener('afterprint', () => {
    isPrinting = false;
    draw();
  });

  return el(
    'section',
    { class: 'card events', 'aria-label': 'Events' },
    el('div', { class: 'card-head' }, el('h2', {}, 'Events'), count),
    list,
    nothing,
  );
}

/** The host of a request stands back behind its path, and gives way to it on a narrow screen. */
function summaryNodes(event: PageEvent): (Node | string)[] {
  const summary = summaryOf(event).slice(0, 400);
  const origin = event.kind === 'request' ? /^[a-z]+:\/\/[^/?#]*(?=.)/i.exec(summary)?.[0] : undefined;
  return origin === undefined ? [summary] : [el('span', { class: 'origin' }, origin), summary.slice(origin.length)];
}
