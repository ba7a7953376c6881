import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noEffects, programOf } from '#testing/code-program.ts';
import { isProcessAlive } from '#kernel/index.ts';
import { engineOf, type TestEngine } from '#testing/engine-of.ts';

const add = programOf('return function (input) { return { sum: input.a + input.b } }');
const wait = programOf('return () => new Promise((resolve) => setTimeout(resolve, 5_000))');
const spin = programOf('return () => { for (;;); }');

let test: TestEngine;
beforeAll(async () => {
  test = await engineOf();
});
afterAll(() => test.engine.close());

async function codeOf(promise: ReturnType<TestEngine['run']>): Promise<string> {
  const { outcome } = await promise;
  return outcome.error?.code ?? `no error but ${outcome.output}`;
}

describe('the engine', () => {
  it('runs a program with its input and says what it cost', async () => {
    const { outcome, cost } = await test.run(add, { input: { a: 1, b: 2 } });
    expect(outcome).toEqual({ output: '{"sum":3}', error: null });
    expect(cost.heapBytes).toBeGreaterThan(100_000);
    expect(cost.wallMs).toBeGreaterThanOrEqual(cost.waitedMs);
  });

  it('hands the task its context', async () => {
    const { outcome } = await test.run(programOf('return (input, context) => context'));
    expect(JSON.parse(outcome.output!)).toEqual({
      executionId: '01890000-0000-7000-8000-000000000001',
      taskId: '01890000-0000-7000-8000-000000000002',
      taskVersion: '1.0.0',
    });
  });

  it('tells what a task threw, with its class and the author’s own line', async () => {
    const { outcome } = await test.run(programOf('function inner(x) {\n  return x.a.b;\n}\nreturn (input) => inner(input);'));
    expect(outcome.error).toMatchObject({ code: 'TASK_FAILED', data: { errorClass: 'TypeError' } });
    expect(outcome.error!.data['frames']).toMatchObject([{ function: 'inner', file: 'main.js', line: 2, column: 14 }, { line: 4 }]);
  });

  it('tells where code does not compile', async () => {
    const { outcome } = await test.run(programOf('const a = 1;\nconst a = 2;\nreturn () => a;'));
    expect(outcome.error).toMatchObject({ code: 'TASK_COMPILE_FAILED', data: { file: 'main.js', line: 2, column: 7 } });
  });

  it('compiles and checks the input without calling the task when asked to check only', async () => {
    const loud = programOf('return () => { throw new Error("called") }', {
      input: '(json) => json === "1" ? "" : JSON.stringify([{ path: "", message: "must be 1" }])',
    });
    expect((await test.run(loud, { input: 1, checkOnly: true })).outcome).toEqual({ output: 'null', error: null });
    expect(await codeOf(test.run(loud, { input: 2, checkOnly: true }))).toBe('INPUT_INVALID');
  });
});

describe('schema checks', () => {
  const checked = programOf('globalThis.n = (globalThis.n ?? 0) + 1; return (input) => input ?? globalThis.n', {
    input: '(json) => json === "0" ? JSON.stringify([{ path: "", message: "must not be 0" }]) : ""',
    output: '(json) => json === "1" ? "" : JSON.stringify([{ path: "a[0]", message: "must be 1", keyword: "const" }])',
  });

  it('refuse a wrong input before the run and a wrong output after it, with the place of every problem', async () => {
    expect(await codeOf(test.run(checked, { input: 0 }))).toBe('INPUT_INVALID');
    const { outcome } = await test.run(checked, { input: 2 });
    expect(outcome.error).toMatchObject({
      code: 'OUTPUT_INVALID',
      data: { problems: [{ path: 'a[0]', message: 'must be 1', keyword: 'const' }] },
    });
    expect((await test.run(checked, { input: 1 })).outcome.output).toBe('1');
  });

  it('do not cost a task its isolate: warm executions with a check share one realm', async () => {
    const one = await engineOf({ 'engine.workers': 1 });
    const counting = programOf('globalThis.n ??= 0; return () => ++globalThis.n', { output: '(json) => ""' });
    const outputs = [];
    for (let i = 0; i < 3; i++) outputs.push((await one.run(counting, { isolation: 'warm' })).outcome.output);
    expect(outputs).toEqual(['1', '2', '3']);
    await one.engine.close();
  });

  it('say what the heap was, checked or not', async () => {
    expect((await test.run(checked, { input: 1 })).cost.heapBytes).toBeGreaterThan(100_000);
  });
});

