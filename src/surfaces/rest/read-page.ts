import { mostListed, usuallyListed } from '#kernel/index.ts';
import { paginationInvalid } from './errors.ts';

type Query = Readonly<Record<string, string | readonly string[]>>;

/** Which page of a list is wanted, and how it was asked for (so that links to others ask the same way). */
export interface WantedPage {
  readonly style: 'range' | 'page' | 'cursor';
  readonly limit: number;
  readonly offset: number;
  readonly after: string | null;
}

export const pageFields = ['_start', '_end', 'page', 'limit', 'offset', 'after'] as const;

/**
 * Reads `_start` and `_end` (which win), `after`, `page` and `limit`, `offset` and `limit`.
 * @throws PAGINATION_INVALID
 */
export function readPage(query: Query): WantedPage {
  if (query['_start'] !== undefined || query['_end'] !== undefined) {
    const start = count(query, '_start', 0) ?? 0;
    const end = count(query, '_end', 0) ?? start + (limitOf(query) ?? usuallyListed);
    if (start >= end) throw paginationInvalid({ problem: '_start must be less than _end' });
    if (end - start > mostListed) throw paginationInvalid({ problem: `maximum limit is ${mostListed}` });
    return { style: 'range', limit: end - start, offset: start, after: null };
  }
  const limit = limitOf(query) ?? usuallyListed;
  const { after } = query;
  if (after !== undefined) {
    if (typeof after !== 'string' || after === '') throw paginationInvalid({ problem: 'after must be what an earlier page gave as next' });
    return { style: 'cursor', limit, offset: 0, after };
  }
  const page = count(query, 'page', 1);
  const offset = count(query, 'offset', 0);
  const start = page === null ? (offset ?? 0) : (page - 1) * limit;
  if (!Number.isSafeInteger(start)) throw paginationInvalid({ problem: 'page is too large' });
  return { style: page === null && offset !== null ? 'range' : 'page', limit, offset: start, after: null };
}

function limitOf(query: Query): number | null {
  const limit = count(query, 'limit', 1);
  if (limit !== null && limit > mostListed) throw paginationInvalid({ problem: `maximum limit is ${mostListed}` });
  return limit;
}

/** A whole number of a query; null where there is none. */
function count(query: Query, name: string, least: number): number | null {
  const said = query[name];
  if (said === undefined) return null;
  if (typeof said !== 'string') throw paginationInvalid({ problem: `${name} is given ${said.length} times` });
  const number = /^\d{1,16}$/.test(said) ? Number(said) : Number.NaN;
  if (!Number.isSafeInteger(number) || number < least) {
    throw paginationInvalid({ problem: `${name} must be a whole number of at least ${least}, not ${JSON.stringify(said.slice(0, 40))}` });
  }
  return number;
}
