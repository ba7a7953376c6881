import { describe, expect, it } from 'vitest';
import { RealmHarness, runIn } from './realm-harness.ts';

describe('running a task', () => {
  it('calls the function with the input and gives back what it returns', async () => {
    const outcome = await runIn('(function (input) { return { sum: input.a + input.b } })', { input: { a: 2, b: 3 } });
    expect(outcome).toMatchObject({ output: { sum: 5 }, settles: 1, thrown: [] });
  });

  it.each([
    ['an async function', 'async (input) => { await null; return input.a }'],
    ['a thenable', '(input) => ({ then(done) { done(input.a) } })'],
    ['an object with main', '({ main(input) { return this.helper(input) }, helper: (input) => input.a })'],
    ['an object with a default function', '({ default: (input) => input.a })'],
    ['an object with a default object', '({ default: { main: (input) => input.a } })'],
    ['an object with execute', '({ execute: (input) => input.a })'],
    ['an object with handler', '({ handler: (input) => input.a })'],
    ['a function that module.exports holds', '(module.exports = (input) => input.a, module.exports)'],
  ])('accepts %s', async (_form, code) => {
    expect(await runIn(code, { input: { a: 7 } })).toMatchObject({ output: 7, settles: 1 });
  });

  it.each([
    ['42', 'a number'],
    ['null', 'null'],
    ['({})', 'an empty object'],
    ['({ run() {}, stop() {} })', 'an object with run, stop'],
    ['[]', 'an array'],
  ])('names what it found instead of a function: %s', async (code, found) => {
    expect((await runIn(code)).failure).toEqual({ kind: 'no-callable', found });
  });

  it('hands over a frozen context, with jobId only where there is a job', async () => {
    const code = '(input, context) => ({ frozen: Object.isFrozen(context), keys: Object.keys(context), id: context.executionId })';
    expect((await runIn(code)).output).toEqual({ frozen: true, keys: ['executionId', 'taskId', 'taskVersion'], id: 'e1' });
    const context = { executionId: 'e', taskId: 't', taskVersion: '1', jobId: 'j' };
    expect((await runIn('(input, context) => context.jobId', { context })).output).toBe('j');
  });

  it('runs again in the same realm with nothing left of the run before', async () => {
    const realm = new RealmHarness();
    const code = `(input) => { console.log('run', input.n); const id = setTimeout(() => console.log('late'), 1);
      return { draw: Math.random(), seen: globalThis.seen, id: (globalThis.seen = input.n) } }`;
    const first = await realm.run(code, { input: { n: 1 } });
    const second = await realm.run(code, { input: { n: 2 } });
    expect(first.output).toMatchObject({ id: 1 });
    expect(second.output).toMatchObject({ id: 2, seen: 1, draw: (first.output as { draw: number }).draw });
    expect(second.logs.map((l) => l.text)).toEqual(['run 2']);
    expect(second.facts?.turns).toEqual([]);
  });

  it('forgets the groups and counters of the console', async () => {
    const realm = new RealmHarness();
    await realm.run(`() => { console.group(); console.count() }`);
    expect((await realm.run(`() => { console.count() }`)).logs.map((l) => l.text)).toEqual(['default: 1']);
  });

  it('ignores events that belong to an earlier run', async () => {
    const realm = new RealmHarness();
    const waits = `async () => { setTimeout(() => {}, 5); await new Promise((done) => setTimeout(done, 1)); return 1 }`;
    await realm.run(waits);
    const second = realm.run('async () => { await new Promise((done) => setTimeout(done, 10)); return 2 }');
    for (let id = 1; id < 4; id += 1) {
      await realm.event('timer', id);
      await realm.event('response', id, '{"status":200}', '');
    }
    await realm.event('nonsense');
    expect(await second).toMatchObject({ output: 2, settles: 1, thrown: [] });
  });

  it('leaves an execution whose promise nothing can settle to the worker', async () => {
    expect(await runIn('() => new Promise(() => {})')).toMatchObject({ settles: 0 });
  });
});

describe('what a realm lacks', () => {
  it.each(['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'FinalizationRegistry', 'require', 'Buffer', 'Deno', 'window'])(
    'has no %s',
    async (name) => {
      expect((await runIn(`() => [typeof ${name}, '${name}' in globalThis]`)).output).toEqual(['undefined', false]);
    },
  );
});

describe('globals', () => {
  it('appear when they are first used, can be replaced, and stay away when deleted', async () => {
    const code = `() => {
      const before = typeof URL;
      globalThis.fetch = () => 'mine';
      new Headers();
      const replaced = fetch();
      delete globalThis.Headers;
      undeclared = 1;
      return { before, replaced, gone: typeof Headers, own: Object.hasOwn(globalThis, 'URL'), aliases: self === globalThis && global === self, undeclared,
        keys: Object.keys(globalThis).filter((key) => key === 'URL') };
    }`;
    expect((await runIn(code)).output).toEqual({
      before: 'function',
      replaced: 'mine',
      gone: 'undefined',
      own: true,
      aliases: true,
      undeclared: 1,
      keys: [],
    });
  });

  it('offers a process that tells nothing', async () => {
    const code = `() => { try { process.env.X = 1 } catch {} return [process.env, process.argv, process.cwd(), process.version, process.platform, process.uptime() >= 0] }`;
    expect((await runIn(code)).output).toEqual([{}, [], '/', '', 'ratchet', true]);
  });

  it('reports progress, and leaves out what is not JSON', async () => {
    const code = `() => { reportProgress({ progress: 0.5, step: 'half' }); global.reportProgress({ n: 1n }); reportProgress({ get x() { throw 1 } }) }`;
    expect((await runIn(code)).progress).toEqual([{ progress: 0.5, step: 'half' }]);
  });
});
