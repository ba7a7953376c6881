import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programOf } from '../testing/code-program.ts';
import { engineOf, type TestEngine } from '../testing/engine-of.ts';
import type { ExecutionEffects, HttpOutcome } from './effects/effect.ts';

let test: TestEngine;
beforeAll(async () => void (test = await engineOf()));
afterAll(() => test.engine.close());

const effects = (http: () => Promise<HttpOutcome>, more: Partial<ExecutionEffects> = {}): ExecutionEffects => ({
  seed: '5eed'.repeat(16),
  clock: { kind: 'fixed', atMs: 1_000, stepMs: 1 },
  http,
  records: () => [],
  ...more,
});
const answer = (text: string): HttpOutcome => ({
  answer: { status: 200, statusText: 'OK', url: 'http://a.test/', redirected: false, headers: [], body: Buffer.from(text) },
});
const never = () => new Promise<HttpOutcome>(() => {});
const waitsForever = `return async () => { Date.now(); await new Promise((done) => setTimeout(done, 1)); Date.now(); await fetch('http://a.test/'); }`;

describe('what a replay has to know of an execution', () => {
  it.each([
    ['runs out of time over a request', waitsForever, { wallMs: 300 }, 'TIMED_OUT', ['t1'], 2],
    [
      'runs out of time over a request it reads',
      `return () => { Date.now(); return fetch('http://a.test/').status; }`,
      { wallMs: 300 },
      'TIMED_OUT',
      [],
      1,
    ],
    [
      'computes for too long',
      `return async () => { await new Promise((done) => setTimeout(done, 1)); Date.now(); for (;;); }`,
      { cpuMs: 200 },
      'CPU_LIMIT_EXCEEDED',
      ['t1'],
      1,
    ],
    ['never settles', `return async () => { Date.now(); await new Promise(() => {}); }`, {}, 'TASK_NEVER_SETTLED', [], 1],
  ])('is told of one that %s', async (_name, code, limits, expected, turns, looks) => {
    const { outcome, facts } = await test.run(programOf(code), { limits, effects: effects(never) });
    expect(outcome.error?.code).toBe(expected);
    expect(facts).toMatchObject({ turns, turnsCut: false, clockCut: false });
    expect(facts.clock.reduce((sum, [, count]) => sum + count, 0)).toBe(looks);
  });

  it('is told of one that is cancelled', async () => {
    const stop = new AbortController();
    const code = `return async () => { Date.now(); console.log('waiting'); await fetch('http://a.test/'); }`;
    const { outcome, facts } = await test.run(programOf(code), {
      effects: effects(never),
      signal: stop.signal,
      onLog: () => setImmediate(() => stop.abort()),
    });
    expect(outcome.error?.code).toBe('CANCELLED');
    expect(facts.clock).toEqual([[1_000, 1]]);
  });

  it('is known to be lost of one that filled its memory', async () => {
    const code = 'return () => { Date.now(); const all = []; for (;;) all.push(new Array(10_000).fill({})); }';
    const { outcome, facts } = await test.run(programOf(code), { limits: { memoryMb: 32 } });
    expect(outcome.error?.code).toBe('MEMORY_LIMIT_EXCEEDED');
    expect(facts).toMatchObject({ turnsCut: true, clockCut: true });
  });

  it('counts requests and timers from 1 in every execution, also in a realm that is used again', async () => {
    const code = `return async () => { await fetch('http://a.test/'); await new Promise((done) => setTimeout(done, 1)); return (globalThis.n = (globalThis.n ?? 0) + 1); }`;
    const runs: { output: string | null; turns: readonly string[] }[] = [];
    for (let i = 0; i < 3; i++) {
      const { outcome, facts } = await test.run(programOf(code), { isolation: 'warm', effects: effects(async () => answer('x')) });
      runs.push({ output: outcome.output, turns: facts.turns });
    }
    expect(runs.some(({ output }) => output !== '1')).toBe(true);
    for (const { turns } of runs) expect(turns).toEqual(['r1', 't2']);
  });

  it('is cut where a task is woken without end, and says so', async () => {
    const code = `return async () => { for (let i = 0; i < 150_000; i++) await new Promise((done) => setTimeout(done, 0)); }`;
    const { facts } = await test.run(programOf(code), { limits: { cpuMs: 30_000, wallMs: 30_000 } });
    expect(facts.turnsCut).toBe(true);
    expect(facts.turns.length).toBeLessThan(150_000);
  });
});

describe('what a task measures', () => {
  it('comes from the clock it is given, also in console.time', async () => {
    const lines: string[] = [];
    const code = `return () => { console.time('a'); Date.now(); console.timeEnd('a'); }`;
    await test.run(programOf(code), { effects: effects(never), onLog: ({ message }) => lines.push(message) });
    expect(lines).toEqual(['a: 2 ms']);
  });

  it('is in UTC, whatever the time zone of the machine', async () => {
    const code = `return () => [new Date(0).getTimezoneOffset(), new Date(0).toString(), Intl.DateTimeFormat().resolvedOptions().timeZone]`;
    const before = process.env['TZ'];
    process.env['TZ'] = 'Asia/Tokyo';
    try {
      const other = await engineOf({ 'engine.confinement': 'none' });
      const { outcome } = await other.run(programOf(code));
      await other.engine.close();
      expect(JSON.parse(outcome.output!)).toEqual([0, 'Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)', 'UTC']);
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });
});

describe('the order of turns', () => {
  const code = `return async () => {
  const seen = [];
  await Promise.all([
    fetch('http://a.test/1').then(() => seen.push('r1')),
    fetch('http://a.test/2').then(() => seen.push('r2')),
    new Promise((done) => setTimeout(() => { seen.push('t3'); done(); }, 60_000)),
    new Promise((done) => setTimeout(() => { seen.push('t4'); done(); }, 1)),
  ]);
  return seen;
}`;

  it.each([[['r2', 't3', 'r1', 't4']], [['t4', 't3', 'r2', 'r1']], [['r1', 'r2', 't3', 't4']]])(
    'of a replay is the one it is given: %j',
    async (order) => {
      const { outcome } = await test.run(programOf(code), { effects: effects(async () => answer('x'), { order }) });
      expect(JSON.parse(outcome.output!)).toEqual(order);
    },
  );

  it('that cannot be kept is left, and the execution ends all the same', async () => {
    const { outcome } = await test.run(programOf(code), { effects: effects(async () => answer('x'), { order: ['r9', 't3'] }) });
    expect(JSON.parse(outcome.output!)).toEqual(['r1', 'r2', 't4', 't3']);
  });
});

describe('the line that asks for a request', () => {
  it('is found when somebody wants to know', async () => {
    const sites: unknown[] = [];
    const program = programOf(`function ask() {\n  return fetch('http://a.test/').status;\n}\nreturn () => ask();`);
    const asked: ExecutionEffects = { ...effects(never), http: async (_request, _signal, site) => (sites.push(site), answer('')) };
    await test.engine.run({
      program,
      input: '{}',
      context: { executionId: 'e', taskId: 't', taskVersion: '1.0.0' },
      limits: { wallMs: 5_000, cpuMs: 5_000, memoryMb: 64, outputChars: 100, logLines: 1, logChars: 1, requests: 5, requestsAtOnce: 5 },
      isolation: 'fresh',
      effects: asked,
      withSites: true,
    });
    await test.run(program, { effects: asked });
    expect(sites).toEqual([{ function: 'ask', file: 'main.js', line: 2, column: 10 }, null]);
  });
});
