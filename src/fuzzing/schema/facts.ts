import type { Dice } from '../dice.ts';
import { Contradiction } from './contradiction.ts';
import type { Resolve } from './references.ts';

/** The keywords of one schema object. */
export type Keywords = Readonly<Record<string, unknown>>;

/** Schemas that all have to hold, with every choice among them made: no allOf, anyOf, oneOf, if and reference is left to look at. */
export interface Facts {
  readonly parts: readonly Keywords[];
  /** Fields that a choice has ruled out. */
  readonly absent: ReadonlySet<string>;
}

const mostParts = 200;

/**
 * Lays schemas out flat, choosing among alternatives by chance. Near the bottom of a recursive schema it chooses what does not refer.
 * @throws Contradiction when `false` is among them, or when references lead in a circle
 */
export function factsOf(dice: Dice, schemas: readonly unknown[], resolve: Resolve, isDeep: boolean): Facts {
  const parts: Keywords[] = [];
  const absent = new Set<string>();
  const pending = [...schemas];
  const settled = new Set<Keywords>();
  for (;;) {
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      if (next === true) continue;
      if (typeof next !== 'object' || next === null) throw new Contradiction('nothing fits the schema false');
      if (parts.length >= mostParts) throw new Contradiction('the references of the schema lead in a circle');
      const part = next as Keywords;
      parts.push(part);
      pending.push(...implied(dice, part, resolve, isDeep));
    }
    const more = dependents(dice, parts, settled, absent);
    if (more.length === 0) return { parts, absent };
    pending.push(...more);
  }
}

/** What has to hold besides when a schema holds. */
function implied(dice: Dice, part: Keywords, resolve: Resolve, isDeep: boolean): unknown[] {
  const more: unknown[] = [];
  for (const key of ['$ref', '$dynamicRef', '$recursiveRef']) {
    if (typeof part[key] === 'string') more.push(resolve(part[key], part) ?? true);
  }
  more.push(...list(part['allOf']));
  const any = list(part['anyOf']);
  if (any.length > 0) {
    more.push(choose(dice, any, isDeep));
    if (dice.chance(8)) more.push(choose(dice, any, isDeep));
  }
  const one = list(part['oneOf']);
  if (one.length > 0) more.push(choose(dice, one, isDeep));
  if ('if' in part) {
    const isSo = dice.chance(50);
    if (isSo) more.push(part['if'], ...('then' in part ? [part['then']] : []));
    else if ('else' in part) more.push(part['else']);
  }
  return more;
}

function choose(dice: Dice, options: readonly unknown[], isDeep: boolean): unknown {
  const shallow = isDeep
    ? options.filter((option) => !JSON.stringify(option).includes('Ref"') && !JSON.stringify(option).includes('$ref"'))
    : [];
  return dice.pick(shallow.length > 0 ? shallow : options);
}

/** Schemas that come with a field: where it is required they hold; elsewhere the field is there with them, or not at all. */
function dependents(dice: Dice, parts: readonly Keywords[], settled: Set<Keywords>, absent: Set<string>): unknown[] {
  const required = new Set(parts.flatMap((part) => list(part['required'])));
  const more: unknown[] = [];
  for (const part of parts) {
    if (settled.has(part)) continue;
    settled.add(part);
    for (const keyword of ['dependentSchemas', 'dependencies']) {
      for (const [field, schema] of Object.entries(record(part[keyword]))) {
        if (Array.isArray(schema)) continue;
        if (required.has(field) || dice.chance(50)) more.push(schema, { required: [field] });
        else absent.add(field);
      }
    }
  }
  return more;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function nonEmpty<Value>(values: readonly Value[], why: string): readonly Value[] {
  if (values.length === 0) throw new Contradiction(why);
  return values;
}

/** The largest of what several schemas say at least, or the smallest of what they say at most. */
export function strictest(parts: readonly Keywords[], keyword: string, which: 'max' | 'min'): number | undefined {
  const values = parts.map((part) => part[keyword]).filter((value) => typeof value === 'number');
  return values.length === 0 ? undefined : Math[which](...values);
}
