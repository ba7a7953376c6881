-- For the operator: makes every table on an empty database. Takes less than a second and changes nothing that exists.
--
-- One text for both dialects. {{identity}} is an integer key the database counts up, {{bytes}} is binary.
-- Times are milliseconds since 1970 UTC, flags are 0 and 1, JSON is text.

CREATE TABLE tasks (
  id {{identity}},
  uuid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  label TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  -- The version that runs when a job names none: the highest by semantic versioning.
  version TEXT NOT NULL,
  -- Where tasks come from: a folder that is watched, or this database.
  storage_type TEXT NOT NULL CHECK (storage_type IN ('file', 'database')),
  -- For a file: the folder or ZIP it was read from.
  path TEXT,
  enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
  -- How many jobs of the task may run at once; null: no limit of its own.
  max_concurrent INTEGER CHECK (max_concurrent > 0),
  -- In sync with its source; 0 when the source is gone or no longer valid.
  in_sync INTEGER NOT NULL DEFAULT 1 CHECK (in_sync IN (0, 1)),
  sync_error TEXT,
  -- Since when the folder or ZIP it comes from is not there; jobs of it are refused until it is back.
  missing_since BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  validated_at BIGINT
);
CREATE INDEX idx_tasks_name ON tasks (name);

-- Every version that was ever runnable here, with its files: what an old execution ran can be looked up and replayed.
CREATE TABLE task_versions (
  id {{identity}},
  task_id BIGINT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
  version TEXT NOT NULL,
  -- Content hash of all files, 64 hex digits.
  checksum TEXT NOT NULL,
  -- JSON object: path inside the task to text.
  files TEXT NOT NULL,
  metadata TEXT NOT NULL,
  input_schema TEXT,
  output_schema TEXT,
  -- The one of several with the same version number that runs.
  is_current INTEGER NOT NULL DEFAULT 1 CHECK (is_current IN (0, 1)),
  change_description TEXT,
  changed_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (task_id, version, checksum)
);

