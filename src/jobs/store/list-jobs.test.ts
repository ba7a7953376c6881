import { expect, it } from 'vitest';
import { fillWithJobs, firstPages, sortsAll, plansOf } from '../../testing/list-plans.ts';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import { jobListing } from '../job-listing.ts';
import type { JobRow } from '../job-store.ts';
import { listJobs } from './list-jobs.ts';

await describeOnBoth('the first page of a list of jobs', (open) => {
  it('is read from an index in order, by whatever it can be sorted', async () => {
    const database = await open();
    await fillWithJobs(database, 20_000);
    const requests = [
      ...firstPages(jobListing.fields, []),
      ...firstPages({ id: jobListing.fields.id, completedAt: jobListing.fields.completedAt }, ['COMPLETED', 'FAILED', 'QUEUED']),
    ];
    expect(new Set(requests.map(({ sort }) => sort.field))).toEqual(new Set(['id', 'queuedAt', 'completedAt']));
    for (const request of requests) {
      const plans = await plansOf(database, ({ read }) => listJobs(read, request, 0));
      expect(plans).not.toEqual([]);
      expect({ request, sorting: plans.filter(sortsAll) }).toEqual({ request, sorting: [] });
    }
  });

  it('by the end has those that have not ended first, or last, and goes on page by page without a gap', async () => {
    const database = await open();
    await fillWithJobs(database, 200);
    for (const order of ['asc', 'desc'] as const) {
      const sort = { field: 'completedAt', order };
      const seen: JobRow[] = [];
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof listJobs>> = await listJobs(
          database.read,
          { filter: {}, sort, limit: 30, offset: 0, after },
          0,
        );
        seen.push(...page.items);
        after = page.next;
      } while (after !== null);
      const sign = order === 'asc' ? 1 : -1;
      const expected = seen.toSorted((a, b) => sign * ((a.completedAt ?? -1) - (b.completedAt ?? -1) || a.id - b.id));
      expect(seen.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      expect(new Set(seen.map(({ id }) => id)).size).toBe(200);
      const { items } = await listJobs(database.read, { filter: {}, sort, limit: 30, offset: 45, after: null }, 0);
      expect(items.map(({ id }) => id)).toEqual(expected.slice(45, 75).map(({ id }) => id));
      const some = { status: { in: ['FAILED', 'QUEUED'] } };
      const { items: few } = await listJobs(database.read, { filter: some, sort, limit: 100, offset: 0, after: null }, 0);
      expect(few.map(({ id }) => id)).toEqual(
        expected.filter(({ status }) => status === 'failed' || status === 'queued').map(({ id }) => id),
      );
    }
  });
});
