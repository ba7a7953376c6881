(async function ({ query, max_results: most = 5 }) {
  const tools = await mcp.listTools('claude');
  if (!tools.some(({ name }) => name === 'web_search')) {
    throw new ConfigurationError('the MCP server claude has no tool web_search');
  }

  let found;
  try {
    found = await mcp.invokeTool('claude', 'web_search', { query, max_results: most });
  } catch (error) {
    // The tool ran and says that it failed; a lost connection or a time-out is for whoever runs the task.
    if (error instanceof McpToolError) return { query, pages: [], summary: null, problem: error.message };
    throw error;
  }

  const pages = found.structuredContent?.results ?? [];
  if (pages.length === 0) return { query, pages, summary: null };
  const answer = await mcp.complete('claude', {
    messages: [{ role: 'user', content: `Sum up in one sentence what these pages say of ${query}:\n${JSON.stringify(pages)}` }],
    max_tokens: 200,
  });
  const text = answer.content.find(({ type }) => type === 'text');
  return { query, pages: pages.map(({ url }) => url), summary: text ? text.text : null };
});
