import { LRUCache } from 'lru-cache';
import { CircuitBreaker, type BreakerRule, type Clock } from '#kernel/index.ts';
import type { HttpFailure, HttpOutcome } from './effect.ts';
import { networkFailure } from './failure.ts';

/** Hosts and tasks that are watched at most; beyond, the least recently asked is forgotten. */
const mostWatched = 10_000;
/** Failures that say something about the host; the others are refusals of ours, or wishes of the task's. */
const hostFailures = new Set(['refused', 'dns', 'tls', 'timeout', 'reset', 'protocol']);

/**
 * Spares hosts that keep failing. One breaker for each task and host: what a hostile task provokes must not close a host to the others.
 */
export interface HostBreakers {
  /** Why a request is not sent now, or null. */
  refusalOf(taskId: string, url: URL): HttpFailure | null;
  note(taskId: string, url: URL, outcome: HttpOutcome): void;
  /** Hosts that are spared now, for the curious. */
  open(): readonly { readonly taskId: string; readonly host: string; readonly until: number }[];
}

export function createHostBreakers(rule: BreakerRule, clock: Clock): HostBreakers {
  const breakers = new LRUCache<string, { readonly taskId: string; readonly host: string; readonly breaker: CircuitBreaker }>({
    max: mostWatched,
  });
  return {
    refusalOf(taskId, { host }) {
      const until = breakers.get(`${taskId} ${host}`)?.breaker.openUntil ?? null;
      if (until === null) return null;
      return networkFailure(
        'breaker',
        `${host} has failed this task too often and is not asked again before ${new Date(until).toISOString()}.`,
      );
    },
    note(taskId, { host }, outcome) {
      const isFailure = 'failure' in outcome ? hostFailures.has(outcome.failure.reason) : outcome.answer.status >= 500;
      if ('failure' in outcome && !isFailure) return;
      const key = `${taskId} ${host}`;
      const watched = breakers.get(key);
      // Most hosts never fail: nothing is kept for them.
      if (!isFailure && watched === undefined) return;
      const { breaker } = watched ?? { breaker: new CircuitBreaker(rule, clock) };
      if (watched === undefined) breakers.set(key, { taskId, host, breaker });
      if (isFailure) breaker.failed();
      else breaker.succeeded();
    },
    open: () =>
      [...breakers.values()].flatMap(({ taskId, host, breaker }) =>
        breaker.openUntil === null ? [] : [{ taskId, host, until: breaker.openUntil }],
      ),
  };
}
