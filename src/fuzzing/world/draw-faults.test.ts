import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseArbitrary } from '../case-arbitrary.ts';
import { noWords } from '../words.ts';
import { failureReasons, textFaults, type Fault } from './fault.ts';

const cases = (hasRequests = true) => caseArbitrary(fc, { input: fc.constant({}), tests: 3, hasRequests, words: noWords });

describe('faults', () => {
  const seen = fc.sample(cases(), { seed: 1, numRuns: 1_000 });
  const whats = seen.flatMap(({ faults }) => faults.map(({ what }) => what));

  it('are of every kind', () => {
    expect(new Set(whats.map(({ kind }) => kind)).size).toBe(8);
    expect(new Set(whats.flatMap((what) => (what.kind === 'failure' ? [what.reason] : []))).size).toBe(failureReasons.length);
    expect(new Set(whats.flatMap((what) => (what.kind === 'text' ? [what.how] : []))).size).toBe(textFaults.length);
    const statuses = new Set(whats.flatMap((what) => (what.kind === 'status' ? [what.status] : [])));
    expect([429, 500, 502, 503, 404, 401, 204].filter((status) => !statuses.has(status))).toEqual([]);
    expect(whats.some((what) => what.kind === 'status' && what.status === 429 && what.retryAfter !== null)).toBe(true);
  });

  it('are missing in a third of the cases, and in all where nothing is asked for', () => {
    const without = seen.filter(({ faults }) => faults.length === 0).length;
    expect([without > 250, without < 450]).toEqual([true, true]);
    expect(fc.sample(cases(false), { seed: 1, numRuns: 100 }).flatMap(({ faults }) => faults)).toEqual([]);
  });

  it('concern the first request and later ones, once and lastingly', () => {
    const faults = seen.flatMap((one) => one.faults);
    expect([...new Set(faults.map(({ from }) => from))].toSorted((a, b) => a - b).slice(0, 4)).toEqual([1, 2, 3, 4]);
    expect(new Set(faults.map(({ isLasting }) => isLasting)).size).toBe(2);
  });

  it('shrink to the one that matters, on the first request, without what does not matter', () => {
    const smallest = (isGood: (faults: readonly Fault[]) => boolean) =>
      fc.check(
        fc.property(cases(), ({ faults }) => isGood(faults)),
        { seed: 2, numRuns: 2_000 },
      ).counterexample?.[0];
    expect(smallest((faults) => !faults.some(({ what }) => what.kind === 'status' && what.status === 503))).toMatchObject({
      faults: [{ from: 1, isLasting: false, what: { kind: 'status', status: 503, body: 'none', retryAfter: null } }],
      test: 0,
      otherBody: {},
      atMs: Date.parse('2026-01-15T12:00:00Z'),
    });
    expect(smallest((faults) => !faults.some(({ what }) => what.kind === 'value'))?.faults).toMatchObject([{ what: { to: null } }]);
  });
});
