-- For the operator: adds the table of error patterns, and to executions what groups equal failures. Takes less than a second and changes no row;
-- failures from before have no fingerprint and are not counted among equal ones.

-- Error patterns that were stored through the server.
CREATE TABLE error_patterns (
  id TEXT PRIMARY KEY,
  -- JSON object: name, category, severity, rules, suggestions, ...
  pattern TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- The same for failures with the same code, class and place; 16 hex digits. Null: it did not fail.
ALTER TABLE executions ADD COLUMN error_fingerprint TEXT;
CREATE INDEX idx_executions_fingerprint ON executions (error_fingerprint, completed_at, task_id) WHERE error_fingerprint IS NOT NULL;
