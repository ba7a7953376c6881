import { z } from 'zod';

/** What a field of a list holds: decides which comparisons make sense and how a text is read. */
export type ListFieldKind = 'text' | 'number' | 'time' | 'flag' | 'word' | 'id';

export interface ListField {
  readonly kind: ListFieldKind;
  /** The values a `word` may have, as answers spell them. */
  readonly words?: readonly string[];
  /** Whether `words` stand in ascending order, so that `priority_gte=HIGH` means something. */
  readonly isOrdered?: boolean;
  /** Whether lists may be sorted by it. */
  readonly isSortable?: boolean;
  readonly describe: string;
}

/** How a list can be narrowed and sorted: said once per noun, read by every surface and by its store. */
export interface Listing<Name extends string = string> {
  readonly noun: string;
  readonly fields: Readonly<Record<Name, ListField>>;
  /** The order when nobody asks for one. */
  readonly sort: { readonly field: NoInfer<Name>; readonly order: 'asc' | 'desc' };
}

export const listOperators = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'notIn', 'contains', 'startsWith', 'endsWith'] as const;
export type ListOperator = (typeof listOperators)[number];

/** Which comparisons a kind of field allows. */
export const operatorsOf: Readonly<Record<ListFieldKind, readonly ListOperator[]>> = {
  text: ['eq', 'ne', 'in', 'notIn', 'contains', 'startsWith', 'endsWith'],
  number: ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'notIn'],
  time: ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'],
  flag: ['eq', 'ne'],
  word: ['eq', 'ne', 'in', 'notIn'],
  id: ['eq', 'ne', 'in', 'notIn'],
};

export type ListValue = string | number | boolean;
/** By field, by comparison. Times are milliseconds since 1970 UTC. All must hold. */
export type ListFilter = Readonly<Record<string, Readonly<Partial<Record<ListOperator, ListValue | readonly ListValue[]>>>>>;

/** A page of a list, parsed. */
export interface ListRequest {
  readonly filter: ListFilter;
  readonly sort: { readonly field: string; readonly order: 'asc' | 'desc' };
  readonly limit: number;
  readonly offset: number;
  /** What an earlier page gave as `next`; wins over `offset`. */
  readonly after: string | null;
}

/** A page of a list, found. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  /** How many there are in all. */
  readonly total: number;
  /** False where counting stopped early: there are at least `total`. */
  readonly isTotalExact: boolean;
  /** Asks for the next page as `after`; null at the end. */
  readonly next: string | null;
}

export const mostListed = 100;
export const usuallyListed = 25;

/** A point in time as answers carry it: RFC 3339 in UTC, to the millisecond. */
export const Timestamp = z.string().meta({ format: 'date-time' });
export const isoTime = (ms: number): string => new Date(ms).toISOString();
export const isoTimeOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

/** A point in time as a caller may give it: RFC 3339, or milliseconds since 1970 UTC. Comes out as milliseconds. */
export const TimeInput = z
  .union([z.number().int().nonnegative(), z.string()])
  .transform((said, context) => {
    const ms = typeof said === 'number' ? said : /^\d{9,}$/.test(said) ? Number(said) : Date.parse(said);
    if (Number.isFinite(ms)) return ms;
    context.addIssue({
      code: 'custom',
      message: `is no point in time: ${JSON.stringify(said)}; write 2026-01-31T12:00:00Z or milliseconds since 1970`,
    });
    return z.NEVER;
  })
  .meta({ format: 'date-time' });

/** The input of a list operation. */
export function listInput<Name extends string>(listing: Listing<Name>) {
  const fields = Object.entries<ListField>(listing.fields);
  const filter = Object.fromEntries(fields.map(([name, field]) => [name, comparisonsOf(field).optional().describe(field.describe)]));
  const sortable = fields.filter(([, field]) => field.isSortable).map(([name]) => name) as [string, ...string[]];
  return z
    .object({
      filter: z.strictObject(filter).default({}),
      sort: z.object({ field: z.enum(sortable), order: z.enum(['asc', 'desc']).default('asc') }).default({ ...listing.sort }),
      limit: z.number().int().min(1).max(mostListed).default(usuallyListed).describe('Items on the page'),
      offset: z.number().int().min(0).default(0).describe('Items to pass over'),
      after: z.string().nullable().default(null).describe('What an earlier page gave as `next`; cheap however deep'),
    })
    .meta({ listing });
}

/** The output of a list operation. */
export function listOutput<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    total: z.number().int(),
    isTotalExact: z.boolean().describe('False where counting stopped early: there are at least `total`.'),
    next: z.string().nullable().describe('Asks for the next page as `after`; null at the end.'),
  });
}

function comparisonsOf(field: ListField): z.ZodType {
  const value = valueOf(field);
  const shape = Object.fromEntries(
    operatorsOf[field.kind].map((operator) => [
      operator,
      (operator === 'in' || operator === 'notIn' ? z.array(value).min(1).max(mostListed) : value).optional(),
    ]),
  );
  return z.strictObject(shape);
}

function valueOf(field: ListField): z.ZodType {
  switch (field.kind) {
    case 'number':
      return z.number();
    case 'time':
      return TimeInput;
    case 'flag':
      return z.boolean();
    case 'word':
      return z
        .string()
        .transform((text) => text.toUpperCase())
        .pipe(z.enum(field.words as [string, ...string[]]));
    case 'id':
    case 'text':
      return z.string().max(1_000);
  }
}

/** Words as interfaces spell them: stored in lower case, answered in capitals. */
export const upperWords = <const Words extends readonly string[]>(words: Words) =>
  words.map((word) => word.toUpperCase()) as { [At in keyof Words]: Uppercase<Words[At]> };
