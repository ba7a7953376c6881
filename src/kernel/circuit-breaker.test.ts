import { testClock } from '#testing/test-clock.ts';
import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.ts';

const rule = { windowMs: 60_000, leastCalls: 5, mostFailures: 5, leastShare: 0.5, openMs: 60_000, successesToClose: 3 };

function breakerWithClock() {
  const clock = testClock();
  return { clock, breaker: new CircuitBreaker(rule, clock) };
}

const fail = (breaker: CircuitBreaker, times: number) => Array.from({ length: times }, () => breaker.failed());

describe('a circuit breaker', () => {
  it('opens with the fifth failure of the window and says until when', () => {
    const { clock, breaker } = breakerWithClock();
    fail(breaker, 4);
    expect(breaker.state).toBe('closed');
    breaker.failed();
    expect(breaker.state).toBe('open');
    expect(breaker.openUntil).toBe(clock.now() + 60_000);
  });

  it('stays closed while most calls succeed, however many fail', () => {
    const { breaker } = breakerWithClock();
    for (let call = 0; call < 100; call++) {
      breaker.succeeded();
      breaker.succeeded();
      breaker.failed();
    }
    expect(breaker.state).toBe('closed');
  });

  it('forgets failures that are older than the window', () => {
    const { clock, breaker } = breakerWithClock();
    fail(breaker, 4);
    clock.advance(60_001);
    breaker.failed();
    expect(breaker.state).toBe('closed');
    expect(breaker.failures).toBe(1);
  });

  it('is half open after its rest, closes after three successes and opens again on one failure', () => {
    const { clock, breaker } = breakerWithClock();
    fail(breaker, 5);
    clock.advance(60_000);
    expect(breaker.state).toBe('half-open');
    breaker.failed();
    expect(breaker.state).toBe('open');
    clock.advance(60_000);
    breaker.succeeded();
    breaker.succeeded();
    expect(breaker.state).toBe('half-open');
    breaker.succeeded();
    expect(breaker.state).toBe('closed');
    expect(breaker.failures).toBe(0);
  });

  it('is blank once everything it has seen is past the window', () => {
    const { clock, breaker } = breakerWithClock();
    expect(breaker.isBlank).toBe(true);
    breaker.succeeded();
    expect(breaker.isBlank).toBe(false);
    clock.advance(60_001);
    expect(breaker.isBlank).toBe(true);
  });
});
