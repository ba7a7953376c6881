import type { TaskMetadata } from './metadata.ts';
import { networkGrowth } from './network-growth.ts';

/** What of a metadata.json says what its task may reach outside. It was checked when it was stored. */
export type Reach = Pick<TaskMetadata, 'network' | 'requirements'>;

/**
 * What a task may reach and could not before: lines of its network list (`*:*` for every public host), and `mcp://name` for MCP servers of
 * the configuration.
 * @param before undefined: there was no task
 * @param isTrusted as for `networkGrowth`
 */
export function reachGrowth(before: Reach | undefined, after: Reach, isTrusted: boolean): readonly string[] {
  const hosts = networkGrowth(before === undefined ? undefined : (before.network ?? null), after.network ?? null, isTrusted);
  const known = new Set(before?.requirements?.mcp);
  return [...hosts, ...[...new Set(after.requirements?.mcp)].filter((name) => !known.has(name)).map((name) => `mcp://${name}`)];
}
