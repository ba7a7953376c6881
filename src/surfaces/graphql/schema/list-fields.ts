import { inputRejected, mostListed, type ListField, type Listing, type ListOperator, type ListPage } from '#kernel/index.ts';
import { filterNames } from '#surfaces/rest/index.ts';
import { GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, type GraphQLInputType } from 'graphql';
import type { GraphqlContext, Thing } from './context.ts';
import type { Enums } from './enums.ts';
import { camelCase, pascalCase } from './names.ts';
import { scalars } from './scalars.ts';
import { always, listOf } from './wrap.ts';

/** Items of a page when nobody says how many. */
export const usualLimit = 50;

const direction = new GraphQLEnumType({
  name: 'SortDirection',
  description: 'Which end comes first.',
  values: { ASC: { value: 'asc', description: 'The least first.' }, DESC: { value: 'desc', description: 'The greatest first.' } },
});
direction.coerceInputLiteral = (node) => wordOf('value' in node ? node.value : null);
direction.coerceInputValue = wordOf;

function wordOf(said: unknown): unknown {
  const found = typeof said === 'string' ? direction.getValue(said.toUpperCase()) : null;
  if (!found) throw new TypeError('is neither ASC nor DESC');
  return found.value;
}

export const SortInput = new GraphQLInputObjectType({
  name: 'SortInput',
  description: 'The order of a list.',
  fields: {
    field: { type: always(scalars.text), description: 'A field that the list can be sorted by.' },
    direction: { type: direction, description: 'Unless said: ASC.' },
  },
});

export const PaginationInput = new GraphQLInputObjectType({
  name: 'PaginationInput',
  description: 'Which page of a list is wanted.',
  fields: {
    page: { type: scalars.int, description: 'From 1.' },
    limit: { type: scalars.int, description: `Items on the page, at most ${mostListed}.` },
    offset: { type: scalars.int, description: 'Items to pass over, in place of a page.' },
  },
});

export const PaginationMeta = new GraphQLObjectType<Thing, GraphqlContext>({
  name: 'PaginationMeta',
  description: 'Where a page stands in its list.',
  fields: {
    page: { type: scalars.int, description: 'From 1; null where the page was asked for by `after`.' },
    limit: { type: always(scalars.int), description: 'Items a page may have.' },
    total: { type: always(scalars.int), description: 'How many there are in all.' },
    totalPages: { type: always(scalars.int), description: 'Pages of this size.' },
    hasNext: { type: always(scalars.flag), description: 'Whether a further page has something.' },
    hasPrevious: { type: always(scalars.flag), description: 'Whether there is something before this page.' },
    offset: { type: scalars.int, description: 'Items before this page; null where the page was asked for by `after`.' },
    next: { type: scalars.text, description: 'Asks for the next page as `after`; null at the end.' },
    isTotalExact: { type: always(scalars.flag), description: 'False where counting stopped early: there are at least `total`.' },
  },
});

/** Which page is meant by the arguments of a list. */
export function pageOf(args: Thing): { limit: number; offset: number; after: string | null } {
  const pagination = (args['pagination'] ?? {}) as Partial<Record<'page' | 'limit' | 'offset', number | null>>;
  const limit = (args['limit'] as number | null | undefined) ?? pagination.limit ?? usualLimit;
  const page = pagination.page ?? null;
  if (page !== null && page < 1) throw pageRefused('page', 'pages are counted from 1');
  const offset = (args['offset'] as number | null | undefined) ?? pagination.offset ?? (page === null ? 0 : (page - 1) * limit);
  return { limit, offset, after: (args['after'] as string | null | undefined) ?? null };
}

const pageRefused = (path: string, message: string) => inputRejected({ operation: 'the page of a list', problems: [{ path, message }] });

/** A page as the contract has it. */
export function listAnswer(found: ListPage<unknown>, { limit, offset, after }: ReturnType<typeof pageOf>): Thing {
  const { items, total, isTotalExact, next } = found;
  const isCursor = after !== null;
  const meta = {
    page: isCursor ? null : Math.floor(offset / limit) + 1,
    limit,
    total,
    totalPages: Math.ceil(total / limit),
    hasNext: next !== null || (!isCursor && offset + items.length < total),
    hasPrevious: isCursor || offset > 0,
    offset: isCursor ? null : offset,
    next,
    isTotalExact,
  };
  return { items, meta };
}

interface Filter {
  readonly field: string;
  readonly operator: ListOperator;
  readonly about: ListField;
}

