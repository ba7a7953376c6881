import type { McpClient } from '../clients/client.ts';
import type { ProgressUpdate, ToolContext } from '../offer.ts';
import type { Exchange } from './exchange.ts';
import type { McpParts } from './mcp-parts.ts';

/** What tools, resources and prompts may lean on while they answer one request of a client. */
export function createToolContext(parts: Pick<McpParts, 'askingFor' | 'clock'>, client: McpClient, exchange: Exchange): ToolContext {
  const { limits } = client;
  return {
    ask: parts.askingFor(client),
    signal: exchange.signal,
    now: parts.clock.now(),
    progress: progressTo(exchange, () => parts.clock.now()),
    confirm: exchange.confirm,
    maySee: client.maySee,
    limits: { maxExecutionMs: limits.maxExecutionMs, maxLogEntries: limits.maxLogEntries, maxTraceEntries: limits.maxTraceEntries },
  };
}

/**
 * Tells a client that gave a token how far its call is: in the words of MCP, whose progress only ever grows, and in those of
 * older clients of Ratchet, which read more.
 */
function progressTo({ progressToken, notify }: Exchange, now: () => number): (update: ProgressUpdate) => void {
  if (progressToken === undefined) return () => {};
  let last = -1;
  return (update) => {
    const { progress, message, step } = update;
    if (progress > last) {
      last = progress;
      const said = message ?? step;
      notify('notifications/progress', { progressToken, progress, total: 1, ...(said === undefined ? {} : { message: said }) });
    }
    notify('notifications/task_progress', { ...update, timestamp: new Date(now()).toISOString() });
  };
}
