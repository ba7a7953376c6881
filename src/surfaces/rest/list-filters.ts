import { operatorsOf, parseDurationMs, type ListField, type Listing, type ListOperator } from '#kernel/index.ts';
import { readFlag, readNumber } from './field-reader.ts';
import { snakeCase } from './spelling.ts';

/** One name a list can be narrowed by. */
export interface FilterName {
  /** In snake case; camel case is the same. */
  readonly name: string;
  readonly field: string;
  readonly operator: ListOperator;
  readonly about: ListField;
  /** Whether it is the name to teach, of several that mean the same. */
  readonly isPrimary: boolean;
}

const suffixes: readonly (readonly [string, ListOperator])[] = [
  ['', 'eq'],
  ['_ne', 'ne'],
  ['_gt', 'gt'],
  ['_gte', 'gte'],
  ['_lt', 'lt'],
  ['_lte', 'lte'],
  ['_in', 'in'],
  ['_not_in', 'notIn'],
  ['_contains', 'contains'],
  ['_starts_with', 'startsWith'],
  ['_ends_with', 'endsWith'],
  ['_like', 'contains'],
  ['_exact', 'eq'],
  ['_eq', 'eq'],
];
const primary = 11;

/** What nouns were called before: a task's name was its label, and an id and a uuid are one wherever there is only one of them. */
const olderNames: Readonly<Record<string, string>> = { name: 'label', id: 'uuid', uuid: 'id' };

/** Every filter name of a list. Names of fields win over names made of others: `max_retries` is the field, not the most of `retries`. */
export function filterNames(listing: Listing): ReadonlyMap<string, FilterName> {
  const names = new Map<string, FilterName>();
  const fields = Object.entries<ListField>(listing.fields);
  const put = (name: string, field: string, operator: ListOperator, about: ListField, isPrimary: boolean) => {
    if (!names.has(name) && allows(about, operator)) names.set(name, { name, field, operator, about, isPrimary });
  };
  const putAll = (base: string, field: string, about: ListField, mayBePrimary: boolean) => {
    for (const [index, [suffix, operator]] of suffixes.entries()) {
      put(base + suffix, field, operator, about, mayBePrimary && index < primary && !isShownAsTime(about, operator));
    }
  };
  for (const [field, about] of fields) put(snakeCase(field), field, 'eq', about, true);
  for (const [field, about] of fields) putAll(snakeCase(field), field, about, true);
  for (const [field, about] of fields) {
    const base = snakeCase(field);
    const stem = base.replace(/_(?:at|for|on|ms|seconds)$/, '');
    const bases = new Set([stem, base]);
    if (about.kind === 'time') {
      for (const each of bases) {
        put(`${each}_after`, field, 'gt', about, each === stem);
        put(`${each}_before`, field, 'lt', about, each === stem);
      }
    }
    if (about.kind === 'number') {
      for (const each of bases) {
        put(`min_${each}`, field, 'gte', about, false);
        put(`max_${each}`, field, 'lte', about, false);
      }
    }
    if (stem !== base) putAll(stem, field, about, false);
    const older = olderNames[base];
    if (older !== undefined) putAll(older, field, about, false);
  }
  return names;
}

const comparisons: readonly ListOperator[] = ['gt', 'gte', 'lt', 'lte'];

/** Words in an order can be compared, although stores only know lists of them. */
function allows({ kind, isOrdered }: ListField, operator: ListOperator): boolean {
  return operatorsOf[kind].includes(operator) || (isOrdered === true && comparisons.includes(operator));
}

/** `queued_after` is taught instead of `queued_at_gt`. */
function isShownAsTime({ kind }: ListField, operator: ListOperator): boolean {
  return kind === 'time' && (operator === 'gt' || operator === 'lt');
}

/** What a query said for one filter, as the list operation takes it; or what is wrong with it. */
export type FilterReading = { readonly operator: ListOperator; readonly value: unknown } | { readonly problem: string };

export function readFilter({ field, operator, about }: FilterName, said: string | readonly string[]): FilterReading {
  const takesMany = operator === 'in' || operator === 'notIn';
  const splits = takesMany || about.kind === 'word' || about.kind === 'id';
  const texts = [said].flat().flatMap((text) => (splits ? text.split(',').map((part) => part.trim()) : [text]));
  const isText = about.kind === 'text';
  if (texts.length === 0 || (!isText && texts.includes(''))) return { problem: 'is empty' };
  const values: unknown[] = [];
  for (const text of texts) {
    const value = readValue(about, field, text);
    if (value === undefined)
      return { problem: `is no ${about.kind === 'flag' ? 'flag (true or false)' : about.kind}: ${JSON.stringify(text.slice(0, 100))}` };
    values.push(value);
  }
  if (takesMany) return { operator, value: values };
  if (about.kind === 'word' && comparisons.includes(operator)) return wordsBeside(about.words ?? [], operator, values as string[]);
  if (values.length === 1) return { operator, value: values[0] };
  const many = operator === 'eq' ? 'in' : operator === 'ne' ? 'notIn' : null;
  if (many === null || !operatorsOf[about.kind].includes(many)) return { problem: `is given ${values.length} times` };
  return { operator: many, value: values };
}

/** The words on one side of another, as a list. */
function wordsBeside(words: readonly string[], operator: ListOperator, said: readonly string[]): FilterReading {
  const at = words.indexOf((said[0] ?? '').toUpperCase());
  if (at === -1 || said.length !== 1) return { problem: `is none of ${words.join(', ')}` };
  const value = words.filter(
    (_, index) => (operator.startsWith('g') ? index > at : index < at) || (operator.endsWith('e') && index === at),
  );
  return value.length > 0
    ? { operator: 'in', value }
    : { problem: `leaves nothing: ${words[at]} is the ${operator === 'gt' ? 'last' : 'first'}` };
}

function readValue({ kind }: ListField, field: string, text: string): unknown {
  if (kind === 'number') return readNumber(text) ?? (field.endsWith('Ms') ? (parseDurationMs(text) ?? undefined) : undefined);
  if (kind === 'flag') return readFlag(text);
  // A plus that was not encoded arrives as a space, and belongs to the time zone.
  if (kind === 'time') return text.replace(/(T.*) (\d\d:?\d\d)$/, '$1+$2');
  return text;
}
