import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programOf } from '#testing/code-program.ts';
import { engineOf, type TestEngine } from '#testing/engine-of.ts';
import type { ScriptCoverage } from './instruments.ts';

let test: TestEngine;
beforeAll(async () => {
  test = await engineOf();
});
afterAll(() => test.engine.close());

/** How often the code at a text's first occurrence ran: the count of the smallest range around it. */
function countAt(script: string, coverage: ScriptCoverage, text: string): number | undefined {
  const at = script.indexOf(text);
  const around = coverage.functions.flatMap(({ ranges }) => ranges).filter(({ start, end }) => start <= at && at < end);
  return around.toSorted((a, b) => a.end - a.start - (b.end - b.start))[0]?.count;
}

const counted = programOf(`
function never() { return 'never'; }
function often(x = 'unset', { y = 'inner' } = {}) { return x + y; }
const table = { a: () => 'arrow a', b: () => 'arrow b' };
return function (input) {
  for (let i = 0; i < 3; i++) often(i, input);
  if (input.flag) { return table.a(); }
  return 'plain';
};`);

describe('an execution with coverage', () => {
  it('tells how often each block ran, in offsets of the script as it was', async () => {
    const { outcome, insights } = await test.run(counted, { instruments: { coverage: true } });
    expect(outcome.output).toBe('"plain"');
    const at = (text: string) => countAt(counted.script, insights!.coverage!, text);
    expect([at(`'never'`), at('return x + y'), at('return table.a()'), at(`'plain'`), at(`'arrow b'`)]).toEqual([0, 3, 0, 1, 0]);
  });

  it('tells how often default values were used, which V8 alone does not count', async () => {
    const { insights } = await test.run(counted, { input: { y: 1 }, instruments: { coverage: true } });
    const at = (text: string) => countAt(counted.script, insights!.coverage!, text);
    expect([at(`'unset'`), at(`'inner'`), at('{})')]).toEqual([0, 0, 0]);
    const other = programOf('function f(a = 1, b = (2, 3)) { return a + b; } return () => f() + f(1) + f(1, 1);');
    const ran = await test.run(other, { instruments: { coverage: true } });
    expect(ran.outcome.output).toBe(String(4 + 4 + 2));
    expect([countAt(other.script, ran.insights!.coverage!, '1,'), countAt(other.script, ran.insights!.coverage!, '2, 3')]).toEqual([1, 2]);
  });

  it('keeps the places in stacks although text was put into the script', async () => {
    const body = 'return function (input, options = { a: 1 }, more = [2]) { const x = (y = 3) => { throw new Error("here"); }; x(); };';
    const plain = await test.run(programOf(body));
    const looked = await test.run(programOf(body), { instruments: { coverage: true } });
    expect(looked.outcome.error!.data['frames']).toEqual(plain.outcome.error!.data['frames']);
    expect(looked.outcome.error!.data['frames']).toMatchObject([{ function: 'x', line: 1 }, { line: 1 }]);
  });

  it('is complete in every run, also when the same program ran without before and between', async () => {
    for (const round of [1, 2, 3]) {
      await test.run(counted);
      const { insights } = await test.run(counted, { input: { flag: round === 2 }, instruments: { coverage: true } });
      expect([round, countAt(counted.script, insights!.coverage!, `'arrow a'`)]).toEqual([round, round === 2 ? 1 : 0]);
      expect(countAt(counted.script, insights!.coverage!, 'return x + y')).toBe(3);
    }
  });

  it('tells what ran when the task throws, loops for ever, or waits for too long', async () => {
    const bad = programOf(`return async function (input) {
      const done = 'before';
      if (input.how === 'throw') throw new TypeError('thrown');
      if (input.how === 'loop') for (;;) { done.length; }
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      return 'after'; };`);
    const cases = [
      ['throw', 'TASK_FAILED', {}],
      ['loop', 'CPU_LIMIT_EXCEEDED', { cpuMs: 200 }],
      ['wait', 'TIMED_OUT', { wallMs: 300 }],
    ] as const;
    for (const [how, code, limits] of cases) {
      const { outcome, insights } = await test.run(bad, { input: { how }, limits, instruments: { coverage: true } });
      const at = (text: string) => countAt(bad.script, insights!.coverage!, text);
      expect([outcome.error?.code, at(`'before'`), at('throw new'), at(`'after'`)]).toEqual([code, 1, how === 'throw' ? 1 : 0, 0]);
    }
  });

  it('cannot be lied to with code that calls itself by the name of the program', async () => {
    const body = `return function () {
      const text = 'function f() { return 1 } f(); f(); //#';
      const padding = ' '.repeat(SIZE - text.length - ' sourceURL=main.js'.length);
      (0, eval)(padding + text + ' sourceURL=main.js');
      return 'honest'; };`;
    // As long as the program itself.
    const program = programOf(body.replace('SIZE', String(programOf(body).script.length - 1)));
    const { insights } = await test.run(program, { instruments: { coverage: true } });
    expect(countAt(program.script, insights!.coverage!, `'honest'`)).toBe(1);
    expect(insights!.coverage!.functions.map(({ name }) => name)).not.toContain('f');
  });
});

