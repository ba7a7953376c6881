import { expect, it } from 'vitest';
import { programOf } from '#testing/code-program.ts';
import { engineOf } from '#testing/engine-of.ts';

// Warm realms keep what a task left in them, for that task. Another version or another task must never be given one.
it('a warm realm is never given to another program, whatever order they come in', async () => {
  const { engine, run } = await engineOf({ 'engine.workers': 1 });
  const programs = Array.from({ length: 8 }, (_, i) =>
    programOf(
      `return () => { const before = globalThis.owner ?? null; globalThis.owner = ${i}; Array.prototype.owner = ${i}; return [before, [].owner]; }`,
    ),
  );
  for (let round = 0; round < 4; round++) {
    const answers = await Promise.all(programs.map((program) => run(program, { isolation: 'warm' })));
    for (const [i, { outcome }] of answers.entries()) {
      const [before, inherited] = JSON.parse(outcome.output!) as [number | null, number];
      expect([null, i]).toContain(before);
      expect(inherited).toBe(i);
    }
  }
  const cold = await run(programs[0]!, { isolation: 'fresh' });
  expect(cold.outcome.output).toBe('[null,0]');
  await engine.close();
});
