import { CircuitBreaker, type BreakerRule, type Clock } from '#kernel/index.ts';

/** Tasks that keep failing rest for a while, so that their retries do not take the place of work that succeeds. */
export interface TaskBreakers {
  succeeded(taskId: number): void;
  failed(taskId: number): void;
  /** Tasks that rest now, until when (milliseconds since 1970 UTC). */
  resting(): ReadonlyMap<number, number>;
  stateOf(taskId: number): { readonly state: 'closed' | 'open' | 'half-open'; readonly failures: number };
}

export function createTaskBreakers(rule: BreakerRule, clock: Clock): TaskBreakers {
  const breakers = new Map<number, CircuitBreaker>();
  const of = (taskId: number) => {
    let breaker = breakers.get(taskId);
    if (breaker === undefined) breakers.set(taskId, (breaker = new CircuitBreaker(rule, clock)));
    return breaker;
  };
  const nobody: ReadonlyMap<number, number> = new Map();
  return {
    succeeded(taskId) {
      // Tasks that never fail need no breaker.
      const breaker = breakers.get(taskId);
      breaker?.succeeded();
      if (breaker?.state === 'closed' && breaker.failures === 0) breakers.delete(taskId);
    },
    failed: (taskId) => of(taskId).failed(),
    resting() {
      if (breakers.size === 0) return nobody;
      const until = new Map<number, number>();
      for (const [taskId, breaker] of breakers) {
        if (breaker.openUntil !== null) until.set(taskId, breaker.openUntil);
        else if (breaker.isBlank) breakers.delete(taskId);
      }
      return until;
    },
    stateOf(taskId) {
      const breaker = breakers.get(taskId);
      return { state: breaker?.state ?? 'closed', failures: breaker?.failures ?? 0 };
    },
  };
}
