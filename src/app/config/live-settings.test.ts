import { setting } from '#kernel/index.ts';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseConfigFile } from './config-file.ts';
import { liveSettings } from './live-settings.ts';
import { loadSettings } from './load-settings.ts';

const number = { type: z.number(), default: 1, describe: 'A number.' };
const live = setting({ key: 'test_live.live', reload: 'live', ...number });
const fixed = setting({ key: 'test_live.fixed', ...number });
const list = setting({ key: 'test_live.list', type: z.array(z.string()), default: [], describe: 'Names.', reload: 'live' });
const idle = setting({ key: 'test_live.idle', inactive: 'nothing uses it', ...number });
const all = [live, fixed, list, idle];

const loaded = (yaml: string) => loadSettings({ file: parseConfigFile('live.yaml', yaml), profile: null, env: {}, flags: {} });
const values = (settings: ReturnType<typeof liveSettings>) => [settings.get(live), settings.get(fixed), settings.get(list)];

it('those that may change do, the others stay and are named for as long as they differ', () => {
  const settings = liveSettings(loaded('test_live: {live: 2, fixed: 2, list: [a], idle: 2}'));
  expect(values(settings)).toEqual([2, 2, ['a']]);
  const again = settings.replace(loaded('test_live: {live: 3, fixed: 3, list: [a], idle: "${MISSING}"}'), all);
  expect(again).toEqual({ changed: ['test_live.live'], needRestart: ['test_live.fixed'] });
  expect(values(settings)).toEqual([3, 2, ['a']]);
  expect([settings.originOf(live).source, settings.originOf(fixed).source]).toEqual(['live.yaml:1', 'live.yaml:1']);
  const third = settings.replace(loaded('test_live: {live: 3, fixed: 3, list: [b]}'), all);
  expect(third).toEqual({ changed: ['test_live.list'], needRestart: ['test_live.fixed'] });
  const back = settings.replace(loaded('test_live: {fixed: 2}'), all);
  expect(back).toEqual({ changed: ['test_live.live', 'test_live.list'], needRestart: [] });
  expect(values(settings)).toEqual([1, 2, []]);
});