-- Lists of words in checks are spelled out here and for executions: SQLite builds a table for each `IN` of more than two, 4 microseconds a row.
CREATE TABLE jobs (
  id {{identity}},
  uuid TEXT NOT NULL UNIQUE,
  task_id BIGINT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
  -- Null: the version that is current when the job starts.
  task_version TEXT,
  schedule_id BIGINT,
  -- The latest attempt.
  execution_id BIGINT,
  status TEXT NOT NULL CHECK (status = 'queued' OR status = 'processing' OR status = 'completed' OR status = 'failed' OR status = 'cancelled' OR status = 'retrying'),
  -- Why a queued or retrying job is not among those to be claimed: null when it is.
  hold TEXT CHECK (hold = 'time' OR hold = 'dependency' OR hold = 'paused' OR hold = 'disabled' OR hold = 'key' OR hold = 'task' OR hold = 'rate' OR hold = 'breaker'),
  -- When a job that waits for a time becomes claimable.
  held_until BIGINT,
  -- Higher runs first.
  priority INTEGER NOT NULL,
  -- Order among equals: when it became due, later for each further job of one concurrency key.
  turn BIGINT NOT NULL,
  -- Not before; not after.
  run_at BIGINT NOT NULL,
  deadline BIGINT,
  concurrency_key TEXT,
  concurrency_limit INTEGER CHECK (concurrency_limit > 0),
  rate_key TEXT,
  rate_limit INTEGER CHECK (rate_limit > 0),
  rate_window_ms BIGINT CHECK (rate_window_ms > 0),
  -- At most one job with this key waits.
  unique_key TEXT,
  ignores_pause INTEGER NOT NULL DEFAULT 0 CHECK (ignores_pause IN (0, 1)),
  retry_count INTEGER NOT NULL DEFAULT 0,
  max_retries INTEGER NOT NULL DEFAULT 3 CHECK (max_retries >= 0),
  -- Attempts so far, and how many in a row were lost with the process that ran them.
  attempt INTEGER NOT NULL DEFAULT 0,
  rescue_count INTEGER NOT NULL DEFAULT 0,
  -- Grows with every claim; a write that names an older one is refused.
  token BIGINT NOT NULL DEFAULT 0,
  -- Which process runs it (new at every start of a process), and until when that is believed.
  owner TEXT,
  lease_until BIGINT,
  cancel_requested_at BIGINT,
  error_code TEXT,
  error_message TEXT,
  queued_at BIGINT NOT NULL,
  started_at BIGINT,
  completed_at BIGINT,
  CHECK ((status = 'processing') = (owner IS NOT NULL AND lease_until IS NOT NULL)),
  CHECK ((status = 'completed' OR status = 'failed' OR status = 'cancelled') = (completed_at IS NOT NULL)),
  CHECK (hold IS NULL OR status IN ('queued', 'retrying'))
);
-- What can be claimed, in order. Everything that cannot is held and not in it.
CREATE INDEX idx_jobs_ready ON jobs (priority DESC, turn, id) WHERE hold IS NULL AND status IN ('queued', 'retrying');
CREATE INDEX idx_jobs_ready_always ON jobs (priority DESC, turn, id) WHERE ignores_pause = 1 AND hold IS NULL AND status IN ('queued', 'retrying');
-- The same order within what shares a limit: how many stand before a job that waits for room.
CREATE INDEX idx_jobs_ready_key ON jobs (concurrency_key, priority DESC, turn, id) WHERE concurrency_key IS NOT NULL AND hold IS NULL AND status IN ('queued', 'retrying');
CREATE INDEX idx_jobs_ready_task ON jobs (task_id, priority DESC, turn, id) WHERE hold IS NULL AND status IN ('queued', 'retrying');
CREATE INDEX idx_jobs_ready_rate ON jobs (rate_key, priority DESC, turn, id) WHERE rate_key IS NOT NULL AND hold IS NULL AND status IN ('queued', 'retrying');
-- What is held, by what holds it.
CREATE INDEX idx_jobs_held ON jobs (hold, task_id, priority DESC, turn, id) WHERE hold IS NOT NULL;
CREATE INDEX idx_jobs_held_until ON jobs (held_until) WHERE hold IN ('time', 'breaker');
CREATE INDEX idx_jobs_held_key ON jobs (concurrency_key, priority DESC, turn, id) WHERE hold = 'key';
CREATE INDEX idx_jobs_held_rate ON jobs (rate_key, priority DESC, turn, id) WHERE hold = 'rate';
CREATE INDEX idx_jobs_held_dependency ON jobs (id) WHERE hold = 'dependency';
CREATE INDEX idx_jobs_running_task ON jobs (task_id) WHERE status = 'processing';
CREATE INDEX idx_jobs_running_key ON jobs (concurrency_key) WHERE status = 'processing' AND concurrency_key IS NOT NULL;
CREATE INDEX idx_jobs_waiting_key ON jobs (concurrency_key, turn) WHERE concurrency_key IS NOT NULL AND status IN ('queued', 'retrying');
CREATE INDEX idx_jobs_lease ON jobs (lease_until) WHERE status = 'processing';
CREATE INDEX idx_jobs_deadline ON jobs (deadline) WHERE deadline IS NOT NULL AND status IN ('queued', 'retrying');
CREATE UNIQUE INDEX idx_jobs_unique ON jobs (task_id, unique_key) WHERE unique_key IS NOT NULL AND status IN ('queued', 'retrying');
CREATE INDEX idx_jobs_queued ON jobs (queued_at, id);
CREATE INDEX idx_jobs_status ON jobs (status, id);
CREATE INDEX idx_jobs_task ON jobs (task_id, id);
CREATE INDEX idx_jobs_schedule ON jobs (schedule_id, id) WHERE schedule_id IS NOT NULL;
CREATE INDEX idx_jobs_completed ON jobs (status, completed_at, id) WHERE completed_at IS NOT NULL;

-- What a job carries, apart from the row the queue works on.
CREATE TABLE job_payloads (
  job_id BIGINT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  -- JSON text.
  input TEXT NOT NULL,
  -- JSON object: retry policy, limits, isolation, metadata, output destinations; null when nobody asked for anything.
  options TEXT
);

-- `job_id` starts only after `needs_job_id` has completed.
CREATE TABLE job_dependencies (
  job_id BIGINT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  needs_job_id BIGINT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  PRIMARY KEY (job_id, needs_job_id)
);
CREATE INDEX idx_job_dependencies_needs ON job_dependencies (needs_job_id);