// After three calm executions a worker runs a program on its own thread; nobody may notice.
describe('programs that are known to be calm', () => {
  const often = async (body: string, options: Parameters<TestEngine['run']>[1] = {}) => {
    const one = await engineOf({ 'engine.workers': 1 });
    const results = [];
    for (let i = 0; i < 12; i++) results.push(await one.run(programOf(body), { ...options, input: i }));
    await one.engine.close();
    return results.map(({ outcome }) => outcome.output ?? outcome.error.code);
  };
  const numbers = Array.from({ length: 12 }, (_, i) => `${i}`);

  it.each([
    ['return', 'return (input) => input'],
    ['await', 'return async (input) => { await null; for (let i = 0; i < 50; i++) await i; return input }'],
    ['wait for timers', 'return (input) => new Promise((resolve) => setTimeout(resolve, 1, input))'],
    ['wait for no time', 'return (input) => new Promise((resolve) => setTimeout(resolve, 0, input))'],
    ['draw random bytes', 'return (input) => { crypto.randomUUID(); return input }'],
  ])('%s as they did before', async (_what, body) => {
    expect(await often(body)).toEqual(numbers);
    expect(await often(body, { isolation: 'warm' })).toEqual(numbers);
    expect(await often(body, { isolation: 'isolate' })).toEqual(numbers);
  });

  it('throw, never settle and float rejections as they did before', async () => {
    expect(new Set(await often('return () => { throw new TypeError("no") }'))).toEqual(new Set(['TASK_FAILED']));
    expect(new Set(await often('return () => new Promise(() => {})'))).toEqual(new Set(['TASK_NEVER_SETTLED']));
    expect(new Set(await often('return () => { Promise.reject(new Error("x")); return 1 }'))).toEqual(new Set(['TASK_FAILED']));
  });

  it('log in order, once', async () => {
    const one = await engineOf({ 'engine.workers': 1 });
    for (let i = 0; i < 8; i++) {
      const lines: string[] = [];
      const updates: unknown[] = [];
      await one.run(programOf('return () => { console.log("a"); reportProgress({ progress: 1 }); console.log("b") }'), {
        onLog: (line) => lines.push(line.message),
        onProgress: (update) => updates.push(update),
      });
      expect([lines, updates.length]).toEqual([['a', 'b'], 1]);
    }
    await one.engine.close();
  });

  it('may turn out not to be: then they run where they can be stopped, and what they said meanwhile is said once', async () => {
    const one = await engineOf({ 'engine.workers': 1 });
    const moody = programOf(
      'return (input) => { console.log("begun"); if (input === "spin") for (;;); if (input === "work") for (const t = Date.now() + 40; Date.now() < t;); return input }',
    );
    for (let i = 0; i < 6; i++) await one.run(moody, { input: 'rest' });
    const lines: string[] = [];
    const { outcome } = await one.run(moody, { input: 'work', onLog: (line) => lines.push(line.message) });
    expect([outcome.output, lines]).toEqual(['"work"', ['begun']]);
    const again = programOf('return (input) => { if (input === "spin") for (;;); return input; }');
    for (let i = 0; i < 6; i++) await one.run(again, { input: 'rest' });
    expect(await codeOf(one.run(again, { input: 'spin', limits: { cpuMs: 200 } }))).toBe('CPU_LIMIT_EXCEEDED');
    await one.engine.close();
  });

  it('may begin to make requests, awaited or read, and each is made once', async () => {
    const one = await engineOf({ 'engine.workers': 1 });
    const read = 'return fetch("http://a.example/").body.n';
    const awaited = 'return fetch("http://a.example/").then((r) => r.json()).then((d) => d.n)';
    for (const how of [read, awaited]) {
      const curious = programOf(`return (input) => { if (input === 0) return 0; ${how} }`);
      for (let i = 0; i < 6; i++) await one.run(curious, { input: 0 });
      let asked = 0;
      const body = Buffer.from('{"n":7}');
      const answer = {
        status: 200,
        statusText: 'OK',
        url: '',
        redirected: false,
        headers: [['content-type', 'application/json']] as const,
        body,
      };
      const effects = {
        ...noEffects,
        http: () => {
          asked++;
          return Promise.resolve({ answer });
        },
      };
      const { outcome } = await one.run(curious, { input: 1, effects });
      expect([outcome.output ?? outcome.error?.message, asked]).toEqual(['7', 1]);
    }
    await one.engine.close();
  });
});

