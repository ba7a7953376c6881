import { bytesText, durationText } from '../format.ts';
import type { PageEvent, PageMessage, RequestEvent } from '../page-data.ts';
import { codeBlock } from './code-block.ts';
import { labelOf, outcomeOf, sentenceOf, toneOf } from './describe-event.ts';
import { el, icon, icons } from './element.ts';
import { siteButton } from './header.ts';
import type { Page } from './page-state.ts';

/** Of the details, in pixels, so that they count as seen. */
const leastSeen = 180;

/** Everything about the selected event. */
export function detail(page: Page): { element: HTMLElement; show: () => void } {
  const body = el('div', { class: 'detail-body' });
  const live = el('p', { class: 'unseen', 'aria-live': 'polite' });
  const heading = el('h2');
  const close = el(
    'button',
    {
      type: 'button',
      class: 'icon-button',
      title: 'Back to the result',
      'aria-label': 'Back to the result',
      onclick: () => page.select(null),
    },
    icon(icons.close),
  );
  const element = el(
    'section',
    { class: 'card detail', 'aria-label': 'Details' },
    el('div', { class: 'card-head' }, heading, close),
    live,
    body,
  );
  const draw = () => {
    const event = page.state.selected === null ? undefined : page.data.events[page.state.selected];
    live.textContent = event ? sentenceOf(event) : '';
    heading.textContent = event ? 'Details' : 'Result';
    close.hidden = event === undefined;
    body.replaceChildren(...(event ? parts(page, event) : runParts(page)));
    body.scrollTop = 0;
  };
  page.onChange((state, before) => {
    if (state.selected !== before.selected) draw();
  });
  draw();
  return {
    element,
    // As little as shows what was asked for: the timeline must not run away from under the pointer.
    show: () =>
      requestAnimationFrame(() => {
        const { top, bottom } = element.getBoundingClientRect();
        if (top > innerHeight - leastSeen) scrollBy({ top: top - innerHeight + 2 * leastSeen });
        else if (bottom < leastSeen / 2) element.scrollIntoView({ block: 'nearest' });
      }),
  };
}

/** While nothing is selected: what went in and what came out. */
function runParts({ data: { input, output, events } }: Page): Node[] {
  return [
    ...(output === null ? [] : [section('Output', codeBlock(output, 'Output'), true)]),
    ...(input === null ? [] : [section('Input', codeBlock(input, 'Input'), true)]),
    ...(events.length > 0
      ? [el('p', { class: 'quiet detail-hint' }, 'Select an event in the timeline or in the list for its details.')]
      : []),
  ];
}

function parts(page: Page, event: PageEvent): Node[] {
  switch (event.kind) {
    case 'request':
      return requestParts(page, event);
    case 'log':
      return [
        title(event, `Log line`),
        facts([
          ['At', durationText(event.atMs)],
          ['Level', event.level],
          ['Logged by', event.site && siteButton(page, event.site)],
        ]),
        codeBlock(event.message, 'Message'),
      ];
    case 'progress':
      return [
        title(event, 'Progress'),
        facts([
          ['At', durationText(event.atMs)],
          ['Share', event.share === null ? null : `${Math.round(event.share * 1000) / 10}%`],
        ]),
        codeBlock(event.update, 'What was reported'),
      ];
    case 'wake':
      return [
        title(event, 'Wake'),
        el('p', {}, `${event.text}, and the task's code went on.`),
        facts([
          [
            'At',
            event.endMs > event.atMs ? `between ${durationText(event.atMs)} and ${durationText(event.endMs)}` : durationText(event.atMs),
          ],
        ]),
      ];
  }
}

function requestParts(page: Page, event: RequestEvent): Node[] {
  const { failure, site } = event;
  const nodes: (Node | null)[] = [
    title(event, `Request ${event.number}`),
    el('p', { class: 'url' }, event.url === '' ? 'The request was malformed.' : event.url),
    failure && el('p', { class: 'failure-message' }, `${failure.name}: ${failure.message}`),
    facts([
      ['Outcome', failure ? `failed (${failure.reason})` : outcomeOf(event)],
      ['Started', durationText(event.atMs)],
      ['Took', durationText(event.endMs - event.atMs)],
      ['Attempts', event.attempts > 1 ? String(event.attempts) : null],
      ['Sent', bytesText(event.requestBytes)],
      ['Received', bytesText(event.responseBytes)],
      ['Made by', site && siteButton(page, site)],
    ]),
    ...excerpt(page, event),
    ...queryParts(event.url),
    ...messageParts('Request', event.request),
    ...messageParts('Response', event.response),
  ];
  if (event.request === null && event.response === null) nodes.push(el('p', { class: 'quiet' }, 'Headers and bodies were not kept.'));
  return nodes.filter((node) => node !== null);
}

/** The lines around the one that made the request. */
function excerpt(page: Page, { site }: RequestEvent): Node[] {
  const source = site && page.data.sources.find(({ path }) => path === site.file);
  if (!source) return [];
  const lines = source.text.split('\n');
  const first = Math.max(0, site.line - 3);
  const shown = lines.slice(first, site.line + 2);
  return [
    el(
      'pre',
      { class: 'excerpt', 'aria-label': `Around line ${site.line}` },
      shown.map((line, index) =>
        el(
          'span',
          { class: first + index + 1 === site.line ? 'line here' : 'line' },
          el('span', { class: 'number' }, String(first + index + 1)),
          line.slice(0, 300),
        ),
      ),
    ),
  ];
}

function queryParts(url: string): Node[] {
  const query = /\?([^#]*)/.exec(url)?.[1];
  if (!query) return [];
  return [section('Query', headersTable([...new URLSearchParams(query)]), false)];
}

function messageParts(name: 'Request' | 'Response', message: PageMessage | null): Node[] {
  if (message === null) return [];
  return [
    ...(message.body === null ? [] : [section(`${name} body`, codeBlock(message.body, `${name} body`), true)]),
    ...(message.headers.length === 0 ? [] : [section(`${name} headers`, headersTable(message.headers), false, message.headers.length)]),
  ];
}

function section(name: string, content: Node, isOpen: boolean, count?: number): HTMLElement {
  return el(
    'details',
    { open: isOpen },
    el('summary', {}, name, count !== undefined && el('span', { class: 'count' }, String(count))),
    content,
  );
}

function headersTable(pairs: readonly (readonly [string, string])[]): HTMLElement {
  return el(
    'dl',
    { class: 'headers' },
    pairs.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))),
  );
}

function title(event: PageEvent, text: string): HTMLElement {
  return el(
    'div',
    { class: `detail-title tone-${toneOf(event)}` },
    el('span', { class: 'label' }, labelOf(event)),
    el('h3', {}, text),
    event.kind === 'request' && el('span', { class: 'outcome' }, outcomeOf(event)),
  );
}

function facts(pairs: readonly (readonly [name: string, value: string | Node | null])[]): HTMLElement {
  return el(
    'dl',
    { class: 'pairs' },
    pairs.filter(([, value]) => value !== null).map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))),
  );
}
