import { toneOf } from './describe-event.ts';
import { el } from './element.ts';
import { onPaletteChange, palette } from './palette.ts';
import type { Page } from './page-state.ts';
import type { Scene } from './scene.ts';
import { panned, wholeRange, within } from './view-range.ts';

/** In pixels. */
const height = 44;
const handleWidth = 8;

/** The whole axis in small, with a window over what the timeline shows: drag the window, its edges, or mark another. */
export function overview(page: Page, scene: Scene): HTMLElement {
  const canvas = el('canvas', { class: 'overview-canvas', 'aria-hidden': 'true' });
  const context = canvas.getContext('2d')!;
  const left = el('div', { class: 'overview-shade' });
  const right = el('div', { class: 'overview-shade right' });
  const frame = el('div', { class: 'overview-window' });
  const box = el('div', { class: 'overview', 'aria-hidden': 'true' }, canvas, left, right, frame);
  const most = wholeRange(page.data.totalMs).endMs;
  let width = 0;

  const drawEvents = () => {
    if (width === 0) return;
    const ratio = devicePixelRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const rows = Math.max(1, ...scene.numbers.request.map((number) => scene.rows[number]! + 1));
    const rowHeight = Math.min(5, (height - 14) / rows);
    for (const bar of scene.data.flame) {
      if (bar.depth > 0) continue;
      context.fillStyle = palette('--flame-1');
      context.fillRect((bar.startMs / most) * width, height - 6, Math.max(0.5, ((bar.endMs - bar.startMs) / most) * width), 6);
    }
    for (const [number, event] of page.data.events.entries()) {
      const x = (event.atMs / most) * width;
      const tone = toneOf(event);
      context.fillStyle = palette(tone === 'quiet' ? '--quiet-mark' : `--${tone}`);
      if (event.kind === 'request') {
        context.fillRect(
          x,
          4 + scene.rows[number]! * rowHeight,
          Math.max(1, ((event.endMs - event.atMs) / most) * width),
          Math.max(1, rowHeight - 1),
        );
      } else if (event.kind === 'log') context.fillRect(x, height - 10, 1, tone === 'bad' || tone === 'notice' ? 8 : 5);
    }
  };
  const drawWindow = () => {
    const { startMs, endMs } = page.state.view;
    const [from, to] = [(startMs / most) * width, (endMs / most) * width];
    left.style.width = `${from}px`;
    right.style.left = `${to}px`;
    frame.style.left = `${from}px`;
    frame.style.width = `${Math.max(2, to - from)}px`;
  };

  let drag: { kind: 'window' | 'left' | 'right' | 'mark'; x: number; startMs: number } | null = null;
  const msOf = (event: PointerEvent) => ((event.clientX - box.getBoundingClientRect().left) / Math.max(1, width)) * most;
  box.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    const ms = msOf(event);
    const { startMs, endMs } = page.state.view;
    const near = (handleWidth / width) * most;
    const isWhole = endMs - startMs >= most * 0.999;
    const kind = isWhole
      ? 'mark'
      : Math.abs(ms - startMs) < near
        ? 'left'
        : Math.abs(ms - endMs) < near
          ? 'right'
          : ms > startMs && ms < endMs
            ? 'window'
            : 'mark';
    drag = { kind, x: event.clientX, startMs: ms };
    box.setPointerCapture(event.pointerId);
  });
  box.addEventListener('pointermove', (event) => {
    if (!drag) return;
    const ms = msOf(event);
    const { view } = page.state;
    const { totalMs } = page.data;
    if (drag.kind === 'window') {
      page.view(panned(view, ((event.clientX - drag.x) / Math.max(1, width)) * (most / (view.endMs - view.startMs)), totalMs));
      drag.x = event.clientX;
    } else if (drag.kind === 'left') page.view(within({ startMs: Math.min(ms, view.endMs), endMs: view.endMs }, totalMs));
    else if (drag.kind === 'right') page.view(within({ startMs: view.startMs, endMs: Math.max(ms, view.startMs) }, totalMs));
    else if (Math.abs(event.clientX - drag.x) > 3) {
      page.view(within({ startMs: Math.min(ms, drag.startMs), endMs: Math.max(ms, drag.startMs) }, totalMs));
    }
  });
  for (const type of ['pointerup', 'pointercancel']) box.addEventListener(type, () => (drag = null));
  box.addEventListener('dblclick', () => page.view(wholeRange(page.data.totalMs)));

  page.onChange(drawWindow);
  new ResizeObserver(() => {
    width = box.clientWidth;
    drawEvents();
    drawWindow();
  }).observe(box);
  onPaletteChange(drawEvents);
  return box;
}
