import { z } from 'zod';

const count = z.number().int().positive();

/** What the configuration says of one client. What is not named in it is not allowed, save for looking (`can_monitor`). */
export const ClientPermissions = z.strictObject({
  can_execute_tasks: z.boolean().optional(),
  can_read_logs: z.boolean().optional(),
  can_read_traces: z.boolean().optional(),
  can_monitor: z.boolean().optional(),
  can_develop_tasks: z.boolean().optional(),
  can_debug_tasks: z.boolean().optional(),
  allowed_task_patterns: z.array(z.string().min(1)).optional(),
  rate_limits: z
    .strictObject({
      execute_task_per_minute: count.optional(),
      get_logs_per_minute: count.optional(),
      get_traces_per_minute: count.optional(),
      total_requests_per_minute: count.optional(),
      max_concurrent_executions: count.optional(),
    })
    .optional(),
  resource_quotas: z
    .strictObject({
      max_execution_time_secs: z.number().positive().optional(),
      max_memory_mb: count.optional(),
      max_log_entries_per_request: count.optional(),
      max_trace_entries_per_request: count.optional(),
      max_request_size_bytes: count.optional(),
      max_response_size_bytes: count.optional(),
    })
    .optional(),
});
export type ClientPermissions = z.output<typeof ClientPermissions>;
