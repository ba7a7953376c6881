// Generated from migrations/ by `npm run generate`; changes made here are lost.
import type { Generated } from 'kysely';

export interface CachedResultsTable {
  key: string;
  task_id: number;
  execution_uuid: string;
  output: string;
  expires_at: number;
}

export interface ExecutionLogsTable {
  execution_id: number;
  number: number;
  level: string;
  message: string;
  logged_at: number;
}

export interface ExecutionRecordingsTable {
  execution_id: number;
  effects: Uint8Array;
  size_bytes: number;
  created_at: number;
}

export interface ExecutionResultsTable {
  execution_id: number;
  output: string | null;
  error: string | null;
  cost: string | null;
  effects: string | null;
  progress: string | null;
  logs_dropped: Generated<number>;
}

export interface ExecutionsTable {
  id: Generated<number>;
  uuid: string;
  task_id: number;
  task_version: string;
  task_checksum: string;
  job_id: number;
  attempt: number;
  token: number;
  status: string;
  is_promised: Generated<number>;
  owner: string | null;
  rate_key: string | null;
  error_code: string | null;
  error_message: string | null;
  progress: number | null;
  has_recording: Generated<number>;
  queued_at: number;
  started_at: number | null;
  completed_at: number | null;
  duration_ms: number | null;
}

export interface IdempotencyKeysTable {
  scope: string;
  key: string;
  fingerprint: string;
  answer: string;
  expires_at: number;
}

export interface JobDependenciesTable {
  job_id: number;
  needs_job_id: number;
}

export interface JobPayloadsTable {
  job_id: number;
  input: string;
  options: string | null;
}

export interface JobsTable {
  id: Generated<number>;
  uuid: string;
  task_id: number;
  task_version: string | null;
  schedule_id: number | null;
  execution_id: number | null;
  status: string;
  hold: string | null;
  held_until: number | null;
  priority: number;
  turn: number;
  run_at: number;
  deadline: number | null;
  concurrency_key: string | null;
  concurrency_limit: number | null;
  rate_key: string | null;
  rate_limit: number | null;
  rate_window_ms: number | null;
  unique_key: string | null;
  ignores_pause: Generated<number>;
  retry_count: Generated<number>;
  max_retries: Generated<number>;
  attempt: Generated<number>;
  rescue_count: Generated<number>;
  token: Generated<number>;
  owner: string | null;
  lease_until: number | null;
  cancel_requested_at: number | null;
  error_code: string | null;
  error_message: string | null;
  queued_at: number;
  started_at: number | null;
  completed_at: number | null;
}

export interface NodesTable {
  id: string;
  host: string;
  pid: number;
  version: string;
  started_at: number;
  seen_until: number;
}

export interface PausesTable {
  task_id: number;
  paused_by: string;
  reason: string | null;
  paused_at: number;
}

export interface RowCountsTable {
  name: string;
  stripe: number;
  value: number;
}

export interface TaskVersionsTable {
  id: Generated<number>;
  task_id: number;
  version: string;
  checksum: string;
  files: string;
  metadata: string;
  input_schema: string | null;
  output_schema: string | null;
  is_current: Generated<number>;
  change_description: string | null;
  changed_by: string;
  created_at: number;
}

export interface TasksTable {
  id: Generated<number>;
  uuid: string;
  name: string;
  label: string;
  description: Generated<string>;
  version: string;
  storage_type: string;
  path: string | null;
  enabled: Generated<number>;
  max_concurrent: number | null;
  in_sync: Generated<number>;
  sync_error: string | null;
  missing_since: number | null;
  created_at: number;
  updated_at: number;
  validated_at: number | null;
}

/** Every table, by name. */
export interface Tables {
  cached_results: CachedResultsTable;
  execution_logs: ExecutionLogsTable;
  execution_recordings: ExecutionRecordingsTable;
  execution_results: ExecutionResultsTable;
  executions: ExecutionsTable;
  idempotency_keys: IdempotencyKeysTable;
  job_dependencies: JobDependenciesTable;
  job_payloads: JobPayloadsTable;
  jobs: JobsTable;
  nodes: NodesTable;
  pauses: PausesTable;
  row_counts: RowCountsTable;
  task_versions: TaskVersionsTable;
  tasks: TasksTable;
}