describe('isolation', () => {
  const counter = programOf(
    'globalThis.count ??= 0; Object.prototype.touched = true; return () => ++globalThis.count + (globalThis.kept ??= 0)',
  );

  it.each(['fresh', 'isolate'] as const)('%s: nothing of an execution is left for the next', async (isolation) => {
    for (let i = 0; i < 5; i++) expect((await test.run(counter, { isolation })).outcome.output).toBe('1');
  });

  it('warm: the realm of one program is kept, and other programs see nothing of it', async () => {
    const one = await engineOf({ 'engine.workers': 1 });
    for (let i = 1; i <= 3; i++)
      expect((await one.run(programOf('return () => globalThis.n = (globalThis.n ?? 0) + 1'), { isolation: 'warm' })).outcome.output).toBe(
        `${i}`,
      );
    expect((await one.run(programOf('return () => typeof globalThis.n'), { isolation: 'warm' })).outcome.output).toBe('"undefined"');
    await one.engine.close();
  });
});

describe('limits', () => {
  it.each([
    ['an endless loop', 'return () => { for (;;); }'],
    ['an endless chain of promises', 'return async () => { for (;;) await null; }'],
    ['an endless loop at the top level', 'for (;;);'],
    ['an endless loop after the answer', 'return () => { Promise.resolve().then(() => { for (;;); }); return 1; }'],
    ['an endless loop behind a timer', 'return () => new Promise(() => setTimeout(() => { for (;;); }, 1))'],
    ['a regular expression that backtracks', 'return () => /^(a+)+$/.test("a".repeat(40) + "!")'],
  ])('%s ends at the processor-time limit', async (_name, body) => {
    expect(await codeOf(test.run(programOf(body), { limits: { cpuMs: 200 } }))).toBe('CPU_LIMIT_EXCEEDED');
  });

  it('waiting ends at the wall-clock limit', async () => {
    const { outcome, cost } = await test.run(wait, { limits: { wallMs: 200 } });
    expect(outcome.error).toMatchObject({ code: 'TIMED_OUT', data: { limitMs: 200 } });
    expect(cost.wallMs).toBeLessThan(2_000);
  });

  it('growing memory ends at the memory limit', async () => {
    const body = 'return () => { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); }';
    expect(await codeOf(test.run(programOf(body), { limits: { memoryMb: 32 } }))).toBe('MEMORY_LIMIT_EXCEEDED');
  });

  it('a promise nothing can settle ends at once', async () => {
    const { outcome, cost } = await test.run(programOf('return () => new Promise(() => {})'));
    expect(outcome.error?.code).toBe('TASK_NEVER_SETTLED');
    expect(cost.wallMs).toBeLessThan(5_000);
  });

  it('a schema check that never ends is stopped like a task', async () => {
    const stuck = programOf('return () => 1', { input: '(json) => { for (;;); }' });
    expect(await codeOf(test.run(stuck, { limits: { cpuMs: 300 } }))).toBe('CPU_LIMIT_EXCEEDED');
  });
});

describe('cancelling', () => {
  it.each([
    ['waits', wait],
    ['computes', spin],
  ])('ends an execution that %s', async (_name, program) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const { outcome, cost } = await test.run(program, { signal: controller.signal });
    expect(outcome.error?.code).toBe('CANCELLED');
    expect(cost.wallMs).toBeLessThan(2_000);
  });

  it('takes an execution that has not begun out of the queue', async () => {
    const one = await engineOf({ 'engine.workers': 1, 'engine.executions_per_worker': 1 });
    const controller = new AbortController();
    const running = one.run(wait, { limits: { wallMs: 300 } });
    const queued = one.run(add, { signal: controller.signal });
    controller.abort();
    expect(await codeOf(queued)).toBe('CANCELLED');
    await running;
    await one.engine.close();
  });
});

