import { countText, durationText } from '../format.ts';
import type { PageSource, Site } from '../page-data.ts';
import { tokenNode } from './code-block.ts';
import { el } from './element.ts';
import { marksOf, type LineMarks } from './line-marks.ts';
import type { Page } from './page-state.ts';
import { tokenLines, type Token } from './tokens.ts';

/** Lines put on the screen at once; a browser lays out this many without a pause. */
const chunkLines = 1_000;

/** The author's files, with marks at the lines where something happened. Null where the page has none. */
export function sourceView(page: Page): { element: HTMLElement; openSelected: () => void } | null {
  const { sources } = page.data;
  if (sources.length === 0) return null;
  const marks = marksOf(page.data);
  const code = el('div', { class: 'source', role: 'region', tabindex: 0, 'aria-label': 'Source' });
  const files = el('div', { class: 'files', role: 'tablist', 'aria-label': 'Files' });
  let open: { source: PageSource; drawTo: (line: number) => void } | null = null;

  const show = (source: PageSource) => {
    if (open?.source === source) return;
    open = { source, drawTo: drawSource(page, source, marks.get(source.path) ?? new Map(), code) };
    code.setAttribute('aria-label', `Source of ${source.path}`);
    for (const tab of files.children) {
      const isOpen = tab.getAttribute('data-path') === source.path;
      tab.setAttribute('aria-selected', String(isOpen));
      tab.setAttribute('tabindex', isOpen ? '0' : '-1');
    }
  };
  for (const source of sources) {
    const count = [...(marks.get(source.path)?.values() ?? [])].filter(({ events }) => events.length > 0).length;
    const tab = el(
      'button',
      { type: 'button', role: 'tab', 'data-path': source.path, onclick: () => show(source) },
      source.path,
      count > 0 && el('span', { class: 'count', title: 'Lines with marks' }, String(count)),
    );
    files.append(tab);
  }
  files.addEventListener('keydown', (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const tabs = [...files.children] as HTMLElement[];
    const next = tabs[(tabs.indexOf(document.activeElement as HTMLElement) + by + tabs.length) % tabs.length]!;
    next.focus();
    next.click();
    event.preventDefault();
  });

  const element = el(
    'section',
    { class: 'card sources', 'aria-label': 'Source' },
    el('div', { class: 'card-head' }, el('h2', {}, 'Source'), files),
    el('div', { class: 'source-columns' }, code, hotLines(page)),
  );
  const goTo = ({ file, line }: Pick<Site, 'file' | 'line'>, isJump: boolean) => {
    const source = sources.find(({ path }) => path === file);
    if (!source) return;
    show(source);
    open!.drawTo(line);
    const row = code.querySelector(`[data-line="${line}"]`);
    for (const old of code.querySelectorAll('.current')) old.classList.remove('current');
    row?.classList.add('current');
    // Inside its own box, so that the page stays where it is while somebody steps through the events.
    if (row instanceof HTMLElement) code.scrollTop = row.offsetTop - code.clientHeight / 2;
    if (!isJump) return;
    element.scrollIntoView({ block: 'nearest' });
    code.focus({ preventScroll: true });
  };
  page.onOpenSource((site) => goTo(site, true));
  page.onChange((state, before) => {
    if (state.selected === before.selected || state.selected === null) return;
    const { site } = page.data.events[state.selected]!;
    if (site !== null) goTo(site, false);
  });

  const failed = page.data.error?.frames[0];
  show(sources.find(({ path }) => path === failed?.file) ?? sources[0]!);
  if (failed) requestAnimationFrame(() => goTo(failed, false));
  return {
    element,
    openSelected() {
      const site = page.state.selected === null ? null : page.data.events[page.state.selected]!.site;
      if (site !== null) page.openSource(site);
    },
  };
}