export interface ListFilters {
  readonly type: GraphQLInputObjectType;
  /** The filter of a list operation, of what was said. @throws REQUEST_INVALID where two names say different things of one */
  read(said: unknown): Record<string, Record<string, unknown>>;
}

/** The filters of a list, named by the same rule as those of REST, and by the ends the contract knows: `statusNot`, `durationMinMs`, `nameExact`. */
export function listFilters(listing: Listing, type: string, enums: Enums): ListFilters {
  const filters = new Map<string, Filter>();
  const put = (name: string, filter: Filter) => {
    if (!filters.has(name)) filters.set(name, filter);
  };
  for (const { name, field, operator, about, isPrimary } of filterNames(listing).values()) {
    if (isPrimary && !name.endsWith('_ne')) put(camelCase(name), { field, operator, about });
  }
  for (const [field, about] of Object.entries<ListField>(listing.fields)) {
    const end = (word: string) => (field.endsWith('Ms') ? `${field.slice(0, -2)}${word}Ms` : field + word);
    if (about.kind === 'text') put(`${field}Exact`, { field, operator: 'eq', about });
    if (about.kind !== 'time' && about.kind !== 'flag') put(`${field}Not`, { field, operator: 'notIn', about });
    if (about.kind === 'number' || about.isOrdered) {
      put(end('Min'), { field, operator: 'gte', about });
      put(end('Max'), { field, operator: 'lte', about });
    }
  }
  const typeOf = ({ field, operator, about }: Filter): GraphQLInputType => {
    const one = valueType(field, about, type, enums);
    return operator === 'in' || operator === 'notIn' ? listOf(one) : one;
  };
  return {
    type: new GraphQLInputObjectType({
      name: `${type}FiltersInput`,
      description: `What a list of ${listing.noun} can be narrowed by; all that is said must hold.`,
      fields: Object.fromEntries(
        [...filters].map(([name, filter]) => [
          name,
          { type: typeOf(filter), description: `${filter.about.describe}: ${meanings[filter.operator]}.` },
        ]),
      ),
    }),
    read(said) {
      const read: Record<string, Record<string, unknown>> = {};
      for (const [name, value] of Object.entries((said ?? {}) as Thing)) {
        const filter = filters.get(name);
        if (filter === undefined || value === null || value === undefined) continue;
        const [operator, wanted] = inOrder(filter, value);
        const comparisons = (read[filter.field] ??= {});
        const before = comparisons[operator];
        // Two lists must both hold, which is what they have in common.
        if (operator === 'in' && Array.isArray(before) && Array.isArray(wanted)) {
          comparisons[operator] = before.filter((one) => wanted.includes(one));
          continue;
        }
        if (Object.hasOwn(comparisons, operator))
          throw inputRejected({
            operation: `the list of ${listing.noun}`,
            problems: [{ path: `filters.${name}`, message: 'says of the same what another filter says' }],
          });
        comparisons[operator] = wanted;
      }
      return read;
    },
  };
}

const meanings: Readonly<Record<ListOperator, string>> = {
  eq: 'is this',
  ne: 'is not this',
  gt: 'after this',
  gte: 'at least this',
  lt: 'before this',
  lte: 'at most this',
  in: 'is one of these',
  notIn: 'is none of these',
  contains: 'contains this, in any case',
  startsWith: 'starts with this',
  endsWith: 'ends with this',
};

/** Words in an order can be compared, although stores only know lists of them. */
function inOrder({ operator, about }: Filter, value: unknown): readonly [ListOperator, unknown] {
  if (about.kind !== 'word' || (operator !== 'gte' && operator !== 'lte' && operator !== 'gt' && operator !== 'lt'))
    return [operator, value];
  const words = about.words ?? [];
  const at = words.indexOf(String(value));
  const wanted = words.filter(
    (_, index) => (operator.startsWith('g') ? index > at : index < at) || (operator.endsWith('e') && index === at),
  );
  return ['in', wanted];
}

function valueType(field: string, about: ListField, type: string, enums: Enums): GraphQLInputType {
  switch (about.kind) {
    case 'id':
      return scalars.id;
    case 'text':
      return scalars.text;
    case 'number':
      return scalars.float;
    case 'flag':
      return scalars.flag;
    case 'time':
      return scalars.DateTime;
    case 'word':
      return enums.of(about.words ?? [], [type + pascalCase(field)], `${about.describe}.`) ?? scalars.text;
  }
}
