import { aggregate } from './builtin/aggregate.ts';
import { dataTransform } from './builtin/data-transform.ts';
import { fileProcessor } from './builtin/file-processor.ts';
import { httpApiCall } from './builtin/http-api-call.ts';
import { paginatedFetch } from './builtin/paginated-fetch.ts';
import { pollUntil } from './builtin/poll-until.ts';
import { scheduledJob } from './builtin/scheduled-job.ts';
import { testingUtility } from './builtin/testing-utility.ts';
import { validation } from './builtin/validation.ts';
import { webhookHandler } from './builtin/webhook-handler.ts';
import { templateNotFound } from './errors.ts';
import type { TaskTemplate } from './template.ts';

/** Every template, by name. */
export const taskTemplates: readonly TaskTemplate[] = [
  aggregate,
  dataTransform,
  fileProcessor,
  httpApiCall,
  paginatedFetch,
  pollUntil,
  scheduledJob,
  testingUtility,
  validation,
  webhookHandler,
];

/** @throws TEMPLATE_NOT_FOUND */
export function templateNamed(name: string): TaskTemplate {
  const found = taskTemplates.find((one) => one.name === name.replaceAll('-', '_').toLowerCase());
  if (found === undefined) throw templateNotFound({ template: name, known: taskTemplates.map((one) => one.name) });
  return found;
}
