import type { Settings } from '#kernel/index.ts';
import { systemClock } from '#kernel/index.ts';
import type { ClockSource, EffectsProvider, Exchange, HttpOutcome, HttpRequest } from './effect.ts';
import { abortedFailure, networkFailure } from './failure.ts';
import { gateLimits } from './gate-limits.ts';
import { openGate } from './gate.ts';
import { isMcp } from './mcp/mcp-address.ts';

export interface RecordedEffectsOptions {
  /** What the recorded execution asked and got, in the order in which it asked; requests that were refused before are left out. */
  readonly exchanges: readonly Exchange[];
  readonly seed: string;
  readonly clock: ClockSource;
  /** What woke the recorded execution; see `ExecutionEffects.order`. Absent where nobody noted it. */
  readonly order?: readonly string[];
  /** How well a recorded request fits the one that is made; the best that was not used yet answers, nothing answers at 0. */
  readonly fit: (recorded: HttpRequest, made: HttpRequest) => number;
}

/**
 * Answers from a recording: no request leaves the machine. A request is answered by the one that was recorded in its place when the two
 * fit; else by the best that fits; else it fails with the reason `no-recording`.
 */
export function createRecordedEffects(settings: Settings, options: RecordedEffectsOptions): EffectsProvider {
  return {
    begin({ mcp }) {
      const left = new Set(options.exchanges);
      let place = 0;
      const choose = (request: HttpRequest): Exchange | undefined => {
        const inPlace = options.exchanges[place++];
        if (inPlace !== undefined && left.has(inPlace) && options.fit(inPlace.request, request) === bestFit) return inPlace;
        let best: { exchange: Exchange; fit: number } | undefined;
        for (const exchange of left) {
          // Between equals, what was recorded in this place, and then what was recorded first.
          const fit = options.fit(exchange.request, request) + (exchange === inPlace ? 0.5 : 0);
          if (fit >= 1 && fit > (best?.fit ?? 0)) best = { exchange, fit };
        }
        return best?.exchange;
      };
      return openGate({
        seed: options.seed,
        clockSource: options.clock,
        clock: systemClock,
        limits: gateLimits(settings),
        mcp,
        ...(options.order === undefined ? {} : { order: options.order }),
        async perform(request, signal) {
          const exchange = choose(request);
          if (exchange === undefined) return { outcome: { failure: notRecorded(request) }, attempts: 0 };
          left.delete(exchange);
          return { outcome: exchange.outcome ?? (await untilAborted(signal)), attempts: 1 };
        },
      });
    },
    async close() {},
  };
}

/** What `fit` says of two requests that are the same. */
export const bestFit = 10;

function notRecorded({ method, url }: HttpRequest) {
  const place = isMcp({ url }) ? url : `${new URL(url).origin}${new URL(url).pathname}`;
  return networkFailure('no-recording', `The recording holds no answer to ${method} ${place}.`);
}

/** The recorded execution ended before this request did. */
function untilAborted(signal: AbortSignal): Promise<HttpOutcome> {
  return new Promise((resolve) => {
    const end = () => resolve({ failure: abortedFailure });
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
