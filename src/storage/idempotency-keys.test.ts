import { expect, it } from 'vitest';
import { testClock } from '#testing/test-clock.ts';
import { describeOnBoth } from '#testing/temporary-database.ts';
import { createIdempotencyKeys } from './idempotency-keys.ts';

await describeOnBoth('answers kept under a key', (open) => {
  it('are given again until they expire, and only in their own scope', async () => {
    const clock = testClock();
    const keys = createIdempotencyKeys(await open(), clock);
    await keys.keep('a', 'k', { fingerprint: 'f', answer: '{"n":1}' }, clock.now() + 1_000);
    expect(await keys.find('a', 'k')).toEqual({ fingerprint: 'f', answer: '{"n":1}' });
    expect(await keys.find('b', 'k')).toBeNull();
    clock.advance(1_000);
    expect(await keys.find('a', 'k')).toBeNull();
  });

  it('are those of the first request: a second one changes nothing while the key lives, and takes it over afterwards', async () => {
    const clock = testClock();
    const keys = createIdempotencyKeys(await open(), clock);
    await keys.keep('a', 'k', { fingerprint: 'f', answer: '1' }, clock.now() + 1_000);
    await keys.keep('a', 'k', { fingerprint: 'g', answer: '2' }, clock.now() + 5_000);
    expect((await keys.find('a', 'k'))?.answer).toBe('1');
    clock.advance(1_000);
    await keys.keep('a', 'k', { fingerprint: 'g', answer: '2' }, clock.now() + 5_000);
    expect((await keys.find('a', 'k'))?.answer).toBe('2');
  });
});
