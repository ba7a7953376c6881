import type { Settings } from '#kernel/index.ts';
import { maxMcpCalls, maxRecorded, maxRequests, maxRequestsAtOnce } from '../limits.ts';
import type { GateOptions } from './gate.ts';
import { httpMaxHeaderBytes, httpMaxRequestBytes } from './http-settings.ts';
import { mcpMaxRequestBytes } from './mcp/mcp-settings.ts';

/** What the gate allows an execution, as the configuration says; the same for every provider. */
export function gateLimits(settings: Settings): GateOptions['limits'] {
  return {
    requests: settings.get(maxRequests),
    requestsAtOnce: settings.get(maxRequestsAtOnce),
    requestBytes: settings.get(httpMaxRequestBytes),
    headerBytes: settings.get(httpMaxHeaderBytes),
    recordedBytes: settings.get(maxRecorded),
    mcpCalls: settings.get(maxMcpCalls),
    mcpRequestBytes: settings.get(mcpMaxRequestBytes),
  };
}
