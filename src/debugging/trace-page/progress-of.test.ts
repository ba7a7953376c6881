import { expect, it } from 'vitest';
import { progressOf } from './progress-of.ts';

it.each([
  [0.4, 0.4, ''],
  [40, 0.4, ''],
  [{ progress: 0.25, step: 'load', message: 'page 1' }, 0.25, 'load: page 1'],
  [{ percent: 70 }, 0.7, ''],
  [{ progress: 3000 }, 1, ''],
  ['loading', null, '"loading"'],
  [{ done: 3 }, null, '{"done":3}'],
  [null, null, 'null'],
  [Number.NaN, null, ''],
])('progress %j is the share %j and the words %j', (update, share, text) => {
  expect(progressOf(update)).toEqual({ share, text });
});
