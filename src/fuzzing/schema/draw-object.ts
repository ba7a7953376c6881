import type { Json } from '#kernel/index.ts';
import { Contradiction } from './contradiction.ts';
import { drawText } from './draw-text.ts';
import type { ValueDraw } from './draw-value.ts';
import { list, record, strictest, type Facts, type Keywords } from './facts.ts';
import { fieldName } from './field-names.ts';
import { patternTest } from './pattern-test.ts';
import { textOfPattern } from './pattern-text.ts';

/** Optional fields: none, all, all but one, or some; and at times fields that no schema names. @throws Contradiction */
export function drawObject(draw: ValueDraw, { parts, absent }: Facts, depth: number): { [key: string]: Json } {
  const { dice } = draw;
  const required = new Set(parts.flatMap((part) => list(part['required'])) as string[]);
  if ([...required].some((name) => absent.has(name))) throw new Contradiction('a field is both required and ruled out');
  const least = strictest(parts, 'minProperties', 'max') ?? 0;
  const most = strictest(parts, 'maxProperties', 'min') ?? Infinity;
  const named = new Set(parts.flatMap((part) => Object.keys(record(part['properties']))));
  const optional = [...named].filter((name) => !required.has(name) && !absent.has(name));

  const chosen = new Set([...required, ...(draw.isSmall(depth) ? [] : chooseOptional(draw, optional))]);
  addDependents(parts, chosen);
  if (chosen.size > most) for (const name of optional) if (chosen.size > most) chosen.delete(name);

  const entries = new Map<string, Json>();
  // In any order: nothing should depend on it.
  for (const name of dice.chance(20) ? dice.shuffled([...chosen]) : chosen) {
    try {
      entries.set(name, draw.value(schemasOf(parts, name), depth + 1));
    } catch (error) {
      if (!(error instanceof Contradiction) || required.has(name)) throw error;
    }
  }
  addOthers(draw, parts, entries, { least, most, absent, named, depth });
  if (entries.size < least) throw new Contradiction('not enough fields fit');
  return Object.fromEntries(entries);
}

function chooseOptional({ dice }: ValueDraw, optional: readonly string[]): readonly string[] {
  return dice.oneOf<readonly string[]>(
    [2, () => []],
    [3, () => optional],
    [2, () => (optional.length === 0 ? [] : optional.toSpliced(dice.int(0, optional.length - 1), 1))],
    [3, () => optional.filter(() => dice.chance(50))],
  );
}

function addDependents(parts: readonly Keywords[], chosen: Set<string>): void {
  for (let before = -1; before !== chosen.size;) {
    before = chosen.size;
    for (const part of parts) {
      for (const keyword of ['dependentRequired', 'dependencies']) {
        for (const [name, needs] of Object.entries(record(part[keyword]))) {
          if (chosen.has(name)) for (const need of list(needs)) chosen.add(String(need));
        }
      }
    }
  }
}

interface Room {
  readonly least: number;
  readonly most: number;
  readonly absent: ReadonlySet<string>;
  readonly named: ReadonlySet<string>;
  readonly depth: number;
}

/** Fields that are named by a pattern, by nothing, or only counted. */
function addOthers(draw: ValueDraw, parts: readonly Keywords[], entries: Map<string, Json>, room: Room): void {
  const { dice } = draw;
  // Where no schema names a field, the object is a dictionary, and what it holds is what matters.
  const isDictionary = room.named.size === 0;
  const isWanted = isDictionary ? dice.chance(80) : dice.chance(12);
  const extra = draw.isSmall(room.depth) || !isWanted ? 0 : dice.int(1, isDictionary ? 4 : 2);
  const wanted = Math.min(Math.max(room.least, entries.size + extra), room.most);
  for (let tries = 0; entries.size < wanted && tries < 10 + 4 * wanted; tries++) {
    const name = otherName(draw, parts);
    if (name === null || entries.has(name) || room.absent.has(name) || room.named.has(name) || !isAllowed(parts, name)) continue;
    try {
      entries.set(name, draw.value(schemasOf(parts, name), room.depth + 1));
    } catch (error) {
      if (!(error instanceof Contradiction)) throw error;
    }
  }
}

function otherName(draw: ValueDraw, parts: readonly Keywords[]): string | null {
  const { dice, words } = draw;
  const patterns = parts.flatMap((part) => Object.keys(record(part['patternProperties'])));
  const rules = parts.filter((part) => 'propertyNames' in part).map((part) => part['propertyNames']);
  try {
    if (rules.length > 0) {
      const name = draw.value([...rules, { type: 'string' }], 0);
      return typeof name === 'string' ? name : null;
    }
    if (patterns.length > 0 && dice.chance(70)) return textOfPattern(dice, dice.pick(patterns))?.text ?? null;
    return dice.chance(70) ? fieldName(dice, words) : drawText(dice, { min: 0, max: 30 }, words);
  } catch (error) {
    if (error instanceof Contradiction) return null;
    throw error;
  }
}

/** What a field has to be: everything that names it, and what each schema says of fields it does not name. */
function schemasOf(parts: readonly Keywords[], name: string): unknown[] {
  return parts.flatMap((part) => {
    const properties = record(part['properties']);
    const own = Object.hasOwn(properties, name) ? [properties[name]] : [];
    const matching = Object.entries(record(part['patternProperties'])).filter(([pattern]) => patternTest([pattern])(name));
    const found = [...own, ...matching.map(([, schema]) => schema)];
    if (found.length > 0) return found;
    return 'additionalProperties' in part ? [part['additionalProperties']] : [];
  });
}

function isAllowed(parts: readonly Keywords[], name: string): boolean {
  return !schemasOf(parts, name).includes(false) && name.isWellFormed();
}
