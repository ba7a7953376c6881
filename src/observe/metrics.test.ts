import { expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';

it('what happened is counted, and what stands somewhere is read when somebody asks', async () => {
  let waiting = 3;
  const metrics = await createMetrics([
    { name: 'ratchet_jobs_total', help: 'Jobs by status.', label: 'status', read: async () => ({ queued: waiting, failed: 1 }) },
    { name: 'ratchet_tasks_total', help: 'Tasks.', read: async () => ({ '': 7 }) },
  ]);
  metrics.started(20);
  metrics.ended('completed', 1_500);
  metrics.answered('POST', '/api/v1/jobs', 201, 2);
  const first = await metrics.text();
  expect(first.contentType).toContain('text/plain');
  for (const line of [
    'ratchet_jobs_total{status="queued"} 3',
    'ratchet_tasks_total 7',
    'ratchet_job_wait_seconds_bucket{le="0.025"} 1',
    'ratchet_execution_duration_seconds_sum{status="completed"} 1.5',
    'ratchet_executions_finished_total{status="completed"} 1',
    'ratchet_http_request_duration_seconds_count{method="POST",route="/api/v1/jobs",status="201"} 1',
  ])
    expect(first.text).toContain(line);
  waiting = 0;
  expect((await metrics.text()).text).toContain('ratchet_jobs_total{status="queued"} 0');
});