/** Puts a file into the box, its beginning first. @returns what makes sure that a line is there */
function drawSource(page: Page, source: PageSource, marks: ReadonlyMap<number, LineMarks>, code: HTMLElement): (line: number) => void {
  const lines: readonly (readonly Token[])[] = /\.(?:[cm]?[jt]sx?|json)$/.test(source.path)
    ? tokenLines(source.text)
    : source.text.split('\n').map((text) => [{ kind: 'text' as const, text }]);
  const hottest = page.data.hotLines[0]?.selfMs ?? 0;
  const rows = el('div', { class: 'source-lines' });
  const more = el('button', { type: 'button', class: 'more' });
  let drawn = 0;
  const drawTo = (wanted: number) => {
    const last = Math.min(lines.length, Math.ceil(wanted / chunkLines) * chunkLines);
    if (last > drawn)
      rows.append(...lines.slice(drawn, last).map((tokens, index) => lineRow(page, tokens, drawn + index + 1, marks, hottest)));
    drawn = Math.max(drawn, last);
    more.hidden = drawn >= lines.length;
    more.textContent = `Show ${countText(Math.min(chunkLines, lines.length - drawn), 'more line', 'more lines')}`;
  };
  more.addEventListener('click', () => drawTo(drawn + 1));
  drawTo(1);
  const cut =
    source.omittedLines > 0 && el('p', { class: 'quiet' }, `${countText(source.omittedLines, 'line')} more are not in this page.`);
  code.replaceChildren(rows, more, ...(cut ? [cut] : []));
  code.scrollTop = 0;
  return drawTo;
}

function lineRow(page: Page, tokens: readonly Token[], line: number, marks: ReadonlyMap<number, LineMarks>, hottest: number): HTMLElement {
  const mark = marks.get(line);
  const row = el('div', { class: `line${mark?.isFailing ? ' failing' : mark?.isOnStack ? ' on-stack' : ''}`, 'data-line': line });
  const gutter = el('span', { class: 'gutter' });
  if (mark && mark.events.length > 0) gutter.append(markButton(page, mark, line));
  const heat = el('span', { class: 'heat' });
  if (mark && mark.selfMs > 0) {
    heat.textContent = durationText(mark.selfMs);
    heat.title = 'Processor time in this line';
    heat.style.setProperty('--share', String(mark.selfMs / hottest));
  }
  row.append(
    gutter,
    el('span', { class: 'number' }, String(line)),
    heat,
    el('code', {}, tokens.length === 0 ? '\n' : tokens.map(tokenNode)),
  );
  const { error } = page.data;
  if (mark?.isFailing && error) row.append(el('span', { class: 'line-error' }, error.message.slice(0, 200)));
  return row;
}

/** A dot that goes through the events of its line, one with each press. */
function markButton(page: Page, mark: LineMarks, line: number): HTMLElement {
  const kind = mark.events.some((number) => page.data.events[number]!.kind === 'request') ? 'request' : 'log';
  const text = `${countText(mark.events.length, 'event')} from line ${line}`;
  return el('button', {
    type: 'button',
    class: `mark kind-${kind}`,
    title: text,
    'aria-label': text,
    onclick() {
      const at = mark.events.indexOf(page.state.selected ?? -1);
      page.select(mark.events[(at + 1) % mark.events.length]!);
    },
  });
}

function hotLines(page: Page): HTMLElement | null {
  const lines = page.data.hotLines.slice(0, 12);
  if (lines.length === 0) return null;
  const most = lines[0]!.selfMs;
  return el(
    'aside',
    { class: 'hot', 'aria-label': 'Hottest lines' },
    el('h3', {}, 'Hottest lines'),
    el(
      'ol',
      {},
      lines.map(({ file, line, selfMs }) => {
        const bar = el('span', { class: 'hot-bar' });
        bar.style.width = `${(100 * selfMs) / most}%`;
        return el(
          'li',
          {},
          el(
            'button',
            { type: 'button', onclick: () => page.openSource({ file, line }) },
            el('span', {}, `${file}:${line}`),
            el('span', {}, durationText(selfMs)),
            bar,
          ),
        );
      }),
    ),
  );
}
