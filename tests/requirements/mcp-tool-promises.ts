import type { Promised } from './promised.ts';

/** What is promised of the tools that agents are offered. */
export const mcpToolPromises: readonly Promised[] = [
  {
    id: 'mcp.agent',
    promise:
      'An agent builds a tested task from nothing, finds out why it fails, repairs it, and moves it to another server, with tools alone.',
    page: 'docs/guide/mcp.md',
  },
  {
    id: 'mcp.small-tool-list',
    promise: 'The list of tools, with all descriptions and schemas, costs a client at most 6,000 tokens.',
    page: 'docs/guide/mcp.md',
  },
  {
    id: 'mcp.no-secrets',
    promise: 'A secret that a task was given comes back through no tool, resource or prompt, unless the task returns it as its output.',
    page: 'docs/guide/mcp.md',
  },
];
