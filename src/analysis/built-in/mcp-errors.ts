import { any, builtIn, code, has, type } from './say.ts';

/** Calls of MCP servers that a task makes. */
export const mcpErrors = [
  builtIn({
    id: 'mcp_server_missing',
    name: 'MCP server that is not there',
    category: 'configuration',
    severity: 'high',
    rules: [any(code('MCP_SERVER_NOT_CONFIGURED'), type('McpServerUnknownError'), has('reason', 'server-unknown'))],
    suggestions: [
      'Add the server under mcp.servers in the configuration, by the name the task uses.',
      'Name the server in `requirements.mcp` of metadata.json.',
    ],
    commonCauses: ['A server of another environment', 'A typo in its name'],
    prompts: ['Which MCP server does {task} need, and how is it started?'],
    pages: ['MCP_SERVER_NOT_CONFIGURED'],
  }),
  builtIn({
    id: 'mcp_tool_missing',
    name: 'MCP tool that the server does not have',
    category: 'configuration',
    severity: 'medium',
    rules: [any(type('McpToolUnknownError'), has('reason', 'tool-unknown'))],
    suggestions: ['List the tools of the server and compare the name.', 'Look at the version of the server: tools come and go.'],
    commonCauses: ['A typo', 'A server of another version'],
    prompts: ['Which tool of the server does what {task} wants?'],
  }),
  builtIn({
    id: 'mcp_tool_failed',
    name: 'MCP tool that failed',
    category: 'task_execution',
    severity: 'medium',
    rules: [type('McpToolError')],
    suggestions: ['Read what the tool says: its arguments, or what it works on, are wrong.'],
    commonCauses: ['Arguments that do not fit', 'A thing that the tool cannot find'],
    prompts: ['Why does the tool refuse what {task} asks: {message}'],
  }),
  builtIn({
    id: 'mcp_error',
    name: 'MCP server that failed',
    category: 'network',
    severity: 'medium',
    rules: [any(type('McpError'), has('reason', 'connection-lost'), has('reason', 'refused-by-server'))],
    suggestions: ['Look at the log of that MCP server, and whether it still runs.'],
    commonCauses: ['A server that ended', 'A request that it does not understand'],
    prompts: ['What does the MCP server do when {task} asks it, and does it answer others?'],
  }),
];