describe('workers', () => {
  it('that are killed end only their own executions, each with an error that says so, and are replaced', async () => {
    const one = await engineOf({ 'engine.workers': 1 });
    const running = [one.run(wait), one.run(wait)];
    await one.run(add, { input: { a: 1, b: 1 } });
    process.kill(one.engine.stats().workers[0]!.pid!, 'SIGKILL');
    expect(await Promise.all(running.map(codeOf))).toEqual(['WORKER_CRASHED', 'WORKER_CRASHED']);
    expect((await one.run(add, { input: { a: 1, b: 1 } })).outcome.output).toBe('{"sum":2}');
    expect(one.engine.stats().restarts).toBe(1);
    await one.engine.close();
  });

  it('that abort inside the JavaScript engine are no different', async () => {
    const crash = programOf('return () => "x".repeat(2 ** 28).split("").length');
    expect(await codeOf(test.run(crash))).toBe('WORKER_CRASHED');
    expect((await test.run(add, { input: { a: 1, b: 1 } })).outcome.output).toBe('{"sum":2}');
  });

  it('run programs that broke a limit alone, so the rest is not hurt again', async () => {
    const one = await engineOf({ 'engine.workers': 1 });
    const crash = programOf('return () => { if (!globalThis.x) "x".repeat(2 ** 28).split("") }');
    await one.run(crash);
    const neighbours = Promise.all(
      Array.from({ length: 20 }, () => one.run(programOf('return () => new Promise((r) => setTimeout(r, 300, 7))'))),
    );
    await one.run(crash);
    expect((await neighbours).map(({ outcome }) => outcome.output)).toEqual(Array.from({ length: 20 }, () => '7'));
    await one.engine.close();
  });

  it('are replaced after many executions, without one that fails or waits for the successor to start', async () => {
    const one = await engineOf({ 'engine.workers': 1, 'engine.max_worker_executions': 100 });
    const pids = new Set<number>();
    let withoutWorker = 0;
    let hasQuick = false;
    const many = async () => {
      for (let i = 0; i < 200; i++) {
        const { outcome } = await one.run(add, { input: { a: i, b: 1 } });
        expect(outcome.output).toBe(`{"sum":${i + 1}}`);
        const { workers } = one.engine.stats();
        for (const worker of workers) pids.add(worker.pid!);
        const hasQuickNow = workers.some(({ lane, state }) => lane === 'quick' && state === 'ready');
        if (hasQuick && !hasQuickNow) withoutWorker++;
        hasQuick ||= hasQuickNow;
      }
    };
    await Promise.all([many(), many(), many()]);
    expect(pids.size).toBeGreaterThan(3);
    expect(one.engine.stats().restarts).toBe(0);
    await expect.poll(() => [...pids].filter(isProcessAlive).length).toBeLessThanOrEqual(one.engine.stats().workers.length);
    expect(withoutWorker).toBe(0);
    await one.engine.close();
  });

  it('for quick programs do not spill over into those of strangers when they are full', async () => {
    const one = await engineOf({ 'engine.workers': 1, 'engine.executions_per_worker': 2 });
    const nap = programOf('return () => new Promise((r) => setTimeout(r, 50, 1))');
    const lanes = () => one.engine.stats().workers.filter(({ state }) => state === 'ready');
    await expect
      .poll(async () => {
        await one.run(nap);
        return lanes().some(({ lane }) => lane === 'quick');
      })
      .toBe(true);
    const naps = Promise.all(Array.from({ length: 8 }, () => one.run(nap)));
    expect(lanes().map(({ lane, running }) => [lane, running.length])).toEqual(
      expect.arrayContaining([
        ['quick', 2],
        ['unknown', 0],
      ]),
    );
    expect((await naps).map(({ outcome }) => outcome.output)).toEqual(Array.from({ length: 8 }, () => '1'));
    await one.engine.close();
  });

  it('refuse more than may wait, and say so', async () => {
    const one = await engineOf({ 'engine.workers': 1, 'engine.executions_per_worker': 1, 'engine.max_waiting': 2 });
    const runs = Array.from({ length: 5 }, () => one.run(wait, { limits: { wallMs: 300 } }));
    const codes = await Promise.all(runs.map(codeOf));
    expect(codes.filter((code) => code === 'ENGINE_BUSY').length).toBeGreaterThanOrEqual(2);
    expect(codes.filter((code) => code === 'TIMED_OUT').length).toBeGreaterThanOrEqual(2);
    await one.engine.close();
  });

  it('are gone when the engine has closed, and what still ran is cancelled', async () => {
    const one = await engineOf();
    const running = one.run(spin);
    await one.run(add);
    const pids = one.engine.stats().workers.map((worker) => worker.pid!);
    await one.engine.close();
    expect(await codeOf(running)).toBe('CANCELLED');
    expect(pids.filter(isProcessAlive)).toEqual([]);
    expect(await codeOf(one.run(add))).toBe('ENGINE_UNAVAILABLE');
  });
});
