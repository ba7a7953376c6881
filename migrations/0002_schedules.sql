-- For the operator: adds the tables of schedules and an index on jobs. Takes milliseconds on SQLite and PostgreSQL whatever is stored, and
-- changes no row that exists. The new index on jobs is built over the jobs of schedules only, of which there are none before.

CREATE TABLE schedules (
  id {{identity}},
  uuid TEXT NOT NULL UNIQUE,
  task_id BIGINT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
  -- Null: the version that is current when a job starts.
  task_version TEXT,
  name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  rule_kind TEXT NOT NULL CHECK (rule_kind IN ('cron', 'interval', 'once')),
  cron_expression TEXT,
  -- IANA name, of a cron rule.
  time_zone TEXT,
  -- Of an interval: how long, and from when it is counted.
  every_ms BIGINT CHECK (every_ms > 0),
  anchor_at BIGINT,
  once_at BIGINT,
  -- JSON text.
  input TEXT NOT NULL,
  -- JSON object: what its jobs are asked for beside task and input, as a request for a job says it.
  options TEXT NOT NULL,
  overlap TEXT NOT NULL CHECK (overlap IN ('skip', 'queue', 'cancel_previous', 'allow')),
  catch_up TEXT NOT NULL CHECK (catch_up IN ('none', 'last', 'all')),
  -- With `all`: how many missed slots are caught up at most, the latest ones.
  catch_up_limit INTEGER NOT NULL CHECK (catch_up_limit > 0),
  jitter_ms BIGINT NOT NULL DEFAULT 0 CHECK (jitter_ms >= 0),
  starts_at BIGINT,
  ends_at BIGINT,
  max_executions INTEGER CHECK (max_executions > 0),
  -- Jobs its slots have made, without those that were skipped afterwards.
  execution_count INTEGER NOT NULL DEFAULT 0,
  -- How many of its finished jobs are kept; null: as long as any other.
  keep_jobs INTEGER CHECK (keep_jobs > 0),
  enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
  -- Why it is not enabled.
  disabled_reason TEXT CHECK (disabled_reason IN ('request', 'exhausted', 'over', 'unreadable')),
  -- Belongs to the server, which makes it again: nobody removes it by mistake.
  is_system INTEGER NOT NULL DEFAULT 0 CHECK (is_system IN (0, 1)),
  -- The first slot that was not planned yet, without jitter; null: there is none.
  next_slot_at BIGINT,
  -- When to look at it; null: not.
  due_at BIGINT,
  last_run_at BIGINT,
  metadata TEXT,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  CHECK ((enabled = 1) = (disabled_reason IS NULL)),
  CHECK (due_at IS NULL OR enabled = 1)
);
CREATE INDEX idx_schedules_due ON schedules (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX idx_schedules_task ON schedules (task_id, id);
CREATE INDEX idx_schedules_name ON schedules (name, id);

-- One row for each slot that came due, whatever became of it.
CREATE TABLE schedule_slots (
  id {{identity}},
  schedule_id BIGINT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
  -- As the rule says, and with jitter.
  slot_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  planned_at BIGINT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('ran', 'late', 'caught_up', 'skipped')),
  -- Why it was skipped.
  reason TEXT,
  -- The job it made; the job may have been removed since.
  job_id BIGINT,
  -- When the first attempt of the job began.
  started_at BIGINT,
  CHECK ((outcome = 'skipped') = (reason IS NOT NULL)),
  UNIQUE (schedule_id, slot_at)
);
CREATE INDEX idx_schedule_slots_job ON schedule_slots (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX idx_schedule_slots_age ON schedule_slots (slot_at);

-- Jobs of schedules that have not ended, to be found among many that have.
CREATE INDEX idx_jobs_schedule_open ON jobs (schedule_id, status, id) WHERE schedule_id IS NOT NULL AND (status = 'queued' OR status = 'processing' OR status = 'retrying');
