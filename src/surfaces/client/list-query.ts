import type { ListOperator } from '#kernel/index.ts';
import { isRecord } from './error-from-body.ts';

/** How comparisons are spelled in a query. */
const suffixes: Readonly<Record<ListOperator, string>> = {
  eq: '',
  ne: '_ne',
  gt: '_gt',
  gte: '_gte',
  lt: '_lt',
  lte: '_lte',
  in: '_in',
  notIn: '_not_in',
  contains: '_contains',
  startsWith: '_starts_with',
  endsWith: '_ends_with',
};

const defaultLimit = 25;

/** The query of a list: `_start`, `_end` (or `after`, `limit`), `_sort`, `_order`, and `<field>_<comparison>` for each filter. */
export function listQuery(input: Readonly<Record<string, unknown>>): URLSearchParams {
  const query = new URLSearchParams();
  const { filter, sort, limit, offset, after, ...others } = input;
  if (typeof after === 'string') {
    query.set('after', after);
    if (limit !== undefined) query.set('limit', textOf(limit));
  } else if (limit !== undefined || offset !== undefined) {
    const start = Number(offset ?? 0);
    query.set('_start', String(start));
    query.set('_end', String(start + Number(limit ?? defaultLimit)));
  }
  if (isRecord(sort)) {
    query.set('_sort', textOf(sort['field']));
    query.set('_order', textOf(sort['order'] ?? 'asc').toUpperCase());
  }
  for (const [field, said] of Object.entries(isRecord(filter) ? filter : {})) {
    for (const [operator, value] of Object.entries(comparisonsOf(said))) {
      if (value !== undefined) addFilter(query, field, operator as ListOperator, value);
    }
  }
  addTo(query, others);
  return query;
}

/** A bare value is what the field has to be, several are those of which it has to be one. */
function comparisonsOf(said: unknown): Readonly<Record<string, unknown>> {
  if (Array.isArray(said)) return { in: said };
  return isRecord(said) && !(said instanceof Date) ? said : { eq: said };
}

/** Several values go as `a,b`, or, where one of them has a comma, under a name that is given several times. */
function addFilter(query: URLSearchParams, field: string, operator: ListOperator, value: unknown): void {
  const suffix = suffixes[operator] ?? `_${operator}`;
  if (!Array.isArray(value)) return query.set(field + suffix, textOf(value));
  const texts = value.map(textOf);
  if (!texts.some((text) => text.includes(','))) return query.set(field + suffix, texts.join(','));
  for (const text of texts) query.append(operator === 'in' ? field : `${field}_ne`, text);
}

/** Plain fields of a query; what is no text, number or flag goes as JSON. */
export function addTo(query: URLSearchParams, fields: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(fields)) if (value !== undefined && value !== null) query.set(name, textOf(value));
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
