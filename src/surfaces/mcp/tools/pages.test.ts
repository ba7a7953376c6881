import { describe, expect, it } from 'vitest';
import { pageOf, type Wanted } from './pages.ts';

interface Row {
  readonly number: number;
  readonly task: string;
}

/** As the operations do it: what the client may not see is missing from a window, and still counted. */
function wanted(
  count: number,
  more: Partial<Wanted<Row>> = {},
  isVisible: (task: string) => boolean = () => true,
): Wanted<Row> & { asked: number[] } {
  const rows = Array.from({ length: count }, (_, number) => ({ number, task: number % 3 === 0 ? 'mine' : 'theirs' }));
  const asked: number[] = [];
  return {
    tool: 'ratchet_example',
    page: 0,
    limit: 10,
    taskOf: ({ task }) => task,
    async fetch(offset, limit) {
      asked.push(limit);
      return { items: rows.slice(offset, offset + limit).filter(({ task }) => isVisible(task)), total: count, isTotalExact: true };
    },
    asked,
    ...more,
  };
}
const all = { maySee: () => true };
const mine = { maySee: (task: string) => task === 'mine' };
const numbers = async (page: ReturnType<typeof pageOf<Row>>) => (await page).items.map(({ number }) => number);

describe('pages of a list', () => {
  it('count from 0 and say what is before and behind', async () => {
    expect((await pageOf(wanted(25, { page: 2 }), all)).pagination).toEqual({
      page: 2,
      limit: 10,
      total_count: 25,
      total_is_exact: true,
      total_pages: 3,
      has_next: false,
      has_previous: true,
      next_page: null,
      previous_page: 1,
    });
    expect(await numbers(pageOf(wanted(25, { page: 2 }), all))).toEqual([20, 21, 22, 23, 24]);
    expect((await pageOf(wanted(0), all)).pagination).toMatchObject({ total_count: 0, total_pages: 0, has_next: false });
  });

  it('may be larger than what operations give at once', async () => {
    const list = wanted(350, { limit: 300 });
    expect(await numbers(pageOf(list, all))).toHaveLength(300);
    expect(list.asked).toEqual([100, 100, 100]);
  });

  it('that do not exist are refused', async () => {
    await expect(pageOf(wanted(25, { page: 3 }), all)).rejects.toThrow('pages go from 0 to 2');
    await expect(pageOf(wanted(0, { page: 1 }), all)).rejects.toThrow('nothing was found');
  });

  it('hold only what the client may see, are full of it, and count nothing else', async () => {
    const page = await pageOf(wanted(60, { page: 1, limit: 15 }, mine.maySee), mine);
    expect(page.items.map(({ number }) => number)).toEqual([45, 48, 51, 54, 57]);
    expect(page.pagination).toMatchObject({ total_count: 20, total_pages: 2 });
  });

  it('are sorted here only where all rows can be looked at', async () => {
    const compare = (a: Row, b: Row) => b.number - a.number;
    expect(await numbers(pageOf(wanted(250, { compare, limit: 3 }), all))).toEqual([249, 248, 247]);
    await expect(pageOf(wanted(1_001, { compare }), all)).rejects.toThrow('only 1000 can be sorted this way');
  });
});
