import { describe, expect, it } from 'vitest';
import { runIn } from './realm-harness.ts';

describe('timers', () => {
  it('fire in order of their delay, with their arguments, after microtasks', async () => {
    const code = `() => new Promise((done) => { const seen = []; setTimeout((x) => { seen.push(x); done(seen) }, 30, 'late'); setTimeout((x) => seen.push(x), 1, 'soon');
      setImmediate(() => seen.push('next')); queueMicrotask(() => seen.push('micro')); process.nextTick((x) => seen.push(x), 'tick'); seen.push('now') })`;
    const outcome = await runIn(code);
    const seen = outcome.output as string[];
    expect(seen.slice(0, 3)).toEqual(['now', 'micro', 'tick']);
    expect(seen.at(-1)).toBe('late');
    expect(outcome.facts?.turns.length).toBe(3);
  });

  it('repeat until they are cleared', async () => {
    const code = `() => new Promise((done) => { let n = 0; const id = setInterval(() => { if (++n === 3) { clearInterval(id); setTimeout(() => done(n), 10) } }, 1) })`;
    expect((await runIn(code)).output).toBe(3);
  });

  it('can be cleared before they fire, and clearing nonsense is nothing', async () => {
    const code = `() => new Promise((done) => { const id = setTimeout(() => done('bad'), 1); clearTimeout(id); clearTimeout(id); clearTimeout(); clearInterval({}); setTimeout(done, 10, 'good') })`;
    expect((await runIn(code)).output).toBe('good');
  });

  it('do not keep a finished execution alive', async () => {
    expect(await runIn(`() => { setTimeout(() => console.log('never'), 1); setInterval(() => {}, 1); return 1 }`)).toMatchObject({
      output: 1,
      logs: [],
    });
  });

  it('cannot flood the worker', async () => {
    for (const flood of ['for (;;) setTimeout(() => {}, 1e6)', 'for (;;) clearTimeout(setTimeout(() => {}, 1))']) {
      expect((await runIn(`() => { ${flood} }`)).failure).toMatchObject({ kind: 'threw', name: 'RangeError' });
    }
  });

  it('need a function', async () => {
    expect((await runIn(`() => setTimeout('code', 1)`)).failure).toMatchObject({ name: 'TypeError' });
  });
});
