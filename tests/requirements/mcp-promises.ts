import type { Promised } from './promised.ts';

/** What is promised of MCP as it is spoken, whatever the tools. */
export const mcpPromises: readonly Promised[] = [
  {
    id: 'mcp.stdio',
    promise: '`ratchet mcp-serve` speaks MCP over standard input and output, to clients of every revision, and writes nothing else there.',
    page: 'docs/guide/mcp.md',
  },
  {
    id: 'mcp.over-http',
    promise:
      '`ratchet serve` and `ratchet mcp` answer MCP over HTTP: with sessions, without them, and over the event streams of the oldest clients.',
    page: 'docs/guide/mcp.md',
  },
  {
    id: 'mcp.nobody-unnamed',
    promise:
      'Where MCP clients need a key, whoever has none, or a wrong one, gets nothing; without keys MCP is answered on this machine only.',
    page: 'docs/guide/mcp.md',
  },
  {
    id: 'mcp.bounded-clients',
    promise:
      'A key with permissions may do what they name, as often and for as long as they say; tasks whose names do not fit are not there for it.',
    page: 'docs/guide/mcp.md',
  },
  {
    id: 'mcp.cancelled',
    promise: 'A call that its client cancels, or leaves, ends the work it began.',
    page: 'docs/decisions/mcp.md',
  },
  {
    id: 'mcp.broken-input',
    promise: 'What is no message gets an answer that says so on every transport, and the server goes on.',
    page: 'docs/decisions/mcp.md',
  },
];
