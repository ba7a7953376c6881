import { expect, it } from 'vitest';
import { ratchet } from '#testing/ratchet-process.ts';

// Ten commands at the same moment, as in a build script, share nothing they could damage.
it('ten commands at once each give their own answer', async () => {
  const ends = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      ratchet(['run-once', 'sample/js-tasks/addition', '--input-json', JSON.stringify({ num1: i, num2: 100 }), '--format', 'json']),
    ),
  );
  expect(ends.map(({ code, stdout }) => [code, stdout])).toEqual(ends.map((_, i) => [0, `{"sum":${i + 100}}\n`]));
}, 60_000);