-- The same key again gets the same answer until it expires.
CREATE TABLE idempotency_keys (
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  -- Hash of what was asked: the same key with another request is a mistake.
  fingerprint TEXT NOT NULL,
  answer TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (scope, key)
);
CREATE INDEX idx_idempotency_keys_expires ON idempotency_keys (expires_at);

-- `all`, or a task that does not run for now.
CREATE TABLE pauses (
  -- 0 for all, else the id of a task.
  task_id BIGINT PRIMARY KEY,
  paused_by TEXT NOT NULL,
  reason TEXT,
  paused_at BIGINT NOT NULL
);

CREATE TABLE executions (
  id {{identity}},
  uuid TEXT NOT NULL UNIQUE,
  task_id BIGINT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
  task_version TEXT NOT NULL,
  task_checksum TEXT NOT NULL,
  job_id BIGINT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  -- 1 for the first.
  attempt INTEGER NOT NULL,
  -- The job's fencing token of this attempt.
  token BIGINT NOT NULL,
  status TEXT NOT NULL CHECK (status = 'pending' OR status = 'running' OR status = 'completed' OR status = 'failed' OR status = 'cancelled'),
  -- Made together with its job, so that somebody knows its id: it waits again when its job is given back, where others go away.
  is_promised INTEGER NOT NULL DEFAULT 0 CHECK (is_promised IN (0, 1)),
  -- The process it runs or ran under.
  owner TEXT,
  rate_key TEXT,
  error_code TEXT,
  error_message TEXT,
  progress REAL,
  has_recording INTEGER NOT NULL DEFAULT 0 CHECK (has_recording IN (0, 1)),
  queued_at BIGINT NOT NULL,
  started_at BIGINT,
  completed_at BIGINT,
  duration_ms BIGINT,
  CHECK ((status = 'completed' OR status = 'failed' OR status = 'cancelled') = (completed_at IS NOT NULL))
);
CREATE INDEX idx_executions_status ON executions (status, id);
CREATE INDEX idx_executions_task ON executions (task_id, id);
CREATE INDEX idx_executions_job ON executions (job_id, id);
CREATE INDEX idx_executions_rate ON executions (rate_key, started_at) WHERE rate_key IS NOT NULL;
CREATE INDEX idx_executions_completed ON executions (status, completed_at, id) WHERE completed_at IS NOT NULL;

-- What came of an execution, apart from the row that lists are made of.
CREATE TABLE execution_results (
  execution_id BIGINT PRIMARY KEY REFERENCES executions (id) ON DELETE CASCADE,
  -- JSON text; null when it failed.
  output TEXT,
  -- JSON object: code, message, hint, retryable, data.
  error TEXT,
  -- JSON object: queueMs, wallMs, waitedMs, cpuMs, heapBytes, requests, bytesIn, bytesOut.
  cost TEXT,
  -- JSON array of requests without bodies.
  effects TEXT,
  -- JSON: the latest report.
  progress TEXT,
  logs_dropped INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE execution_logs (
  execution_id BIGINT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
  -- From 1, in the order in which the lines arrived.
  number INTEGER NOT NULL,
  level TEXT NOT NULL,
  message TEXT NOT NULL,
  logged_at BIGINT NOT NULL,
  PRIMARY KEY (execution_id, number)
);

-- All that a replay needs, in the format of the effects file.
CREATE TABLE execution_recordings (
  execution_id BIGINT PRIMARY KEY REFERENCES executions (id) ON DELETE CASCADE,
  effects {{bytes}} NOT NULL,
  size_bytes BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

-- Outputs of tasks that declare themselves deterministic.
CREATE TABLE cached_results (
  -- Hash of the task's checksum and the input.
  key TEXT PRIMARY KEY,
  task_id BIGINT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
  execution_uuid TEXT NOT NULL,
  output TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX idx_cached_results_expires ON cached_results (expires_at);

-- How many rows there are of a kind, kept in the transaction that changes them. Sixteen rows per name, to be summed, so that writers rarely meet.
CREATE TABLE row_counts (
  name TEXT NOT NULL,
  stripe INTEGER NOT NULL,
  value BIGINT NOT NULL,
  PRIMARY KEY (name, stripe)
);

-- Processes that work on this database.
CREATE TABLE nodes (
  -- New at every start of a process.
  id TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  version TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  seen_until BIGINT NOT NULL
);
