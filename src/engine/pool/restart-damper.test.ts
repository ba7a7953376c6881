import { settingsFrom } from '#kernel/index.ts';
import { expect, it } from 'vitest';
import { testClock } from '#testing/test-clock.ts';
import { RestartDamper } from './restart-damper.ts';

it('pauses grow up to the one that is configured, and whoever waits is told after so many failures', () => {
  const clock = testClock();
  const damper = new RestartDamper(clock, settingsFrom({ 'engine.restart_delay': 0.3, 'engine.max_restart_attempts': 3 }));
  const pauseAfterFailure = () => {
    damper.failed('it fell');
    for (let ms = 0; ; ms += 10, clock.advance(10)) if (damper.mayStart()) return ms;
  };
  expect(damper.mayStart()).toBe(true);
  expect([pauseAfterFailure(), damper.problem]).toEqual([100, null]);
  expect([pauseAfterFailure(), damper.problem]).toEqual([200, null]);
  expect([pauseAfterFailure(), damper.problem]).toEqual([300, 'it fell']);
  expect(pauseAfterFailure()).toBe(300);
  damper.started();
  expect([damper.mayStart(), damper.problem, pauseAfterFailure()]).toEqual([true, null, 100]);
});
