import type { PageData, PageEvent, Site } from '../page-data.ts';
import { matching, type EventFilter } from './match-event.ts';
import { showing, wholeRange, type ViewRange } from './view-range.ts';

/** All that changes while somebody looks at the page. */
export interface PageState {
  readonly view: ViewRange;
  readonly filter: EventFilter;
  /** Numbers of the events that the filter lets through. */
  readonly shown: readonly number[];
  /** The same without regard to kinds and view: what the timeline does not draw faintly. */
  readonly found: ReadonlySet<number>;
  readonly selected: number | null;
  readonly hovered: number | null;
}

export interface Page {
  readonly data: PageData;
  readonly state: PageState;
  /** Called once for each change, before the next picture. */
  onChange(listener: (state: PageState, before: PageState) => void): void;
  view(range: ViewRange): void;
  filter(change: Partial<EventFilter>): void;
  hover(number: number | null): void;
  /** Selects an event and brings it onto the screen; null selects none. */
  select(number: number | null): void;
  /** Selects the next event that is shown, `by` further in the list. */
  step(by: number): void;
  /** Goes to a line of the author's files. */
  openSource(site: Pick<Site, 'file' | 'line'>): void;
  onOpenSource(listener: (site: Pick<Site, 'file' | 'line'>) => void): void;
}

export function createPage(data: PageData): Page {
  const listeners: ((state: PageState, before: PageState) => void)[] = [];
  const sourceListeners: ((site: Pick<Site, 'file' | 'line'>) => void)[] = [];
  // Most wakes say what the requests say already; they show in the timeline, and in the list on request.
  const filter: EventFilter = { text: '', hidden: new Set<PageEvent['kind']>(['wake']), onlyProblems: false, onlyInView: false };
  const view = wholeRange(data.totalMs);
  let state: PageState = {
    view,
    filter,
    shown: matching(data.events, filter, view),
    found: foundBy(data, filter),
    selected: null,
    hovered: null,
  };
  let told = state;
  let isTelling = false;

  const change = (part: Partial<PageState>) => {
    state = { ...state, ...part };
    if (part.filter) state = { ...state, found: foundBy(data, state.filter) };
    if (part.filter || (part.view && state.filter.onlyInView)) state = { ...state, shown: matching(data.events, state.filter, state.view) };
    if (isTelling) return;
    isTelling = true;
    requestAnimationFrame(() => {
      isTelling = false;
      const before = told;
      told = state;
      for (const listener of listeners) listener(state, before);
    });
  };

  const page: Page = {
    data,
    get state() {
      return state;
    },
    onChange: (listener) => void listeners.push(listener),
    view: (range) => change({ view: range }),
    filter: (part) => change({ filter: { ...state.filter, ...part } }),
    hover: (hovered) => hovered !== state.hovered && change({ hovered }),
    select(selected) {
      const event = selected === null ? undefined : data.events[selected];
      if (event === undefined) return change({ selected: null });
      change({ selected, view: showing(state.view, { startMs: event.atMs, endMs: event.endMs }, data.totalMs) });
    },
    step(by) {
      const { shown, selected } = state;
      const known = selected === null ? -1 : shown.indexOf(selected);
      // From nowhere, the first step down leads to the first event, and the first step up to the last.
      const from = known >= 0 ? known : by > 0 ? -1 : shown.length;
      const next = Math.min(shown.length - 1, Math.max(0, from + by));
      const number = shown[next];
      if (number !== undefined) page.select(number);
    },
    openSource: (site) => sourceListeners.forEach((listener) => listener(site)),
    onOpenSource: (listener) => void sourceListeners.push(listener),
  };
  return page;
}

function foundBy({ events }: PageData, { text, onlyProblems }: EventFilter): ReadonlySet<number> {
  const wide = { text, onlyProblems, hidden: new Set<PageEvent['kind']>(), onlyInView: false };
  return new Set(matching(events, wide, { startMs: 0, endMs: 0 }));
}
