import type { Clock, Settings } from '#kernel/index.ts';
import { argumentNotClean, rateExceeded, tooManyAtOnce, toolsNotAllowed } from '../errors.ts';
import type { ToolKind } from '../offer.ts';
import { mcpGlobalPerMinute, mcpInputCheck } from '../settings.ts';
import type { McpClient, RateKind } from './client.ts';
import { controlCharacterIn } from './control-character.ts';
import { createRates } from './rates.ts';

/** Stands in front of everything a client asks for. One for all clients of a process. */
export interface Gatekeeper {
  /** Counts a request, whatever it asks. @throws MCP_RATE_EXCEEDED */
  readonly request: (client: McpClient) => void;
  /**
   * Lets a call of a tool through, or not.
   * @returns what has to be called when it has ended
   * @throws MCP_TOOL_NOT_ALLOWED, MCP_RATE_EXCEEDED, MCP_TOO_MANY_AT_ONCE, MCP_ARGUMENT_NOT_CLEAN
   */
  readonly tool: (client: McpClient, tool: { readonly name: string; readonly kind: ToolKind }, input: unknown) => () => void;
}

const rateKinds: Partial<Record<ToolKind, { readonly kind: RateKind; readonly what: string }>> = {
  execute: { kind: 'execute', what: 'calls of tools that run tasks' },
  debug: { kind: 'execute', what: 'calls of tools that run tasks' },
  logs: { kind: 'logs', what: 'requests for logs' },
  traces: { kind: 'traces', what: 'requests for traces' },
};

export function createGatekeeper(settings: Settings, clock: Clock): Gatekeeper {
  const rates = createRates(clock);
  const running = new Map<string, number>();

  const take = (name: string, perMinute: number | null, what: string) => {
    const retryAfterSeconds = perMinute === null ? null : rates.take(name, perMinute);
    if (retryAfterSeconds !== null) throw rateExceeded({ what, perMinute: perMinute!, retryAfterSeconds });
  };
  const begin = (client: McpClient) => {
    const now = running.get(client.id) ?? 0;
    const { maxConcurrentExecutions: limit } = client.limits;
    if (now >= limit) throw tooManyAtOnce({ client: client.name, limit, retryAfterSeconds: 1 });
    running.set(client.id, now + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const left = (running.get(client.id) ?? 1) - 1;
      if (left === 0) running.delete(client.id);
      else running.set(client.id, left);
    };
  };
  return {
    request(client) {
      take(`${client.id} total`, client.perMinute.total, `requests of ${client.name}`);
      take('everybody', settings.get(mcpGlobalPerMinute), 'requests of all clients');
    },
    tool(client, { name, kind }, input) {
      const refusal = client.refusal(kind);
      if (refusal !== null) throw toolsNotAllowed({ tool: name, client: client.name, ...refusal });
      if (settings.get(mcpInputCheck)) {
        const found = controlCharacterIn(input);
        if (found !== null) throw argumentNotClean(found);
      }
      const rate = rateKinds[kind];
      if (rate) take(`${client.id} ${rate.kind}`, client.perMinute[rate.kind], rate.what);
      return kind === 'execute' || kind === 'debug' ? begin(client) : () => {};
    },
  };
}
