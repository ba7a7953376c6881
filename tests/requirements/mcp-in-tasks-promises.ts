import type { Promised } from './promised.ts';

/** What is promised of MCP servers that tasks call. */
export const mcpInTasksPromises: readonly Promised[] = [
  {
    id: 'mcp-servers.in-tasks',
    promise: 'A task that declares an MCP server can call its tools; no other task can.',
    page: 'docs/guide/mcp-in-tasks.md',
  },
  {
    id: 'mcp-servers.mocks',
    promise: 'In a test, calls of MCP servers are answered by mocks and by nothing else.',
    page: 'docs/guide/mcp-in-tasks.md',
  },
  {
    id: 'mcp-servers.replay',
    promise: 'Calls of MCP servers are replayed from the recording, without the servers and their configuration.',
    page: 'docs/guide/mcp-in-tasks.md',
  },
  {
    id: 'mcp-servers.no-secrets',
    promise: 'What is configured for an MCP server reaches neither tasks nor recordings, also when the server repeats it.',
    page: 'docs/guide/mcp-in-tasks.md',
  },
];
