import type { PageError } from '../page-data.ts';
import { codeBlock } from './code-block.ts';
import { el } from './element.ts';
import type { Page } from './page-state.ts';

/** What ran, how it ended, and what it cost. */
export function header({ data }: Page): HTMLElement {
  const { task, id, state, startedAt, facts } = data;
  const started = new Date(startedAt);
  return el(
    'header',
    { class: 'head' },
    el(
      'div',
      { class: 'head-title' },
      el('h1', {}, task.label),
      el('span', { class: 'chip' }, task.version),
      el('span', { class: `chip state ${state}` }, state === 'completed' ? 'Completed' : 'Failed'),
    ),
    el(
      'p',
      { class: 'head-origin' },
      el('time', { datetime: started.toISOString(), title: started.toISOString() }, startText(started)),
      el('span', { class: 'id', title: 'Execution' }, id),
    ),
    el(
      'dl',
      { class: 'facts' },
      facts.map(({ name, value, about }) => el('div', { title: about }, el('dt', {}, name), el('dd', {}, value))),
    ),
    data.notes.length > 0 &&
      el(
        'ul',
        { class: 'notes' },
        data.notes.map((note) => el('li', {}, note)),
      ),
  );
}

function startText(at: Date): string {
  const day = at.toLocaleDateString(undefined, { year: 'numeric', month: 'short', day: 'numeric' });
  return `${day}, ${at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 })}`;
}

/** Why it failed, with the author's own stack. */
export function errorCard(page: Page, error: PageError): HTMLElement {
  return el(
    'section',
    { class: 'card failure', 'aria-label': 'Error' },
    el(
      'div',
      { class: 'failure-title' },
      error.errorClass !== null && el('strong', {}, error.errorClass),
      el('code', { class: 'chip' }, error.code),
    ),
    el('p', { class: 'failure-message' }, error.message),
    error.frames.length > 0 &&
      el(
        'ol',
        { class: 'stack', 'aria-label': 'Stack' },
        error.frames.map((frame) => el('li', {}, el('span', {}, frame.name === '' ? '(anonymous)' : frame.name), siteButton(page, frame))),
      ),
    error.details !== null && el('details', {}, el('summary', {}, 'Details'), codeBlock(error.details, 'Details of the error')),
    el('p', { class: 'hint' }, error.hint),
  );
}

/** A place in the author's files that opens there; plain text where the page does not have the file. */
export function siteButton(page: Page, site: { file: string; line: number; column?: number }): HTMLElement {
  const text = `${site.file}:${site.line}${site.column === undefined ? '' : `:${site.column}`}`;
  const isHere = page.data.sources.some(({ path }) => path === site.file);
  if (!isHere) return el('code', { class: 'site' }, text);
  return el('button', { type: 'button', class: 'site', title: 'Show in the source', onclick: () => page.openSource(site) }, text);
}
