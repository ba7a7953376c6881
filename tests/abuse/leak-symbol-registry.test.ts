import { expect, it } from 'vitest';
import { programOf } from '#testing/code-program.ts';
import { engineOf } from '#testing/engine-of.ts';

// The registry behind Symbol.for belongs to the isolate. It may tell that a name was used, never carry a value.
it('nothing hangs on a registered symbol in the next execution', async () => {
  const { engine, run } = await engineOf({ 'engine.workers': 1 });
  const body = `return () => {
    const symbol = Symbol.for('shared'); const before = [globalThis[symbol], symbol.description, Object.prototype[symbol], Symbol.keyFor(symbol), Symbol.prototype.memo];
    globalThis[symbol] = 'secret'; Object.prototype[symbol] = 'secret'; Symbol.prototype.memo = 'secret';
    return before;
  }`;
  for (let i = 0; i < 3; i++) expect((await run(programOf(body))).outcome.output).toBe('[null,"shared",null,"shared",null]');
  await engine.close();
});
