import { momentText } from '../format.ts';
import type { PageEvent, ProgressEvent } from '../page-data.ts';
import { labelOf, shortUrl, toneOf, type Tone } from './describe-event.ts';
import type { Lane } from './lanes.ts';
import { axisHeight, boxOf, xOf, type Box, type Projection, type Scene } from './scene.ts';
import { tickStep, ticks } from './view-range.ts';

/** Colours by name, as the style defines them for light and for dark. */
export type Palette = (name: string) => string;

export interface Picture {
  readonly scene: Scene;
  readonly projection: Projection;
  readonly palette: Palette;
  /** Events that a search finds; the others are drawn faintly. */
  readonly found: ReadonlySet<number>;
  readonly selected: number | null;
  readonly hovered: number | null;
  /** Where the pointer is, and a span being marked. */
  readonly pointerMs: number | null;
  readonly marked: { readonly startMs: number; readonly endMs: number } | null;
}

const toneColors: Readonly<Record<Tone, string>> = {
  good: '--good',
  notice: '--notice',
  bad: '--bad',
  info: '--info',
  quiet: '--quiet-mark',
  accent: '--accent',
};
const textFont = '11px system-ui, sans-serif';
const smallFont = '600 10px system-ui, sans-serif';

/** Draws the timeline. Everything that can be seen, and nothing that cannot. */
export function paintScene(context: CanvasRenderingContext2D, picture: Picture): void {
  const { projection, scene, palette } = picture;
  const { width, height, scrollTop } = projection;
  context.clearRect(0, 0, width, height);
  paintGrid(context, picture);
  context.save();
  context.beginPath();
  context.rect(0, axisHeight, width, height - axisHeight);
  context.clip();
  for (const lane of scene.lanes) {
    const top = axisHeight + lane.top - scrollTop;
    if (top > height || axisHeight + lane.bodyTop + lane.height - scrollTop < axisHeight) continue;
    if (lane.kind === 'request') paintRequests(context, picture, lane);
    else if (lane.kind === 'cpu') paintFlame(context, picture, lane);
    else if (lane.kind === 'progress') paintProgress(context, picture, lane);
    else paintMarks(context, picture, lane);
    if (lane.top > 0) line(context, 0, top - 4.5, width, top - 4.5, palette('--line'));
    context.font = smallFont;
    context.fillStyle = palette('--quiet');
    context.fillText(lane.label.toUpperCase(), 14, top + 12);
  }
  context.restore();
  paintPointer(context, picture);
}

function paintGrid(context: CanvasRenderingContext2D, { projection, scene, palette }: Picture): void {
  const { width, height, view } = projection;
  context.font = textFont;
  context.textBaseline = 'alphabetic';
  const step = tickStep(view, width);
  for (const ms of ticks(view, step)) {
    const x = Math.round(xOf(projection, ms)) + 0.5;
    line(context, x, axisHeight - 5, x, height, palette('--line'));
    context.fillStyle = palette('--quiet');
    const text = momentText(ms, step, view.endMs);
    const textWidth = context.measureText(text).width;
    context.fillText(text, Math.min(Math.max(4, x - textWidth / 2), width - textWidth - 4), 18);
  }
  line(context, 0, axisHeight - 0.5, width, axisHeight - 0.5, palette('--line'));
  // Beyond the end of the execution nothing can be.
  const end = xOf(projection, scene.data.totalMs);
  if (end >= width) return;
  context.fillStyle = palette('--beyond');
  context.fillRect(end, axisHeight, width - end, height);
  line(context, end, axisHeight, end, height, palette(scene.data.state === 'failed' ? '--bad' : '--quiet-mark'));
}

