import { testClock } from '#testing/test-clock.ts';
import { expect, it } from 'vitest';
import { createHealth, type HealthFinding } from './health.ts';

const well = async (): Promise<HealthFinding> => ({ status: 'healthy' });

it('a server is as well as its worst part', async () => {
  const limping = async (): Promise<HealthFinding> => ({ status: 'degraded', message: 'the disk is nearly full' });
  expect(await createHealth({ a: well, b: well }, testClock())()).toEqual({
    status: 'healthy',
    checks: { a: { status: 'healthy' }, b: { status: 'healthy' } },
  });
  expect((await createHealth({ a: well, b: limping }, testClock())()).status).toBe('degraded');
});

it('a part whose check throws or never answers is unhealthy, and says nothing internal', async () => {
  const health = createHealth(
    { broken: () => Promise.reject(new Error('password=secret')), silent: () => new Promise(() => {}) },
    testClock(),
  );
  const { status, checks } = await health();
  expect(status).toBe('unhealthy');
  expect(checks).toEqual({
    broken: { status: 'unhealthy', message: 'failed' },
    silent: { status: 'unhealthy', message: 'did not answer within 2 seconds' },
  });
});

it('probes that come together share one look', async () => {
  const clock = testClock();
  let looks = 0;
  const health = createHealth({ a: async () => (looks++, { status: 'healthy' }) }, clock);
  await Promise.all([health(), health(), health()]);
  expect(looks).toBe(1);
  clock.advance(501);
  await health();
  expect(looks).toBe(2);
});
