import { notARatchetServer } from './errors.ts';

interface Page {
  readonly items: readonly unknown[];
  readonly next: string | null;
}

/** What the method that goes through a whole list is called: `list` has `each`, `slots` has `eachSlots`. */
export function eachOf(verb: string): string {
  return verb === 'list' ? 'each' : `each${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
}

/** As many as a page can have: nobody looks at the pages. */
const usualLimit = 100;

/**
 * Every item of a list, page after page as they are asked for. Goes by cursor, so nothing is told twice or left out because of what is
 * added or removed meanwhile before the place where it stands.
 * @param page asks for one page @param url names the server in errors
 */
export async function* eachItem(
  page: (input: Readonly<Record<string, unknown>>) => Promise<unknown>,
  input: Readonly<Record<string, unknown>>,
  url: string,
): AsyncGenerator<unknown, void, undefined> {
  const { offset: _first, ...rest } = input;
  let asked: Readonly<Record<string, unknown>> = { limit: usualLimit, ...input };
  for (;;) {
    const { items, next } = (await page(asked)) as Page;
    yield* items;
    if (next === null) return;
    if (next === asked['after']) throw notARatchetServer({ url, problem: 'a page of its list leads to itself' });
    asked = { limit: usualLimit, ...rest, after: next };
  }
}