describe('an execution with a profile', () => {
  const busy = programOf(`
function hot() { let n = 1; for (let i = 0; i < 2e6; i++) n = (n * 48271) % 2147483647; return n; }
return async function (input) {
  const until = Date.now() + 60;
  while (Date.now() < until) hot();
  await new Promise((resolve) => setTimeout(resolve, 5));
  hot();
  return 'done'; };`);

  it('tells which functions the time went to, with their lines', async () => {
    const { outcome, insights } = await test.run(busy, { instruments: { profile: true } });
    expect(outcome.output).toBe('"done"');
    const { nodes, samples, timeDeltas, startTime, endTime } = insights!.profile!;
    const hot = nodes.filter(({ callFrame }) => callFrame.functionName === 'hot');
    expect(hot[0]!.callFrame).toMatchObject({ url: 'main.js', lineNumber: 1 });
    const ids = new Set(hot.map(({ id }) => id));
    const inCode = new Set(nodes.filter(({ callFrame }) => callFrame.url !== '').map(({ id }) => id));
    expect(samples.filter((id) => ids.has(id)).length).toBeGreaterThan(0.5 * samples.filter((id) => inCode.has(id)).length);
    expect(samples).toHaveLength(timeDeltas.length);
    expect(endTime - startTime).toBeGreaterThan(60_000);
    expect(insights!.profileStartedMs).toBeGreaterThan(0);
    expect(insights!.coverage).toBeNull();
  });

  it('is told also when a limit ends the execution', async () => {
    const spin = programOf('return function spin() { for (;;); }');
    const { outcome, insights } = await test.run(spin, { limits: { cpuMs: 200 }, instruments: { profile: true, coverage: true } });
    expect(outcome.error?.code).toBe('CPU_LIMIT_EXCEEDED');
    expect(insights!.profile!.nodes.map(({ callFrame }) => callFrame.functionName)).toContain('spin');
    expect(countAt(spin.script, insights!.coverage!, 'for (;;)')).toBe(1);
  });
});

describe('instruments', () => {
  it('leave no isolate behind, and none where nothing was to run', async () => {
    const one = await engineOf({ 'engine.workers': 1 });
    const broken = programOf('const a = 1;\nconst a = 2;\nreturn () => a;');
    const { outcome } = await one.run(broken, { instruments: { coverage: true, profile: true } });
    expect(outcome.error).toMatchObject({ code: 'TASK_COMPILE_FAILED', data: { file: 'main.js', line: 2, column: 7 } });
    const { outcome: checked, insights } = await one.run(counted, { checkOnly: true, instruments: { coverage: true } });
    expect([checked.output, insights]).toEqual(['null', null]);
    const counting = programOf('globalThis.n ??= 0; return () => ++globalThis.n');
    const outputs = [];
    for (let i = 0; i < 3; i++) {
      outputs.push((await one.run(counting, { isolation: 'warm', instruments: { coverage: true } })).outcome.output);
    }
    expect(outputs).toEqual(['1', '1', '1']);
    await one.engine.close();
  });

  it('leave an engine that goes on when the memory limit ends an execution', async () => {
    const hog = programOf('return (input) => { const all = []; for (;;) all.push(new Array(10_000).fill(input.x ?? {})); }');
    for (const instruments of [{ coverage: true }, { profile: true }, { coverage: true, profile: true }]) {
      const { outcome } = await test.run(hog, { limits: { memoryMb: 32 }, instruments });
      expect(outcome.error?.code).toBe('MEMORY_LIMIT_EXCEEDED');
      const { insights } = await test.run(counted, { instruments: { coverage: true } });
      expect(countAt(counted.script, insights!.coverage!, `'plain'`)).toBe(1);
    }
  });

  it('see nothing of an execution that does not ask for them', async () => {
    expect((await test.run(counted)).insights).toBeNull();
  });
});
