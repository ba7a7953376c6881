import type { PageEvent } from '../page-data.ts';
import { el, icon, icons } from './element.ts';
import { isProblem } from './match-event.ts';
import type { Page } from './page-state.ts';
import { wholeRange, zoomed } from './view-range.ts';

const kinds: readonly (readonly [kind: PageEvent['kind'], label: string])[] = [
  ['request', 'Requests'],
  ['log', 'Logs'],
  ['progress', 'Progress'],
  ['wake', 'Wakes'],
];

/** Search, kinds of events, and the zoom of the axis. */
export function toolbar(page: Page, openHelp: () => void): { element: HTMLElement; focusSearch: () => void } {
  const search = el('input', {
    type: 'search',
    placeholder: 'Search events',
    'aria-label': 'Search events',
    title: 'All words must occur; -word must not',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  search.addEventListener('input', () => page.filter({ text: search.value }));
  search.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    search.value = '';
    page.filter({ text: '' });
    search.blur();
    event.stopPropagation();
  });

  const toggle = (label: string, count: number | null, isOn: boolean, set: (isOn: boolean) => void, kind = '') => {
    const button = el(
      'button',
      { type: 'button', class: `toggle ${kind}`, 'aria-pressed': String(isOn) },
      label,
      count !== null && el('span', { class: 'count' }, count.toLocaleString()),
    );
    button.addEventListener('click', () => {
      const next = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(next));
      set(next);
    });
    return button;
  };
  const present = kinds.filter(([kind]) => page.data.events.some((event) => event.kind === kind));
  const kindToggles = present.map(([kind, label]) =>
    toggle(
      label,
      page.data.events.filter((event) => event.kind === kind).length,
      !page.state.filter.hidden.has(kind),
      (isOn) => {
        const hidden = new Set(page.state.filter.hidden);
        if (isOn) hidden.delete(kind);
        else hidden.add(kind);
        page.filter({ hidden });
      },
      `kind-${kind}`,
    ),
  );
  const problems = page.data.events.filter(isProblem).length;

  const zoomBy = (factor: number) => () => {
    const { startMs, endMs } = page.state.view;
    page.view(zoomed(page.state.view, factor, (startMs + endMs) / 2, page.data.totalMs));
  };
  const element = el(
    'div',
    { class: 'toolbar' },
    el('label', { class: 'search' }, icon(icons.search), search),
    el('div', { class: 'toggles', role: 'group', 'aria-label': 'Kinds in the list' }, kindToggles),
    el(
      'div',
      { class: 'toggles', role: 'group', 'aria-label': 'Limit the list' },
      problems > 0 && toggle('Problems', problems, false, (isOn) => page.filter({ onlyProblems: isOn }), 'kind-problem'),
      toggle('In view', null, false, (isOn) => page.filter({ onlyInView: isOn })),
    ),
    el(
      'div',
      { class: 'zoom', role: 'group', 'aria-label': 'Zoom' },
      iconButton('Zoom out', icons.minus, zoomBy(2)),
      iconButton('Zoom in', icons.plus, zoomBy(0.5)),
      iconButton('Show everything', icons.fit, () => page.view(wholeRange(page.data.totalMs))),
      iconButton('Keys', icons.help, openHelp),
    ),
  );
  return { element, focusSearch: () => search.focus() };
}

function iconButton(label: string, path: string, onClick: () => void): HTMLElement {
  return el('button', { type: 'button', class: 'icon-button', title: label, 'aria-label': label, onclick: onClick }, icon(path));
}
