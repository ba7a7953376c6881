import type { Page } from './page-state.ts';
import { msAt, type Projection } from './scene.ts';
import { padded, panned, wholeRange, within, zoomed } from './view-range.ts';

/** Where the pointer is on the axis, and what it is marking. */
export interface Pointing {
  ms: number | null;
  marked: { startMs: number; endMs: number } | null;
}

export interface TimelineHands {
  projection(): Projection;
  redraw(): void;
  /** The pointer is over this point of the timeline; null when it has left. */
  onPoint(x: number | null, y: number): void;
  onClick(x: number, y: number): void;
}

/** A press that moves less than this is a click, in pixels. */
const clickSlack = 4;

/** Moves what is shown with wheel, pointer, fingers and keys. */
export function moveView(box: HTMLElement, page: Page, pointing: Pointing, hands: TimelineHands): void {
  const { totalMs } = page.data;
  const at = (event: PointerEvent | WheelEvent) => {
    const frame = box.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  };

  box.addEventListener(
    'wheel',
    (event) => {
      const { x } = at(event);
      const { view } = page.state;
      const isZoom = event.ctrlKey || event.metaKey || event.altKey;
      // A bare wheel scrolls the page: a timeline that swallows it is a trap on the way down.
      if (!isZoom && !event.shiftKey && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
      event.preventDefault();
      if (isZoom) page.view(zoomed(view, Math.exp(clamp(event.deltaY, 60) * 0.01), msAt(hands.projection(), x), totalMs));
      else page.view(panned(view, clamp(event.deltaX || event.deltaY, 200) / Math.max(1, box.clientWidth), totalMs));
    },
    { passive: false },
  );

  const pressed = new Map<number, { x: number; y: number }>();
  let press: { x: number; y: number; startMs: number; isMarking: boolean; isMoved: boolean } | null = null;
  box.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    const point = at(event);
    pressed.set(event.pointerId, point);
    const startMs = msAt(hands.projection(), point.x);
    press = { ...point, startMs, isMarking: event.shiftKey, isMoved: pressed.size > 1 };
  });
  box.addEventListener('pointermove', (event) => {
    const point = at(event);
    const before = pressed.get(event.pointerId);
    pointing.ms = msAt(hands.projection(), point.x);
    if (before && press) {
      if (!press.isMoved && Math.hypot(point.x - press.x, point.y - press.y) < clickSlack) return;
      // Only now: a captured pointer would take the click away from what is inside.
      if (!press.isMoved) box.setPointerCapture(event.pointerId);
      press.isMoved = true;
      if (pressed.size === 2) pinch(event.pointerId, before, point);
      else if (press.isMarking) pointing.marked = { startMs: press.startMs, endMs: pointing.ms };
      else page.view(panned(page.state.view, (before.x - point.x) / Math.max(1, box.clientWidth), totalMs));
      pressed.set(event.pointerId, point);
      hands.onPoint(null, 0);
    } else hands.onPoint(point.x, point.y);
    hands.redraw();
  });
  const pinch = (id: number, before: { x: number }, now: { x: number }) => {
    const other = [...pressed].find(([one]) => one !== id)?.[1];
    if (!other) return;
    const factor = Math.abs(before.x - other.x) / Math.max(8, Math.abs(now.x - other.x));
    page.view(zoomed(page.state.view, factor, msAt(hands.projection(), (now.x + other.x) / 2), totalMs));
  };
  const release = (event: PointerEvent) => {
    if (!pressed.delete(event.pointerId)) return;
    const point = at(event);
    if (event.type === 'pointerup' && press && !press.isMoved) hands.onClick(point.x, point.y);
    if (pointing.marked) {
      const { startMs, endMs } = pointing.marked;
      page.view(within({ startMs: Math.min(startMs, endMs), endMs: Math.max(startMs, endMs) }, totalMs));
    }
    pointing.marked = null;
    if (pressed.size === 0) press = null;
    hands.redraw();
  };
  box.addEventListener('pointerup', release);
  box.addEventListener('pointercancel', release);
  box.addEventListener('pointerleave', () => {
    if (pressed.size > 0) return;
    pointing.ms = null;
    hands.onPoint(null, 0);
    hands.redraw();
  });

  box.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const share = event.shiftKey ? 0.5 : 0.1;
    if (event.key === 'ArrowLeft') page.view(panned(page.state.view, -share, totalMs));
    else if (event.key === 'ArrowRight') page.view(panned(page.state.view, share, totalMs));
    else if (event.key === 'ArrowDown') page.step(1);
    else if (event.key === 'ArrowUp') page.step(-1);
    else return;
    event.preventDefault();
  });
}

/** Keys that work wherever the focus is, except where somebody types. */
export function pageKeys(page: Page, does: { search: () => void; help: () => void; source: () => void }): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest('input, select, textarea, dialog')) return;
    const { view, selected } = page.state;
    const middle = (view.startMs + view.endMs) / 2;
    const around = selected === null ? undefined : page.data.events[selected];
    const actions: Record<string, () => void> = {
      '/': does.search,
      '?': does.help,
      s: does.source,
      j: () => page.step(1),
      k: () => page.step(-1),
      '+': () => page.view(zoomed(view, 0.5, around?.atMs ?? middle, page.data.totalMs)),
      '=': () => page.view(zoomed(view, 0.5, around?.atMs ?? middle, page.data.totalMs)),
      '-': () => page.view(zoomed(view, 2, around?.atMs ?? middle, page.data.totalMs)),
      '0': () => page.view(wholeRange(page.data.totalMs)),
      z: () => around && page.view(padded({ startMs: around.atMs, endMs: around.endMs }, page.data.totalMs)),
      Escape: () => page.select(null),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function clamp(delta: number, most: number): number {
  return Math.min(most, Math.max(-most, delta));
}
