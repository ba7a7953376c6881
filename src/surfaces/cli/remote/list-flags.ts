import { mostListed, parseDurationMs, usuallyListed, type ListField, type Listing } from '#kernel/index.ts';
import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { commandLineInvalid } from '../errors.ts';
import { kebab } from '../project.ts';

type Input = Readonly<Record<string, unknown>>;
type Comparisons = Readonly<Record<string, unknown>>;

/** One flag that narrows a list. */
interface FilterFlag {
  /** The field of the list it narrows by. */
  readonly field: string;
  readonly schema: z.ZodType;
  read(text: string, now: number, flag: string): Comparisons;
}

/** The flags of a list, by the name of the field they fill: `queuedAfter` for `--queued-after`. */
export function listFlags(listing: Listing): Record<string, z.ZodType> {
  const sortable = Object.entries(listing.fields).flatMap(([name, field]) => (field.isSortable ? [name] : []));
  const { field, order } = listing.sort;
  return {
    limit: z.number().int().optional().describe(`Items on the page, at most ${mostListed} (default: ${usuallyListed})`),
    offset: z.number().int().optional().describe('Items to pass over'),
    after: z.string().optional().describe('Where the page before it ended, as it said'),
    sort: z
      .string()
      .optional()
      .meta({
        description: `One of ${sortable.join(', ')}, with :asc or :desc (default: ${field}:${order})`,
        placeholder: 'field[:desc]',
      }),
    ...Object.fromEntries([...filterFlags(listing)].map(([name, flag]) => [name, flag.schema.optional()])),
  };
}

/** What was typed, as the input of the list operation. @throws COMMAND_LINE_INVALID */
export function listInputOf(listing: Listing, typed: Input, now: number): Input {
  const flags = filterFlags(listing);
  const filter: Record<string, Comparisons> = {};
  const others: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(typed)) {
    const flag = flags.get(name);
    if (flag === undefined) others[name] = name === 'sort' ? sortOf(listing, String(value)) : value;
    else filter[flag.field] = { ...filter[flag.field], ...flag.read(String(value), now, `--${kebab(name)}`) };
  }
  return Object.keys(filter).length === 0 ? others : { ...others, filter };
}

function filterFlags(listing: Listing): Map<string, FilterFlag> {
  return new Map(Object.entries(listing.fields).flatMap(([name, field]) => flagsOf(name, field)));
}

function flagsOf(field: string, { kind, words = [], describe }: ListField): [string, FilterFlag][] {
  const placeholder = kind === 'time' ? 'time' : kind === 'number' ? (field.endsWith('Ms') ? 'seconds' : 'number') : 'text';
  const text = (description: string) => z.string().meta({ description, placeholder });
  const one = (name: string, about: string, read: FilterFlag['read']): [string, FilterFlag] => [name, { field, schema: text(about), read }];
  switch (kind) {
    case 'word':
      return [one(field, `${describe}: ${words.map((word) => word.toLowerCase()).join(', ')}; several with commas`, wordReader(words))];
    case 'id':
      return [one(field, `${describe}; several with commas`, (said) => either(said.split(',')))];
    case 'text':
      return [
        one(field, `${describe}, exactly`, (said) => ({ eq: said })),
        one(`${field}Contains`, `${describe}: contains this`, (said) => ({ contains: said })),
      ];
    case 'flag':
      return [[field, { field, schema: z.enum(['true', 'false']).describe(describe), read: (said) => ({ eq: said === 'true' }) }]];
    case 'number': {
      const isDuration = field.endsWith('Ms');
      const stem = isDuration ? field.slice(0, -2) : field;
      const read = isDuration ? durationOf : numberOf;
      return [
        one(stem, describe, (said, _now, flag) => either(said.split(',').map((each) => read(each, flag)))),
        one(`${stem}Min`, `${describe}: at least`, (said, _now, flag) => ({ gte: read(said, flag) })),
        one(`${stem}Max`, `${describe}: at most`, (said, _now, flag) => ({ lte: read(said, flag) })),
      ];
    }
    case 'time': {
      const stem = field.replace(/At$/, '');
      const how = 'a time such as 2026-01-31T12:00:00Z, or 1h for one hour ago';
      return [
        one(`${stem}After`, `${describe}: after ${how}`, (said, now, flag) => ({ gte: pastTime(said, now, flag) })),
        one(`${stem}Before`, `${describe}: before ${how}`, (said, now, flag) => ({ lt: pastTime(said, now, flag) })),
      ];
    }
  }
}

