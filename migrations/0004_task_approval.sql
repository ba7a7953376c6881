-- For the operator: says of every stored version which hosts it reaches that the version before did not, and whether somebody has to approve of that.
-- Adds columns and reads no rows; what is stored already needs nobody's approval.

-- Hosts the version may reach and the one before could not, as a JSON array; null: not compared, as for what comes from a source.
ALTER TABLE task_versions ADD COLUMN network_growth TEXT;
-- 1: nothing runs this content until somebody has approved of its network.
ALTER TABLE task_versions ADD COLUMN needs_approval INTEGER NOT NULL DEFAULT 0 CHECK (needs_approval IN (0, 1));
ALTER TABLE task_versions ADD COLUMN approved_by TEXT;
ALTER TABLE task_versions ADD COLUMN approved_at BIGINT;
-- Whether its author says that it breaks those who use the version before.
ALTER TABLE task_versions ADD COLUMN is_breaking INTEGER NOT NULL DEFAULT 0 CHECK (is_breaking IN (0, 1));
-- What waits for an approval: rarely any.
CREATE INDEX idx_task_versions_needs_approval ON task_versions (task_id, version) WHERE needs_approval = 1;

-- Whether the version that runs asks to be offered to MCP clients as a tool of its own.
ALTER TABLE tasks ADD COLUMN is_tool INTEGER NOT NULL DEFAULT 0 CHECK (is_tool IN (0, 1));
