import { inputRejected, mostListed } from '#kernel/index.ts';
import { z } from 'zod';
import type { ToolContext } from '../offer.ts';

/** More rows than this are not looked through for one answer. */
const mostScanned = 1_000;

/** Arguments of every list: pages are counted from 0. */
export const pageArguments = {
  page: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(1_000).default(50),
};

export const SortOrder = z.enum(['asc', 'desc']);

/** What every list says about where its page stands. */
export const pageFields = {
  pagination: z.object({
    page: z.number().int(),
    limit: z.number().int(),
    total_count: z.number().int(),
    total_is_exact: z.boolean().describe('False: there are at least total_count'),
    total_pages: z.number().int(),
    has_next: z.boolean(),
    has_previous: z.boolean(),
    next_page: z.number().int().nullable(),
    previous_page: z.number().int().nullable(),
  }),
  sorting: z.object({ sort_by: z.string(), sort_order: SortOrder }),
  filters: z.record(z.string(), z.unknown()),
};

/** Some rows of a list, as operations give them. */
interface Window<Item> {
  readonly items: readonly Item[];
  readonly total: number;
  readonly isTotalExact: boolean;
}

export interface Wanted<Item> {
  readonly tool: string;
  readonly page: number;
  readonly limit: number;
  /** Asks for at most 100 rows. */
  readonly fetch: (offset: number, limit: number) => Promise<Window<Item>>;
  /** The task a row is about, where clients may see some tasks and not others. */
  readonly taskOf?: (item: Item) => string;
  /** What the operation cannot narrow by. */
  readonly keep?: (item: Item) => boolean;
  /** How rows are compared where the operation cannot sort by that. */
  readonly compare?: ((a: Item, b: Item) => number) | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly pagination: z.output<typeof pageFields.pagination>;
}

/**
 * A page as the tools count them. Where rows are left out or sorted here, up to 1,000 of them are looked through.
 * @throws REQUEST_INVALID for a page that does not exist, and where there are too many rows to be sorted here
 */
export async function pageOf<Item>(wanted: Wanted<Item>, { maySee }: Pick<ToolContext, 'maySee'>): Promise<Page<Item>> {
  const { tool, page, limit, taskOf, keep, compare } = wanted;
  // Whoever may see a task without a name may see them all.
  const hides = taskOf !== undefined && !maySee('');
  const offset = page * limit;
  const isWhole = !hides && keep === undefined && compare === undefined;
  const found = isWhole ? await rows(wanted, offset, limit) : await rows(wanted, 0, mostScanned);
  if (compare !== undefined && found.total > mostScanned) {
    throw refused(
      tool,
      'sort_by',
      `there are ${found.total} rows and only ${mostScanned} can be sorted this way: narrow them with a filter`,
    );
  }
  const kept = found.items.filter((item) => (!hides || maySee(taskOf(item))) && (keep === undefined || keep(item)));
  const sorted = compare === undefined ? kept : kept.toSorted(compare);
  const total = isWhole ? found.total : kept.length;
  const isTotalExact = found.isTotalExact && (isWhole || found.total <= mostScanned);
  const pages = Math.ceil(total / limit);
  if (page > 0 && page >= pages) {
    throw refused(
      tool,
      'page',
      pages === 0 ? `${page} does not exist: nothing was found` : `${page} does not exist: pages go from 0 to ${pages - 1}`,
    );
  }
  return {
    items: isWhole ? sorted : sorted.slice(offset, offset + limit),
    pagination: {
      page,
      limit,
      total_count: total,
      total_is_exact: isTotalExact,
      total_pages: pages,
      has_next: page + 1 < pages,
      has_previous: page > 0,
      next_page: page + 1 < pages ? page + 1 : null,
      previous_page: page > 0 ? page - 1 : null,
    },
  };
}

async function rows<Item>({ fetch }: Wanted<Item>, from: number, most: number): Promise<Window<Item>> {
  const items: Item[] = [];
  // What the client may not see is missing from windows, so rows are counted by what was asked for.
  for (let read = 0; ;) {
    const asked = Math.min(mostListed, most - read);
    const window = await fetch(from + read, asked);
    items.push(...window.items);
    read += asked;
    const isLast = window.isTotalExact ? from + read >= window.total : window.items.length < asked;
    if (isLast || read >= most) return { items, total: window.total, isTotalExact: window.isTotalExact };
  }
}

const refused = (operation: string, path: string, message: string) => inputRejected({ operation, problems: [{ path, message }] });