const either = (values: readonly (string | number)[]): Comparisons => (values.length === 1 ? { eq: values[0] } : { in: values });

function wordReader(words: readonly string[]): FilterFlag['read'] {
  return (said, _now, flag) =>
    either(
      said.split(',').map((each) => {
        const word = each.trim().toUpperCase();
        if (words.includes(word)) return word;
        const near = closest(word, [...words]);
        const suggestion = distance(word, near) <= 2 ? ` Did you mean ${near.toLowerCase()}?` : '';
        throw wrong(
          `${flag} cannot be ${JSON.stringify(each)}; it is one of ${words.map((one) => one.toLowerCase()).join(', ')}.${suggestion}`,
        );
      }),
    );
}

function numberOf(said: string, flag: string): number {
  const number = Number(said);
  if (said.trim() === '' || !Number.isFinite(number)) throw wrong(`${flag} needs a number, not ${JSON.stringify(said)}`);
  return number;
}

/** Seconds, or with a unit. @returns milliseconds */
function durationOf(said: string, flag: string): number {
  const ms = parseDurationMs(said);
  if (ms === null) throw wrong(`${flag} needs a duration such as 30 (seconds), 500ms or 2m, not ${JSON.stringify(said)}`);
  return ms;
}

function sortOf(listing: Listing, said: string): { field: string; order: 'asc' | 'desc' } {
  const [field = '', order = 'asc', ...more] = said.split(':');
  const sortable = Object.keys(listing.fields).filter((name) => listing.fields[name]!.isSortable);
  // `--sort queued-at` is how flags spell it.
  const found = sortable.find((name) => name === field || kebab(name) === field);
  if (found === undefined) throw wrong(`--sort cannot be ${JSON.stringify(field)}; it is one of ${sortable.join(', ')}`);
  if ((order !== 'asc' && order !== 'desc') || more.length > 0)
    throw wrong(`--sort ${said}: the order is asc or desc, not ${JSON.stringify(order)}`);
  return { field: found, order };
}

/** A time as RFC 3339 or as a duration that ends now. @throws COMMAND_LINE_INVALID @returns milliseconds since 1970 UTC */
export function pastTime(said: string, now: number, flag: string): number {
  return timeOf(said, flag, (ms) => now - ms);
}

/** A time as RFC 3339 or as a duration that begins now, `10m` or `+10m`. @throws COMMAND_LINE_INVALID @returns milliseconds since 1970 UTC */
export function comingTime(said: string, now: number, flag: string): number {
  return timeOf(said.replace(/^\+/, ''), flag, (ms) => now + ms);
}

function timeOf(said: string, flag: string, fromDuration: (ms: number) => number): number {
  // A bare number is no duration here: 1769860800000 is a time, and 30 could be anything.
  if (/^\d{9,}$/.test(said)) return Number(said);
  const durationMs = /^[\d.]+$/.test(said) ? null : parseDurationMs(said);
  if (durationMs !== null) return fromDuration(durationMs);
  const time = /^\d{4}-/.test(said) ? Date.parse(said) : NaN;
  if (!Number.isNaN(time)) return time;
  throw wrong(`${flag} needs a time such as 2026-01-31T12:00:00Z, or 30s, 10m, 2h, 7d; not ${JSON.stringify(said)}`);
}

const wrong = (problem: string) => commandLineInvalid({ problem, command: 'ratchet', usage: 'ratchet <command> [flags]' });
