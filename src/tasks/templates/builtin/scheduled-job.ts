import { hostLine, objectOf, text, url, type TaskTemplate } from '../template.ts';

const code = `// A job that runs by a schedule: works through what is due and tells somebody when something failed.
const jobName = {{job_name}};
const schedule = {{schedule}};
const alertWebhook = {{alert_webhook}};

async function workOn(item) {
  // Put the work here. What it throws is counted as a failure of this item, and the others go on.
  if (item.fail === true) throw new DataError('the item asks to fail');
  return item.id;
}

(async function ({ items = [], dryRun = false }) {
  const startedAt = new Date().toISOString();
  const failures = [];
  let processed = 0;
  for (const [index, item] of items.entries()) {
    try {
      if (!dryRun) await workOn(item);
      processed += 1;
    } catch (error) {
      failures.push({ index, message: error.message });
    }
    reportProgress({ progress: (index + 1) / items.length, step: jobName });
  }
  if (failures.length > 0 && alertWebhook !== null) {
    const body = JSON.stringify({ job: jobName, failures: failures.length });
    await fetch(alertWebhook, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  }
  return { job: jobName, schedule, startedAt, processed, failures };
});
`;

export const scheduledJob: TaskTemplate = {
  name: 'scheduled_job',
  category: 'automation',
  description: 'A job for a schedule: works through items, counts what failed, and tells an address of it.',
  tags: ['schedule', 'automation'],
  parameters: [
    text('job_name', 'What the job is called in its answers', { isRequired: true }),
    text('schedule', 'The cron line it is meant for, as a note; `ratchet schedule create` sets it', { usual: '0 * * * *' }),
    url('alert_webhook', 'Where failures are told; nowhere unless given'),
  ],
  code,
  inputSchema: objectOf({ items: { type: 'array', items: { type: 'object' } }, dryRun: { type: 'boolean' } }, []),
  outputSchema: objectOf(
    {
      job: { type: 'string' },
      schedule: { type: 'string' },
      startedAt: { type: 'string', format: 'date-time' },
      processed: { type: 'integer' },
      failures: { type: 'array', items: objectOf({ index: { type: 'integer' }, message: { type: 'string' } }, ['index', 'message']) },
    },
    ['job', 'schedule', 'startedAt', 'processed', 'failures'],
  ),
  tests: [
    {
      name: 'has nothing to do',
      input: {},
      clock: '2026-01-01T00:00:00Z',
      expected_output: {
        job: '{{job_name}}',
        schedule: '{{schedule}}',
        startedAt: '2026-01-01T00:00:00.000Z',
        processed: 0,
        failures: [],
      },
    },
    {
      name: 'goes on after a failure and counts it',
      input: { items: [{ id: 1 }, { id: 2, fail: true }, { id: 3 }] },
      mock: { http: { method: 'POST', response: { status: 200, body: {} } } },
      assertions: [
        { path: 'processed', operator: 'equals', expected: 2 },
        { path: 'failures[0].index', operator: 'equals', expected: 1 },
      ],
    },
  ],
  network: ({ alert_webhook }) => hostLine(alert_webhook),
  metadata: { supports_streaming: true },
};
