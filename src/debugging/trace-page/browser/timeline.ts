import { bytesText, countText, durationText } from '../format.ts';
import { outcomeOf, summaryOf } from './describe-event.ts';
import { el } from './element.ts';
import { overview } from './overview.ts';
import { paintScene } from './paint-scene.ts';
import { palette, onPaletteChange } from './palette.ts';
import type { Page } from './page-state.ts';
import { axisHeight, hitAt, sceneOf, type Hit, type Projection } from './scene.ts';
import { moveView, type Pointing } from './timeline-input.ts';

/** In pixels: taller timelines scroll inside. */
const mostHeight = 480;

/** What happened when, on one axis. */
export function timeline(page: Page, openDetail: () => void): HTMLElement {
  const scene = sceneOf(page.data);
  const canvas = el('canvas', { class: 'timeline-canvas', 'aria-hidden': 'true' });
  const context = canvas.getContext('2d')!;
  const spacer = el('div', { class: 'timeline-spacer' }, canvas);
  const { events } = page.data;
  const box = el(
    'div',
    {
      class: 'timeline-box',
      tabindex: 0,
      role: 'group',
      'aria-roledescription': 'timeline',
      'aria-label': `Timeline of ${countText(events.length, 'event')} in ${durationText(page.data.totalMs)}. Arrow keys move, plus and minus zoom, j and k go from event to event.`,
    },
    spacer,
  );
  const tip = el('div', { class: 'tip', hidden: true, role: 'presentation' });
  const pointing: Pointing = { ms: null, marked: null };
  const height = Math.min(mostHeight, scene.lanesHeight + axisHeight);
  box.style.height = `${height}px`;
  spacer.style.height = `${scene.lanesHeight + axisHeight}px`;
  let width = 0;

  const projection = (): Projection => ({ width, height, scrollTop: box.scrollTop, view: page.state.view });
  const draw = () => {
    if (width === 0) return;
    const { found, selected, hovered } = page.state;
    const ratio = devicePixelRatio;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.height = `${height}px`;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintScene(context, {
      scene,
      projection: projection(),
      palette,
      found,
      selected,
      hovered,
      pointerMs: pointing.ms,
      marked: pointing.marked,
    });
  };
  let isWaiting = false;
  const redraw = () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      draw();
    });
  };

  const showTip = (hit: Hit | null, x: number, y: number) => {
    tip.hidden = hit === null;
    if (hit === null) return;
    tip.replaceChildren(...tipOf(page, hit).map((text, index) => el(index === 0 ? 'strong' : 'span', {}, text)));
    const left = Math.min(x + 14, Math.max(0, width - tip.offsetWidth - 6));
    const below = y + 18 + tip.offsetHeight < height;
    tip.style.transform = `translate(${left}px, ${below ? y + 18 : Math.max(0, y - tip.offsetHeight - 10)}px)`;
  };

  moveView(box, page, pointing, {
    projection,
    redraw,
    onPoint(x, y) {
      const hit = x === null ? null : hitAt(scene, projection(), x, y);
      page.hover(hit && 'event' in hit ? hit.event : null);
      box.classList.toggle('over', hit !== null);
      showTip(hit, x ?? 0, y);
    },
    onClick(x, y) {
      const hit = hitAt(scene, projection(), x, y);
      if (hit === null) page.select(null);
      else if ('event' in hit) {
        page.select(hit.event);
        openDetail();
      } else page.openSource({ file: hit.flame.file, line: hit.flame.line });
    },
  });
  box.addEventListener('scroll', redraw);
  page.onChange((state, before) => {
    const { selected } = state;
    if (selected !== null && selected !== before.selected) scrollToRow(selected);
    draw();
  });
  const scrollToRow = (number: number) => {
    const lane = scene.lanes.find(({ kind }) => kind === events[number]!.kind);
    if (!lane) return;
    const top = lane.bodyTop + scene.rows[number]! * lane.rowHeight;
    if (top < box.scrollTop || top + lane.rowHeight > box.scrollTop + height - axisHeight) box.scrollTop = top - (height - axisHeight) / 2;
  };
  new ResizeObserver(() => {
    width = box.clientWidth;
    draw();
  }).observe(box);
  onPaletteChange(draw);

  return el(
    'section',
    { class: 'card timeline', 'aria-label': 'Timeline' },
    overview(page, scene),
    el('div', { class: 'timeline-frame' }, box, tip),
  );
}

function tipOf(page: Page, hit: Hit): string[] {
  if ('flame' in hit) {
    const { name, file, line, startMs, endMs } = hit.flame;
    return [name, ...(file === '' ? [] : [`${file}:${line}`]), durationText(endMs - startMs)];
  }
  const event = page.data.events[hit.event]!;
  const summary = summaryOf(event).slice(0, 160);
  if (event.kind === 'request') {
    return [
      `${event.method} ${summary}`,
      `${outcomeOf(event)}, ${durationText(event.endMs - event.atMs)}, ${bytesText(event.responseBytes)}`,
    ];
  }
  const when = event.endMs > event.atMs ? `between ${durationText(event.atMs)} and ${durationText(event.endMs)}` : durationText(event.atMs);
  return [summary === '' ? event.kind : summary, event.kind === 'log' ? `${event.level}, ${when}` : when];
}
