import { z } from 'zod';
import { mcpServerName, mcpTarget, mcpUrl, type MockRule } from '#engine/index.ts';

/** What a call of an MCP server has to be like; the same fields in a mock and among the expected requests. */
export const mcpRuleShape = {
  server: z.string('must be the name of an MCP server').regex(mcpServerName, 'must be the name of an MCP server'),
  tool: z.string('must be the name of a tool').min(1, 'must not be empty').optional(),
  method: z.enum(['call', 'list', 'complete'], 'must be "call", "list" (of tools) or "complete"').optional(),
  arguments: z.record(z.string(), z.unknown(), 'must be an object').optional(),
  arguments_match: z.enum(['exact', 'subset'], 'must be "exact" or "subset"').optional(),
};

export const mcpRuleAliases = { args: 'arguments', input: 'arguments', request: 'arguments', match: 'arguments_match', tool_name: 'tool' };

type RuleFields = z.output<z.ZodObject<typeof mcpRuleShape>>;

/** A rule from its fields, or what is wrong with them. Without a method it is about calling the tool that is named. */
export function mcpRuleOf({
  server,
  tool,
  method = 'call',
  arguments: args,
  arguments_match: match,
}: RuleFields): MockRule | { readonly problem: string } {
  if (method === 'call' && tool === undefined) return { problem: 'A call needs the name of its tool.' };
  if (method !== 'call' && tool !== undefined) return { problem: `"${method}" is about a server and names no tool.` };
  if (method === 'list' && args !== undefined) return { problem: 'A list of tools is asked for without arguments.' };
  return {
    method: { call: 'tools/call', list: 'tools/list', complete: 'complete' }[method],
    url: { kind: 'exact', text: mcpUrl({ server, tool: tool ?? null }) },
    query: null,
    headers: null,
    body: args === undefined ? null : { kind: 'json', value: args, match: match ?? 'exact' },
  };
}

/** The fields that say a rule, or null for one that is about HTTP. */
export function mcpRuleJson({ method, url, body }: MockRule): Record<string, unknown> | null {
  const target = url?.kind === 'exact' ? mcpTarget(url.text) : null;
  if (target === null) return null;
  return {
    server: target.server,
    ...(method === 'tools/call' ? { tool: target.tool } : { method: method === 'tools/list' ? 'list' : 'complete' }),
    ...(body?.kind === 'json' ? { arguments: body.value, ...(body.match === 'subset' ? { arguments_match: 'subset' } : {}) } : {}),
  };
}
