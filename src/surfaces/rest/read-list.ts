import { closest, distance } from 'fastest-levenshtein';
import { inputRejected, mostListed, type ListField, type Listing, type Problem, type RatchetError } from '#kernel/index.ts';
import type { z } from 'zod';
import { filterUnknown, paginationInvalid, sortUnknown } from './errors.ts';
import { filterNames, readFilter } from './list-filters.ts';
import { fieldsOf, jsonSchemaOf } from './json-schema.ts';
import type { RestRoute } from './projection.ts';
import { createInputReader, type RequestParts } from './read-input.ts';
import { pageFields, readPage, type WantedPage } from './read-page.ts';
import { snakeCase } from './spelling.ts';

/** The listing that an input schema was made of; null where the operation is no list. */
export function listingOf(input: z.ZodType): Listing | null {
  return (input.meta()?.['listing'] as Listing | undefined) ?? null;
}

export interface ListReading {
  readonly input: Record<string, unknown>;
  readonly page: WantedPage;
  /** The error of a call, with fields named as the query named them. */
  readonly renamed: (error: RatchetError) => RatchetError;
}

export interface ListReader {
  read(parts: RequestParts): ListReading;
}

const sortFields = ['_sort', '_order', 'sort', 'order'];
/** What the input of a list has of its own; anything else in it is a plain field, such as an id in the path. */
const listFields = new Set(['filter', 'sort', 'limit', 'offset', 'after']);

/** The codec of lists: pages, order and filters in every spelling, as the input of a list operation. */
export function createListReader(
  name: string,
  input: z.ZodType,
  listing: Listing,
  route: Pick<RestRoute, 'aliases' | 'params'>,
): ListReader {
  const filters = filterNames(listing);
  const others = createInputReader(name, input, route);
  let otherFields: ReadonlyMap<string, string> | null = null;
  const sortable = Object.entries<ListField>(listing.fields).filter(([, { isSortable }]) => isSortable === true);
  const sortBy = new Map(sortable.map(([field]) => [snakeCase(field), field]));
  const suggested = [...filters.keys()];

  return {
    read({ params, query }) {
      const read = readPage(query);
      const filter: Record<string, Record<string, unknown>> = {};
      const saidBy = new Map<string, string>();
      const problems: Problem[] = [];
      const plain: Record<string, string | string[]> = {};
      const ofItsOwn = (otherFields ??= fieldsBesideTheList(input));
      for (const said in query) {
        if ((pageFields as readonly string[]).includes(said) || sortFields.includes(said)) continue;
        const spelled = snakeCase(said);
        if (ofItsOwn.has(spelled)) {
          plain[said] = query[said]!;
          continue;
        }
        const known = filters.get(spelled);
        if (known === undefined)
          throw filterUnknown({ filter: said.slice(0, 100), noun: listing.noun, nearest: nearestOf(spelled, suggested) });
        const reading = readFilter(known, query[said]!);
        if ('problem' in reading) problems.push({ path: said, message: reading.problem });
        else {
          const comparisons = (filter[known.field] ??= {});
          const before = comparisons[reading.operator];
          // Two lists must both hold, which is what they have in common.
          comparisons[reading.operator] =
            Array.isArray(before) && Array.isArray(reading.value) && reading.operator === 'in'
              ? before.filter((value) => (reading.value as unknown[]).includes(value))
              : reading.value;
          saidBy.set(`filter.${known.field}.${reading.operator}`, said);
        }
      }
      if (problems.length > 0) throw inputRejected({ operation: name, problems });
      const page = pageFields.some((field) => query[field] !== undefined) ? read : wideEnough(read, filter);
      const sort = readSort(query, listing.noun, sortBy);
      return {
        page,
        input: {
          ...others.read({ params, query: plain, body: undefined }),
          filter,
          limit: page.limit,
          offset: page.offset,
          after: page.after,
          ...(sort === null ? {} : { sort }),
        },
        renamed(error) {
          if (!inputRejected.is(error)) return error;
          const renamedProblems = error.data.problems.map((problem) => ({
            ...problem,
            path: saidBy.get(problem.path.split('.').slice(0, 3).join('.')) ?? problem.path,
          }));
          return inputRejected({ operation: name, problems: renamedProblems }, error);
        },
      };
    },
  };
}

/** By their name in snake case. */
function fieldsBesideTheList(input: z.ZodType): ReadonlyMap<string, string> {
  const fields = Object.keys(fieldsOf(jsonSchemaOf(input, 'input')));
  return new Map(fields.filter((field) => !listFields.has(field)).map((field) => [snakeCase(field), field]));
}

/** Who names things by their ids and no page wants each of them: what was left out would pass for gone. */
function wideEnough(page: WantedPage, filter: Readonly<Record<string, Readonly<Record<string, unknown>>>>): WantedPage {
  const named = ['id', 'uuid'].map((field) => filter[field]?.['in']).filter((ids) => Array.isArray(ids));
  const most = Math.max(page.limit, ...named.map((ids) => ids.length));
  return { ...page, limit: Math.min(most, mostListed) };
}

/** `_sort=field&_order=DESC`, `sort=field&order=desc`, `sort=-field`. @throws SORT_UNKNOWN */
function readSort(
  query: RequestParts['query'],
  noun: string,
  sortBy: ReadonlyMap<string, string>,
): { field: string; order: 'asc' | 'desc' } | null {
  const said = query['_sort'] ?? query['sort'];
  const order = query['_order'] ?? query['order'];
  const said1 = typeof said === 'string' ? said : said?.join(',');
  if (said1 === undefined || said1 === '') return null;
  const descends = said1.startsWith('-');
  const wanted = said1.replace(/^[-+]/, '');
  const field = sortBy.get(snakeCase(wanted));
  if (field === undefined) throw sortUnknown({ field: wanted.slice(0, 100), noun, sortable: [...sortBy.values()] });
  if (order === undefined || order === '') return { field, order: descends ? 'desc' : 'asc' };
  const word = String(order).toLowerCase();
  if (word !== 'asc' && word !== 'desc')
    throw paginationInvalid({ problem: `_order must be ASC or DESC, not ${JSON.stringify(String(order).slice(0, 40))}` });
  return { field, order: word };
}

function nearestOf(said: string, names: readonly string[]): string | null {
  const wanted = said.slice(0, 100);
  if (names.length === 0) return null;
  const found = closest(wanted, names);
  return distance(wanted, found) <= Math.max(2, Math.floor(found.length / 3)) ? found : null;
}