function paintRequests(context: CanvasRenderingContext2D, picture: Picture, lane: Lane): void {
  const { scene, projection, palette } = picture;
  const { width, height } = projection;
  // Where the next bar of a row begins: a name beside a short bar must not run into it.
  const nextLefts = new Map<number, number>();
  for (const number of scene.numbers.request.toReversed()) {
    const event = scene.data.events[number]!;
    const row = scene.rows[number]!;
    const box = boxOf(projection, lane, row, event);
    const free = (nextLefts.get(row) ?? width) - (box.x + box.width) - 10;
    nextLefts.set(row, box.x);
    if (box.y > height || box.y + box.height < axisHeight || box.x > width || box.x + box.width < 0) continue;
    const isFaint = !picture.found.has(number);
    const tone = toneOf(event);
    context.globalAlpha = isFaint ? 0.15 : 1;
    context.fillStyle = palette(`--${tone === 'quiet' ? 'quiet-mark' : tone}-bar`);
    rounded(context, box, lane.rowHeight >= 12 ? 4 : 1);
    context.fill();
    // The left edge in full colour tells the outcome where the bar is only tinted.
    context.fillStyle = palette(toneColors[tone]);
    rounded(context, { ...box, width: Math.min(3, box.width) }, 1);
    context.fill();
    if (event.kind === 'request' && lane.rowHeight >= 14 && !isFaint) {
      context.font = textFont;
      const text = `${labelOf(event)} ${shortUrl(event)}`;
      const left = Math.max(box.x, 0);
      const inside = box.x + box.width - left - 14;
      const y = box.y + box.height / 2 + 4;
      context.fillStyle = palette('--text');
      if (inside > 60) clippedText(context, text, left + 8, y, inside);
      else if (free > 60) {
        context.fillStyle = palette('--quiet');
        clippedText(context, text, box.x + box.width + 6, y, free);
      }
    }
    context.globalAlpha = 1;
    outline(context, picture, number, box);
  }
}

function paintMarks(context: CanvasRenderingContext2D, picture: Picture, lane: Lane): void {
  const { scene, projection, palette } = picture;
  if (lane.kind === 'cpu') return;
  for (const number of scene.numbers[lane.kind]) {
    const event = scene.data.events[number]!;
    const box = boxOf(projection, lane, 0, event);
    if (box.x > projection.width + 10 || box.x + box.width < -10) continue;
    const y = box.y + box.height / 2;
    context.globalAlpha = picture.found.has(number) ? 1 : 0.15;
    context.fillStyle = palette(toneColors[toneOf(event)]);
    context.strokeStyle = context.fillStyle;
    if (event.kind === 'wake') paintWake(context, event, box, y);
    else paintMark(context, event, box.x, y);
    context.globalAlpha = 1;
    outline(context, picture, number, { x: box.x - 5, y: box.y, width: 10, height: box.height });
  }
}

/** Levels differ in shape as well, for those who do not see the colours. */
function paintMark(context: CanvasRenderingContext2D, event: PageEvent, x: number, y: number): void {
  const level = event.kind === 'log' ? event.level : '';
  context.beginPath();
  if (level === 'error') polygon(context, [x, y - 7], [x + 6, y + 5], [x - 6, y + 5]);
  else if (level === 'warn') polygon(context, [x, y - 6], [x + 5, y], [x, y + 6], [x - 5, y]);
  else context.roundRect(x - 1.5, y - 7, 3, 14, 1.5);
  context.fill();
}

/** A dot where the moment is known; a ring on a line where it lies somewhere between two moments. */
function paintWake(context: CanvasRenderingContext2D, event: PageEvent, box: Box, y: number): void {
  const isExact = event.endMs <= event.atMs;
  const x = isExact ? box.x : box.x + box.width / 2;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, 3, 0, 2 * Math.PI);
  if (isExact) context.fill();
  else {
    context.stroke();
    context.globalAlpha *= 0.4;
    line(context, box.x, y, x - 3, y, context.strokeStyle as string);
    line(context, x + 3, y, box.x + box.width, y, context.strokeStyle as string);
  }
}

/** Steps that rise with the share; reports without one are dots in the middle. */
function paintProgress(context: CanvasRenderingContext2D, picture: Picture, lane: Lane): void {
  const { scene, projection, palette } = picture;
  const top = axisHeight + lane.bodyTop - projection.scrollTop + 4;
  const bottom = top + lane.height - 10;
  const yOf = (share: number) => bottom - share * (bottom - top);
  const events = scene.numbers.progress.map((number) => scene.data.events[number] as ProgressEvent);
  const steps = events.filter(({ share }) => share !== null);
  if (steps.length > 0) {
    context.beginPath();
    context.moveTo(xOf(projection, steps[0]!.atMs), bottom);
    let y = bottom;
    for (const { atMs, share } of steps) {
      context.lineTo(xOf(projection, atMs), y);
      y = yOf(share!);
      context.lineTo(xOf(projection, atMs), y);
    }
    const end = xOf(projection, scene.data.totalMs);
    context.lineTo(end, y);
    context.strokeStyle = palette('--accent');
    context.lineWidth = 1.5;
    context.stroke();
    context.lineTo(end, bottom);
    context.closePath();
    context.fillStyle = palette('--accent-soft');
    context.fill();
  }
  for (const [index, { atMs, share }] of events.entries()) {
    const number = scene.numbers.progress[index]!;
    const [x, y] = [xOf(projection, atMs), yOf(share ?? 0.5)];
    context.globalAlpha = picture.found.has(number) ? 1 : 0.15;
    context.fillStyle = palette('--accent');
    context.beginPath();
    context.arc(x, y, 3, 0, 2 * Math.PI);
    context.fill();
    context.globalAlpha = 1;
    outline(context, picture, number, { x: x - 5, y: y - 5, width: 10, height: 10 });
  }
}

