import type { PageData } from '../page-data.ts';
import { detail } from './detail.ts';
import { el } from './element.ts';
import { eventList } from './event-list.ts';
import { errorCard, header } from './header.ts';
import { keyHelp } from './key-help.ts';
import { createPage } from './page-state.ts';
import { sourceView } from './source-view.ts';
import { timeline } from './timeline.ts';
import { pageKeys } from './timeline-input.ts';
import { toolbar } from './toolbar.ts';

const page = createPage(JSON.parse(document.querySelector('#trace')!.textContent) as PageData);
const { data } = page;
const help = keyHelp();
const { element: tools, focusSearch } = toolbar(page, help.open);
const details = detail(page);
const source = sourceView(page);

document.body.append(
  el(
    'main',
    {},
    header(page),
    data.error && errorCard(page, data.error),
    data.events.length + data.flame.length > 0 && tools,
    data.events.length + data.flame.length > 0 && timeline(page, details.show),
    el('div', { class: data.events.length > 0 ? 'columns' : '' }, data.events.length > 0 && eventList(page, details.show), details.element),
    source?.element,
  ),
  help.element,
);
pageKeys(page, { search: focusSearch, help: help.open, source: () => source?.openSelected() });
