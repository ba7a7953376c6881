import { expect, it } from 'vitest';
import { programOf } from '#testing/code-program.ts';
import { engineOf } from '#testing/engine-of.ts';

// RegExp.$1 and RegExp.lastMatch remember the last match: of whom?
it('the last match of a regular expression is not told to the next execution', async () => {
  const { engine, run } = await engineOf({ 'engine.workers': 1 });
  const program = programOf(
    "return () => { const before = [RegExp.lastMatch, RegExp.$1, RegExp.input, RegExp['$`']]; /(secret)/.exec('my secret word'); return before; }",
  );
  for (let i = 0; i < 3; i++) expect((await run(program)).outcome.output).toBe('["","","",""]');
  await engine.close();
});
