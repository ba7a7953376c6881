import type { FlameBar, PageData, PageEvent } from '../page-data.ts';
import { lanesOf, packRows, type Lane } from './lanes.ts';
import type { ViewRange } from './view-range.ts';

/** In pixels. */
export const axisHeight = 30;
const inset = 14;
const shortestBar = 3;

/** Where everything of the timeline stands; sizes in pixels from the left and top of the canvas. */
export interface Scene {
  readonly data: PageData;
  readonly lanes: readonly Lane[];
  /** Of all lanes, the axis not counted. */
  readonly lanesHeight: number;
  /** Row of each event in its lane, by the event's number. */
  readonly rows: readonly number[];
  /** Events by kind, in order. */
  readonly numbers: Readonly<Record<PageEvent['kind'], readonly number[]>>;
}

/** What is fixed for a page, whatever part of it is seen. */
export function sceneOf(data: PageData): Scene {
  const numbers = { request: [], log: [], progress: [], wake: [] } as Record<PageEvent['kind'], number[]>;
  for (const [number, event] of data.events.entries()) numbers[event.kind].push(number);
  const packed = packRows(numbers.request.map((number) => data.events[number]!));
  const rows = data.events.map(() => 0);
  for (const [index, number] of numbers.request.entries()) rows[number] = packed[index]!;
  const lanes = lanesOf(
    data,
    packed.reduce((most, row) => Math.max(most, row + 1), 0),
  );
  const last = lanes.at(-1);
  return { data, lanes, lanesHeight: last === undefined ? 0 : last.bodyTop + last.height + 10, rows, numbers };
}

/** A part of the axis on a canvas of some width. */
export interface Projection {
  readonly width: number;
  readonly height: number;
  readonly scrollTop: number;
  readonly view: ViewRange;
}

export function xOf({ width, view }: Projection, ms: number): number {
  return inset + ((ms - view.startMs) / (view.endMs - view.startMs)) * (width - 2 * inset);
}

export function msAt({ width, view }: Projection, x: number): number {
  return view.startMs + ((x - inset) / Math.max(1, width - 2 * inset)) * (view.endMs - view.startMs);
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a span of a row is drawn; never thinner than can be seen. */
export function boxOf(projection: Projection, lane: Lane, row: number, span: { atMs: number; endMs: number }): Box {
  const x = xOf(projection, span.atMs);
  const width = Math.max(shortestBar, xOf(projection, span.endMs) - x);
  const gap = lane.rowHeight >= 12 ? 4 : lane.rowHeight >= 6 ? 2 : 1;
  return { x, y: axisHeight + lane.bodyTop + row * lane.rowHeight - projection.scrollTop, width, height: lane.rowHeight - gap };
}

/** What is under the pointer. */
export type Hit = { readonly event: number } | { readonly flame: FlameBar };

/** The event or bar nearest to a point, at most a few pixels off; null where there is none. */
export function hitAt(scene: Scene, projection: Projection, x: number, y: number): Hit | null {
  const fromTop = y - axisHeight + projection.scrollTop;
  const lane = scene.lanes.find(({ bodyTop, height }) => fromTop >= bodyTop - 2 && fromTop <= bodyTop + height + 2);
  if (y < axisHeight || lane === undefined) return null;
  const row = Math.floor((fromTop - lane.bodyTop) / lane.rowHeight);
  if (lane.kind === 'cpu') {
    const ms = msAt(projection, x);
    const flame = scene.data.flame.find((bar) => bar.depth === row && bar.startMs <= ms && bar.endMs >= ms);
    return flame ? { flame } : null;
  }
  let best: { number: number; distance: number } | null = null;
  for (const number of scene.numbers[lane.kind]) {
    const event = scene.data.events[number]!;
    if (lane.kind === 'request' && Math.abs(scene.rows[number]! - row) > (lane.rowHeight < 6 ? 1 : 0)) continue;
    const left = xOf(projection, event.atMs);
    const right = Math.max(left + (lane.kind === 'request' ? shortestBar : 0), xOf(projection, event.endMs));
    const distance = x < left ? left - x : x > right ? x - right : 0;
    if (distance <= 6 && (best === null || distance < best.distance)) best = { number, distance };
  }
  return best && { event: best.number };
}
