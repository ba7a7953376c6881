import type { HttpRequest } from '../effect.ts';

/** What a task can ask of MCP servers. All but the first name a server. */
export const mcpMethods = ['servers/list', 'tools/list', 'tools/call', 'complete'] as const;
export type McpMethod = (typeof mcpMethods)[number];

/** What a server may be called: it stands in addresses, in settings and in metadata. */
export const mcpServerName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Where a call goes: `mcp:servers` for the list of servers, else `mcp://<server>`, with the tool as its path. */
export interface McpTarget {
  readonly server: string | null;
  readonly tool: string | null;
}

/** Whether a request goes to an MCP server, and not to an HTTP one. */
export function isMcp({ url }: Pick<HttpRequest, 'url'>): boolean {
  return url.startsWith('mcp:');
}

export function mcpUrl({ server, tool }: McpTarget): string {
  if (server === null) return 'mcp:servers';
  return tool === null ? `mcp://${server}` : `mcp://${server}/${encodeURIComponent(tool)}`;
}

/** Reads an address; null when it is none in the form `mcpUrl` gives it. */
export function mcpTarget(url: string): McpTarget | null {
  if (url === 'mcp:servers') return { server: null, tool: null };
  const [, server, path] = /^mcp:\/\/([^/]+)(?:\/([^/]+))?$/.exec(url) ?? [];
  if (server === undefined || !mcpServerName.test(server)) return null;
  try {
    const target = { server, tool: path === undefined ? null : decodeURIComponent(path) };
    return mcpUrl(target) === url ? target : null;
  } catch {
    return null;
  }
}

/** A call in words: `search of MCP server web`. */
export function mcpWords(url: string): string {
  const target = mcpTarget(url);
  if (target === null || target.server === null) return 'the list of MCP servers';
  return target.tool === null ? `MCP server ${target.server}` : `${target.tool} of MCP server ${target.server}`;
}
