import type { PageData } from '../page-data.ts';

export type LaneKind = 'request' | 'log' | 'progress' | 'wake' | 'cpu';

/** A strip of the timeline. Sizes in pixels, from the top of all lanes. */
export interface Lane {
  readonly kind: LaneKind;
  readonly label: string;
  /** Of its heading. */
  readonly top: number;
  /** Of what is below the heading. */
  readonly bodyTop: number;
  readonly height: number;
  readonly rowHeight: number;
}

export const headingHeight = 22;
const padding = 8;

/**
 * Puts spans into rows so that no two in a row overlap: each into the first row that is free. Spans must be in order of their start.
 * @returns the row of each
 */
export function packRows(spans: readonly { readonly atMs: number; readonly endMs: number }[]): number[] {
  const ends: number[] = [];
  return spans.map(({ atMs, endMs }) => {
    const free = ends.findIndex((end) => end <= atMs);
    const row = free < 0 ? ends.length : free;
    ends[row] = Math.max(endMs, atMs);
    return row;
  });
}

/** The lanes of a page, from the top; those with nothing to show are left out. */
export function lanesOf(data: Pick<PageData, 'events' | 'flame'>, requestRows: number): Lane[] {
  const count = (kind: LaneKind) => data.events.filter((event) => event.kind === kind).length;
  const depth = data.flame.reduce((deepest, bar) => Math.max(deepest, bar.depth + 1), 0);
  // Rows become thinner the more there are: a screenful shows some 20 with their names, and 180 as lines.
  const rowHeight = Math.min(22, Math.max(3, Math.floor(400 / Math.max(1, requestRows))));
  const wanted: readonly (readonly [kind: LaneKind, label: string, rows: number, rowHeight: number])[] = [
    ['request', 'Requests', requestRows, rowHeight],
    ['log', 'Logs', Math.min(1, count('log')), 20],
    ['progress', 'Progress', Math.min(1, count('progress')), 40],
    ['wake', 'Wakes', Math.min(1, count('wake')), 16],
    ['cpu', 'CPU', depth, 18],
  ];
  let top = 0;
  return wanted
    .filter(([, , rows]) => rows > 0)
    .map(([kind, label, rows, height]) => {
      const lane = { kind, label, top, bodyTop: top + headingHeight, height: rows * height, rowHeight: height };
      top += headingHeight + rows * height + padding;
      return lane;
    });
}
