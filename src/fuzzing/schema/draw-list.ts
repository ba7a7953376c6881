import type { Json } from '#kernel/index.ts';
import { jsonText } from '../json-text.ts';
import { Contradiction } from './contradiction.ts';
import type { ValueDraw } from './draw-value.ts';
import { list, strictest, type Facts, type Keywords } from './facts.ts';

/** What a long list has more of are items it has already: drawing a thousand takes a tenth of a second. */
const mostDistinct = 50;

/** A list: empty, of the least or most length, with all items alike, and at times long. @throws Contradiction */
export function drawList(draw: ValueDraw, { parts }: Facts, depth: number): Json[] {
  const { dice } = draw;
  const isUnique = parts.some((part) => part['uniqueItems'] === true);
  const least = strictest(parts, 'minItems', 'max') ?? 0;
  const most = Math.min(strictest(parts, 'maxItems', 'min') ?? Infinity, lastAllowed(parts));
  const wanted = wantedItems(draw, parts);
  if (least > most || wanted.length > most) throw new Contradiction('no list is so long');
  const length = Math.max(lengthFor(draw, least, most, depth), Math.min(wanted.length, most));

  const items: Json[] = [];
  const costs: number[] = [];
  const seen = new Set<string>();
  const add = (make: () => Json): boolean => {
    for (let tries = 0; tries < (isUnique ? 10 : 2); tries++) {
      try {
        const before = draw.left;
        const item = make();
        const text = isUnique ? jsonText(item) : '';
        if (isUnique && seen.has(text)) continue;
        seen.add(text);
        items.push(item);
        costs.push(before - draw.left);
        return true;
      } catch (error) {
        if (!(error instanceof Contradiction)) throw error;
      }
    }
    return false;
  };

  const again = (at: number): Json => {
    draw.spend(costs[at]!);
    return items[at]!;
  };

  const wantedAt = new Set(dice.shuffled(Array.from({ length }, (_, at) => at)).slice(0, wanted.length));
  // Items with a place of their own come first; what follows is all of one kind.
  const places = Math.max(0, ...parts.map((part) => list(part['prefixItems'] ?? part['items']).length));
  const isAlike = !isUnique && dice.chance(10);
  let nextWanted = 0;
  for (let at = 0; at < length; at++) {
    const schemas = itemSchemas(parts, at);
    const isWanted = wantedAt.has(at);
    const hasPlace = at < places;
    if (draw.left <= 0 && items.length >= least && !isWanted && !hasPlace) continue;
    const isDone =
      !isWanted && items.length > places && !isUnique && (isAlike || dice.chance(at < mostDistinct ? 10 : 95))
        ? add(() => again(isAlike ? items.length - 1 : dice.int(places, items.length - 1)))
        : add(() => draw.value(isWanted ? [...schemas, wanted[nextWanted++]!] : schemas, depth + 1));
    if (!isDone) {
      if (items.length >= least && items.length >= wanted.length) break;
      throw new Contradiction('not enough items fit');
    }
  }
  return items;
}

function lengthFor(draw: ValueDraw, least: number, most: number, depth: number): number {
  const { dice } = draw;
  if (draw.isSmall(depth)) return least;
  const room = Math.max(least, Math.min(most, draw.left));
  const within = (length: number) => Math.min(Math.max(length, least), room);
  return dice.oneOf<number>(
    [3, () => least],
    [2, () => within(least + 1)],
    [5, () => within(least + dice.int(0, 4))],
    [most <= 200 ? 3 : 0, () => within(dice.chance(50) ? most : most - 1)],
    [depth < 3 ? 2 : 0, () => within(least + dice.int(5, 30))],
    // Long enough for what grows with the square of the length to show.
    [depth < 2 ? 1 : 0, () => within(least + dice.pick([100, 257, 1000]))],
  );
}

/** What every item at this place has to be, in all drafts: `prefixItems` and `items`, or a list of `items` and `additionalItems`. */
function itemSchemas(parts: readonly Keywords[], at: number): unknown[] {
  return parts.flatMap((part) => {
    const isTuple = Array.isArray(part['items']);
    const prefix = list(isTuple ? part['items'] : part['prefixItems']);
    if (at < prefix.length) return [prefix[at]];
    const rest = isTuple ? part['additionalItems'] : part['items'];
    return rest === undefined ? [] : [rest];
  });
}

/** Where nothing may follow a tuple, its length is the most. */
function lastAllowed(parts: readonly Keywords[]): number {
  return Math.min(
    ...parts.map((part) => {
      const isTuple = Array.isArray(part['items']);
      const rest = isTuple ? part['additionalItems'] : part['items'];
      if (rest !== false) return Infinity;
      return list(isTuple ? part['items'] : part['prefixItems']).length;
    }),
    Infinity,
  );
}

/** One schema for each item that `contains` asks for. */
function wantedItems({ dice }: ValueDraw, parts: readonly Keywords[]): unknown[] {
  return parts.flatMap((part) => {
    if (!('contains' in part)) return [];
    const least = typeof part['minContains'] === 'number' ? part['minContains'] : 1;
    const most = typeof part['maxContains'] === 'number' ? part['maxContains'] : least + 2;
    return Array.from({ length: Math.max(least, Math.min(most, least + (dice.chance(30) ? 1 : 0))) }, () => part['contains']);
  });
}
