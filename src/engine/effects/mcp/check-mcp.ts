import { isUtf8 } from 'node:buffer';
import type { HttpFailure, HttpRequest } from '../effect.ts';
import { networkFailure } from '../failure.ts';
import { mcpMethods, mcpTarget, type McpMethod } from './mcp-address.ts';

export interface McpLimits {
  /** Calls of one execution. */
  readonly mcpCalls: number;
  /** Of one call's arguments. */
  readonly mcpRequestBytes: number;
}

const longestToolChars = 200;
const invalid = (message: string): { failure: HttpFailure } => ({ failure: { name: 'TypeError', message, reason: 'invalid' } });

/**
 * Judges a call as it came from hostile code, as `checkRequest` judges requests: gives it back in one form, or why it is refused.
 * @param servers those that the task declares
 */
export function checkMcp(
  request: HttpRequest,
  servers: readonly string[],
  limits: McpLimits,
): { request: HttpRequest } | { failure: HttpFailure } {
  const { url, method, body } = request;
  // What `fetch` makes of such an address.
  if (!mcpMethods.includes(method as McpMethod)) return invalid('URLs must begin with http: or https:, not "mcp:".');
  const target = mcpTarget(url);
  if (target === null) return invalid('The address of the call is not that of an MCP server.');
  if ((target.server === null) !== (method === 'servers/list') || (target.tool === null) !== (method !== 'tools/call')) {
    return invalid('The call names too much, or too little: a server and a tool are needed to call a tool.');
  }
  if (target.tool !== null && target.tool.length > longestToolChars) {
    return invalid(`The name of the tool is ${target.tool.length} characters long; at most ${longestToolChars} are allowed.`);
  }
  if (target.server !== null && !servers.includes(target.server)) {
    const message = `The task does not declare the MCP server ${target.server}; it declares ${servers.join(', ') || 'none'}.`;
    return { failure: { name: 'McpServerUnknownError', message, reason: 'server-unknown' } };
  }
  if (body !== null && body.byteLength > limits.mcpRequestBytes) {
    const message = `What the call sends is ${body.byteLength} bytes; at most ${limits.mcpRequestBytes} are allowed (mcp.calls.max_request_bytes).`;
    return { failure: networkFailure('too-large', message) };
  }
  const needsBody = method === 'tools/call' || method === 'complete';
  if (needsBody !== (body !== null) || (body !== null && !isJsonObject(body))) return invalid('What the call sends is not a JSON object.');
  return { request: { url, method, headers: [], body, timeoutMs: null, redirect: 'error', retry: null } };
}

function isJsonObject(body: Uint8Array): boolean {
  if (!isUtf8(body)) return false;
  try {
    const value: unknown = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
