import { expect, it } from 'vitest';
import { settingsFrom } from '#kernel/index.ts';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import { schedulesForTest } from '../schedules-harness.ts';
import { heartbeatScheduleUuid, heartbeatTaskUuid } from './heartbeat-task.ts';
import { heartbeatInput, keepHeartbeat } from './keep-heartbeat.ts';

await describeOnBoth('the heartbeat of a server', (open) => {
  it('is made once, follows the configuration, and stays off where somebody has switched it off', async () => {
    const test = schedulesForTest(await open());
    const keep = (said: Record<string, unknown> = {}) => keepHeartbeat({ ...test, settings: settingsFrom(said) });
    expect(await keep()).toBeNull();
    const made = await test.schedules.find('system_heartbeat');
    expect(made).toMatchObject({ uuid: heartbeatScheduleUuid, isEnabled: true, isSystem: true, taskName: 'heartbeat', keepJobs: 12 });
    expect(await keep({ 'heartbeat.cron': '0 * * * *' })).toBeNull();
    expect(await test.schedules.find('system_heartbeat')).toMatchObject({
      id: made.id,
      rule: { expression: '0 * * * *', timeZone: 'UTC' },
    });
    await test.schedules.setEnabled('system_heartbeat', false, 'somebody');
    await keep();
    expect(await test.schedules.find('system_heartbeat')).toMatchObject({ isEnabled: false, disabledReason: 'request' });
    await keep({ 'heartbeat.enabled': false });
    await expect(test.schedules.find('system_heartbeat')).rejects.toMatchObject({ code: 'SCHEDULE_NOT_FOUND' });
    await keep();
    expect(await test.schedules.find('system_heartbeat')).toMatchObject({ isEnabled: true });
    expect((await test.catalogue.find('heartbeat'))?.uuid).toBe(heartbeatTaskUuid);
  });

  it('is left out where a task of somebody else has its name', async () => {
    const test = schedulesForTest(await open());
    await test.task('heartbeat');
    expect(await keepHeartbeat({ ...test, settings: settingsFrom() })).toBe('another task is called heartbeat');
  });
});

it('is told what is true at the moment it is planned, and no other schedule is', () => {
  const facts = { version: '1.2.3', uptimeSeconds: 12.4, activeJobs: 3, problems: [] };
  expect(JSON.parse(heartbeatInput({ uuid: heartbeatScheduleUuid }, () => facts)!)).toEqual({
    version: '1.2.3',
    uptime_seconds: 12,
    active_jobs: 3,
    problems: [],
  });
  expect(heartbeatInput({ uuid: heartbeatTaskUuid }, () => facts)).toBeNull();
});
