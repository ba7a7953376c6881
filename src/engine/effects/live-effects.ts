import { randomSource, systemClock, type Clock, type Settings } from '#kernel/index.ts';
import { gateLimits } from './gate-limits.ts';
import type { Resolve } from './address-guard.ts';
import { createAllowList } from './allow-list.ts';
import type { EffectsProvider } from './effect.ts';
import { abortedFailure } from './failure.ts';
import { openGate } from './gate.ts';
import { mcpServerNotConfigured } from '../errors.ts';
import { createHostBreakers } from './host-breakers.ts';
import { breakerEnabled, breakerRule } from './http-settings.ts';
import type { LiveHttp } from './live-http.ts';
import type { LiveMcp } from './mcp/live-mcp.ts';
import { isMcp } from './mcp/mcp-address.ts';
import { mcpServers } from './mcp/mcp-settings.ts';

export interface LiveEffectsOptions {
  /** `server` (default): public addresses only. `development` (run-once, test): loopback too, and private hosts a task's list names. */
  readonly profile?: 'server' | 'development';
  readonly clock?: Clock;
  /** Where seeds come from. */
  readonly random?: (bytes: number) => Uint8Array;
  /** Resolves names instead of the system. */
  readonly resolve?: Resolve;
  /** Told what MCP servers print and how they end, without their secrets. */
  readonly onDiagnostic?: (line: string, level: 'debug' | 'warn') => void;
}

/** Effects performed for real. Nothing heavy is loaded before the first request. */
export function createLiveEffects(settings: Settings, options: LiveEffectsOptions = {}): EffectsProvider {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? randomSource();
  const profile = options.profile ?? 'server';
  let isClosed = false;
  let loading: Promise<LiveHttp> | undefined;
  const load = () =>
    (loading ??= import('./live-http.ts').then(({ createLiveHttp }) =>
      createLiveHttp(settings, { profile, clock, resolve: options.resolve }),
    ));

  let loadingMcp: Promise<LiveMcp> | undefined;
  const loadMcp = () =>
    (loadingMcp ??= import('./mcp/live-mcp.ts').then(({ createLiveMcp }) =>
      createLiveMcp(settings, clock, options.onDiagnostic ?? (() => {})),
    ));
  /** The first server a task needs and nobody has configured. */
  const missingServer = (declared: readonly string[]) => {
    if (declared.length === 0) return undefined;
    const configured = settings.get(mcpServers).map(({ name }) => name);
    const server = declared.find((one) => !configured.includes(one));
    return server === undefined ? undefined : mcpServerNotConfigured({ server, configured });
  };

  const breakers = profile === 'server' && settings.get(breakerEnabled) ? createHostBreakers(breakerRule(settings), clock) : null;

  return {
    begin({ network, taskId = '', mcp = [] }) {
      const list = createAllowList(network);
      return openGate({
        seed: Buffer.from(random(32)).toString('hex'),
        clockSource: { kind: 'live' },
        clock,
        limits: gateLimits(settings),
        mcp,
        refusal: missingServer(mcp),
        async perform(request, signal) {
          if (isClosed) return { outcome: { failure: abortedFailure }, attempts: 0 };
          if (isMcp(request)) return (await loadMcp()).perform(request, mcp, signal);
          const live = await load();
          const url = breakers && URL.parse(request.url);
          if (!url) return live.perform(request, list, signal);
          const failure = breakers.refusalOf(taskId, url);
          if (failure) return { outcome: { failure }, attempts: 0 };
          const performed = await live.perform(request, list, signal);
          breakers.note(taskId, url, performed.outcome);
          return performed;
        },
      });
    },
    async close() {
      isClosed = true;
      await Promise.all([(await loading)?.close(), (await loadingMcp)?.close()]);
    },
  };
}
