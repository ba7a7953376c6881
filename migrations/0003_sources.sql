-- For the operator: adds the table of sources and says of every stored version where it stands.
-- Reads each task and version once, a second for some ten thousand; tasks that came from folders are matched to their source at the next sync.

-- Places tasks come from. Those of the configuration and of the command line are written here at every start; the others were added through the server.
CREATE TABLE task_repositories (
  id {{identity}},
  name TEXT NOT NULL UNIQUE,
  repository_type TEXT NOT NULL CHECK (repository_type = 'filesystem' OR repository_type = 'git' OR repository_type = 'http'),
  -- A folder or ZIP as file:///..., or an address. Never holds a credential.
  uri TEXT NOT NULL,
  -- Who said it.
  origin TEXT NOT NULL CHECK (origin = 'config' OR origin = 'command' OR origin = 'api'),
  -- Branch, tag or commit; null: the default one.
  git_ref TEXT,
  -- Folder inside the source; null: all of it.
  subdirectory TEXT,
  -- Name of a credential in the configuration.
  auth_name TEXT,
  enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
  -- Between two looks; null: only when asked, or when files change.
  poll_seconds INTEGER CHECK (poll_seconds > 0),
  is_watched INTEGER NOT NULL DEFAULT 0 CHECK (is_watched IN (0, 1)),
  is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)),
  -- Whether changed tasks may be committed to it, and whether that happens by itself.
  is_writable INTEGER NOT NULL DEFAULT 0 CHECK (is_writable IN (0, 1)),
  push_on_change INTEGER NOT NULL DEFAULT 0 CHECK (push_on_change IN (0, 1)),
  -- JSON object: patterns, depth, limits.
  options TEXT NOT NULL DEFAULT '{}',
  -- JSON object, for whoever added it.
  metadata TEXT,
  sync_status TEXT NOT NULL DEFAULT 'pending' CHECK (sync_status = 'pending' OR sync_status = 'synced' OR sync_status = 'failed'),
  sync_error TEXT,
  sync_error_code TEXT,
  -- Failed syncs in a row.
  failures INTEGER NOT NULL DEFAULT 0,
  -- The last sync that succeeded, and the last one at all.
  last_sync_at BIGINT,
  last_attempt_at BIGINT,
  -- What was synced: a commit, an ETag or a hash; and the SHA-256 over the files.
  revision TEXT,
  checksum TEXT,
  fetched_at BIGINT,
  -- Who signed it, where that was checked.
  signature TEXT,
  task_count INTEGER NOT NULL DEFAULT 0,
  -- JSON array of {taskName, error}: what was found and cannot be served.
  problems TEXT NOT NULL DEFAULT '[]',
  -- Which process syncs it, and until when that is believed.
  sync_owner TEXT,
  sync_until BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX idx_task_repositories_is_default ON task_repositories (is_default) WHERE is_default = 1;

ALTER TABLE tasks ADD COLUMN repository_id BIGINT REFERENCES task_repositories (id) ON DELETE SET NULL;
-- Whether what is stored is what the source holds: `local` has no source, `modified` was changed here, `pending_push` is to be committed.
ALTER TABLE tasks ADD COLUMN sync_status TEXT NOT NULL DEFAULT 'synced' CHECK (sync_status = 'synced' OR sync_status = 'modified' OR sync_status = 'conflict' OR sync_status = 'pending_push' OR sync_status = 'local');
ALTER TABLE tasks ADD COLUMN needs_push INTEGER NOT NULL DEFAULT 0 CHECK (needs_push IN (0, 1));
-- What the source held when it was last read: a change here that is to be committed started from it.
ALTER TABLE tasks ADD COLUMN source_checksum TEXT;
ALTER TABLE tasks ADD COLUMN last_synced_at BIGINT;
UPDATE tasks SET sync_status = 'local' WHERE storage_type = 'database';
CREATE INDEX idx_tasks_repository_id ON tasks (repository_id) WHERE repository_id IS NOT NULL;
CREATE INDEX idx_tasks_needs_push ON tasks (id) WHERE needs_push = 1;

-- Where the current content of a version was read: the source, and the path inside it (forward slashes, `.` for the source itself).
ALTER TABLE task_versions ADD COLUMN repository_id BIGINT REFERENCES task_repositories (id) ON DELETE SET NULL;
ALTER TABLE task_versions ADD COLUMN path TEXT;
-- `standing`: that is what stands there (or it is stored here and nowhere else). `replaced`: its folder holds another version by now; it can be named.
-- `gone`: its folder is gone, and nothing runs it.
ALTER TABLE task_versions ADD COLUMN standing TEXT NOT NULL DEFAULT 'standing' CHECK (standing = 'standing' OR standing = 'replaced' OR standing = 'gone');
-- What is wrong with what stands there now.
ALTER TABLE task_versions ADD COLUMN source_error TEXT;
-- Commit, ETag or hash of the source it was first read from.
ALTER TABLE task_versions ADD COLUMN source_revision TEXT;
-- Whether jobs may run the version; the same for all contents of it.
ALTER TABLE task_versions ADD COLUMN enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1));
CREATE INDEX idx_task_versions_repository_id ON task_versions (repository_id) WHERE repository_id IS NOT NULL;
-- A version that was replaced before this migration stood in the same folder as the one that runs.
UPDATE task_versions SET standing = 'replaced' WHERE is_current = 1 AND EXISTS (
  SELECT 1 FROM tasks WHERE tasks.id = task_versions.task_id AND tasks.storage_type = 'file' AND tasks.version <> task_versions.version
);
