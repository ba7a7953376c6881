import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, createLiveEffects, type Engine } from '#engine/index.ts';
import { createExecutions } from '#executions/index.ts';
import { settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { filesFromMemory } from '#tasks/index.ts';
import { examine } from '#tasks/validate.ts';
import { generateFromTemplate } from '#tasks/templates/generate-from-template.ts';
import { taskTemplates } from '#tasks/templates/templates.ts';
import type { TestTask } from '#tasks/catalogue/index.ts';
import { testTaskWith } from './test-task.ts';

const settings = settingsFrom({ 'engine.workers': 1 });
let engine: Engine;
let testTask: TestTask;
beforeAll(async () => {
  engine = await createEngine(settings);
  const effects = createLiveEffects(settings);
  testTask = testTaskWith({ executions: createExecutions({ engine, effects, settings, ids: uuidSource(), clock: systemClock }), settings });
});
afterAll(() => engine.close());

/** What is needed, and values that try to be something else. */
const hostile = '"); throw new Error(`${1}`); // \' */ \u2028 {{job_name}} \\';
const required: Readonly<Record<string, Record<string, unknown>>> = {
  scheduled_job: { job_name: 'nightly' },
  testing_utility: { target_task: 'addition' },
  paginated_fetch: { endpoint: 'https://api.example.com/items' },
  poll_until: { endpoint: 'https://api.example.com/jobs' },
};
const further: Readonly<Record<string, Record<string, unknown>>> = {
  aggregate: { group_by: hostile, value_field: `${hostile}2` },
  data_transform: { keep_fields: [hostile, 'other'] },
  file_processor: { default_operation: 'count' },
  http_api_call: { base_url: 'https://api.example.com/v1/', default_headers: { 'X-Key': '"}); throw 1; // {{base_url}} ${2}' } },
  paginated_fetch: { endpoint: 'https://api.example.com/items?a=%22', items_field: '', next_field: hostile, max_pages: 1 },
  poll_until: { endpoint: 'https://api.example.com/', status_field: hostile, done_value: hostile, pause_ms: 5 },
  scheduled_job: { job_name: hostile, schedule: hostile, alert_webhook: 'https://hooks.example.com/x' },
  testing_utility: { target_task: hostile, test_timeout: 1 },
  validation: { required_fields: [hostile, '__proto__', 'size'] },
  webhook_handler: { webhook_type: hostile, confirmation_endpoint: 'https://hooks.example.com/x' },
};

describe('what is generated from a template', () => {
  it.each(taskTemplates.flatMap((one) => [[one.name, required[one.name] ?? {}] as const, [one.name, further[one.name]!] as const]))(
    '%s is a valid task whose tests pass (%j)',
    async (name, parameters) => {
      const template = taskTemplates.find((one) => one.name === name)!;
      const { files } = generateFromTemplate(template, { name: 'made', description: hostile, parameters, uuid: uuidSource().next() });
      const { valid, problems } = (await examine(filesFromMemory('made', files))).report;
      expect({ valid, problems }).toEqual({ valid: true, problems: [] });
      expect(JSON.parse(files['metadata.json']!)).toMatchObject({ name: 'made', description: hostile });
      const verdict = await testTask(files);
      expect(verdict.failures).toEqual([]);
      expect(verdict.passed).toBeGreaterThanOrEqual(2);
    },
  );
});