const flameColors = 6;

function paintFlame(context: CanvasRenderingContext2D, { scene, projection, palette }: Picture, lane: Lane): void {
  context.font = textFont;
  for (const bar of scene.data.flame) {
    if (bar.endMs < projection.view.startMs || bar.startMs > projection.view.endMs) continue;
    const left = xOf(projection, bar.startMs);
    const width = xOf(projection, bar.endMs) - left;
    const y = axisHeight + lane.bodyTop + bar.depth * lane.rowHeight - projection.scrollTop;
    if (y > projection.height || y + lane.rowHeight < axisHeight) continue;
    context.fillStyle = palette(bar.isOwn ? `--flame-${hash(bar.name + bar.file) % flameColors}` : '--flame-other');
    // A hair's breadth between bars, unless that would be all there is of them.
    context.fillRect(left, y, Math.max(0.5, width > 3 ? width - 1 : width), lane.rowHeight - 1);
    const visible = Math.min(left + width, projection.width) - Math.max(left, 0) - 8;
    if (visible < 30) continue;
    context.fillStyle = palette('--flame-text');
    clippedText(context, bar.name, Math.max(left, 0) + 5, y + 12.5, visible);
  }
}

function paintPointer(context: CanvasRenderingContext2D, { projection, palette, pointerMs, marked }: Picture): void {
  if (marked) {
    const [left, right] = [
      xOf(projection, Math.min(marked.startMs, marked.endMs)),
      xOf(projection, Math.max(marked.startMs, marked.endMs)),
    ];
    context.fillStyle = palette('--accent-soft');
    context.fillRect(left, 0, right - left, projection.height);
    line(context, left, 0, left, projection.height, palette('--accent'));
    line(context, right, 0, right, projection.height, palette('--accent'));
  }
  if (pointerMs === null || pointerMs < 0) return;
  const x = Math.round(xOf(projection, pointerMs)) + 0.5;
  context.setLineDash([2, 3]);
  line(context, x, axisHeight, x, projection.height, palette('--quiet-mark'));
  context.setLineDash([]);
  const text = momentText(pointerMs, tickStep(projection.view, projection.width) / 10, projection.view.endMs);
  context.font = smallFont;
  const width = context.measureText(text).width + 12;
  const left = Math.min(Math.max(2, x - width / 2), projection.width - width - 2);
  context.fillStyle = palette('--text');
  rounded(context, { x: left, y: 5, width, height: 18 }, 5);
  context.fill();
  context.fillStyle = palette('--surface');
  context.fillText(text, left + 6, 17.5);
}

function outline(context: CanvasRenderingContext2D, { palette, selected, hovered }: Picture, number: number, box: Box): void {
  if (number !== selected && number !== hovered) return;
  context.strokeStyle = palette(number === selected ? '--accent' : '--quiet-mark');
  context.lineWidth = number === selected ? 2 : 1.5;
  rounded(context, { x: box.x - 1.5, y: box.y - 1.5, width: box.width + 3, height: box.height + 3 }, 4);
  context.stroke();
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number, color: string): void {
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

function rounded(context: CanvasRenderingContext2D, { x, y, width, height }: Box, radius: number): void {
  context.beginPath();
  context.roundRect(x, y, width, height, Math.min(radius, width / 2));
}

function polygon(context: CanvasRenderingContext2D, ...points: readonly (readonly [x: number, y: number])[]): void {
  for (const [index, [x, y]] of points.entries()) {
    if (index === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.closePath();
}

/** As much of a text as there is room for. */
function clippedText(context: CanvasRenderingContext2D, text: string, x: number, y: number, room: number): void {
  // Letters are some six pixels wide: measuring a text of a thousand to show ten is waste.
  let shown = text.slice(0, Math.ceil(room / 4));
  if (context.measureText(shown).width > room || shown.length < text.length) {
    while (shown !== '' && context.measureText(`${shown}…`).width > room) shown = shown.slice(0, -1);
    if (shown === '') return;
    shown += '…';
  }
  context.fillText(shown, x, y);
}

function hash(text: string): number {
  let sum = 0;
  for (let index = 0; index < text.length; index++) sum = (sum * 31 + text.charCodeAt(index)) >>> 0;
  return sum;
}
