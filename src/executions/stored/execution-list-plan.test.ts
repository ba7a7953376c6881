import { expect, it } from 'vitest';
import { fillWithJobs, firstPages, sortsAll, plansOf } from '../../testing/list-plans.ts';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import { executionListing } from './execution-listing.ts';
import { createExecutionStore } from './execution-store.ts';

await describeOnBoth('the first page of a list of executions', (open) => {
  it('is read from an index in order, by whatever it can be sorted', async () => {
    const database = await open();
    await fillWithJobs(database, 20_000);
    const { id, completedAt } = executionListing.fields;
    const requests = [...firstPages(executionListing.fields, []), ...firstPages({ id, completedAt }, ['COMPLETED', 'FAILED', 'PENDING'])];
    expect(new Set(requests.map(({ sort }) => sort.field))).toEqual(new Set(['id', 'queuedAt', 'completedAt']));
    for (const request of requests) {
      const plans = await plansOf(database, (watched) => createExecutionStore(watched).list(request));
      expect(plans).not.toEqual([]);
      expect({ request, sorting: plans.filter(sortsAll) }).toEqual({ request, sorting: [] });
    }
  });
});
