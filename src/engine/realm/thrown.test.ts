import { describe, expect, it } from 'vitest';
import { runIn } from './realm-harness.ts';

describe('what a task throws', () => {
  it('keeps class, message, stack and own fields', async () => {
    const code = `function main() {\n  const e = new TypeError('wrong');\n  e.code = 'E1'; e.at = { x: [1] }; e.status = 409; e.big = 1n;\n  throw e;\n}`;
    const { failure } = await runIn(code);
    expect(failure).toMatchObject({
      kind: 'threw',
      name: 'TypeError',
      message: 'wrong',
      status: 409,
      fields: { code: 'E1', at: { x: [1] }, status: 409 },
    });
    expect(failure?.stack).toMatch(/^TypeError: wrong\n {4}at main \(main\.js:2:13\)/);
    expect(failure?.fields).not.toHaveProperty('big');
    expect(failure).not.toHaveProperty('unhandled');
  });

  it.each([
    [`class Broken extends Error {} ; throw new Broken('b')`, 'Broken', 'b'],
    [`throw 'text'`, 'string', 'text'],
    [`throw null`, 'null', 'null'],
    [`throw undefined`, 'undefined', 'undefined'],
    [`throw 1n`, 'bigint', '1'],
    [`throw Symbol('s')`, 'symbol', 'Symbol(s)'],
    [`throw { code: 5 }`, 'Object', '{"code":5}'],
    [`throw Object.create(null)`, 'Object', '{}'],
    [`throw { message: 'm', name: 'N' }`, 'N', 'm'],
    [`throw Object.assign(new Error('e'), { name: 7 })`, 'Error', 'e'],
  ])('%s', async (body, name, message) => {
    for (const code of [`() => { ${body} }`, `async () => { await null; ${body} }`]) {
      expect(await runIn(code)).toMatchObject({ failure: { kind: 'threw', name, message }, settles: 1, thrown: [] });
    }
  });

  it('in a timer or a microtask of its own fails the execution as unhandled', async () => {
    for (const start of ['setTimeout', 'queueMicrotask', 'setImmediate', 'process.nextTick']) {
      const outcome = await runIn(`() => { ${start}(() => { throw new Error('later') }); return new Promise(() => {}) }`);
      expect(outcome).toMatchObject({ failure: { kind: 'threw', message: 'later', unhandled: true }, settles: 1 });
    }
  });
});

describe('hostile throwers', () => {
  it.each([
    [
      'throwing getters',
      `throw { get message() { throw 1 }, get name() { throw 2 }, get stack() { throw 3 }, get status() { throw 4 }, get x() { throw 5 } }`,
    ],
    ['a proxy that throws at everything', `const h = new Proxy({}, { get() { return () => { throw 1 } } }); throw new Proxy({}, h)`],
    ['a revoked proxy', `const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy`],
    ['prepareStackTrace that throws', `Error.prepareStackTrace = () => { throw 1 }; throw new Error('x')`],
    ['prepareStackTrace that gives an object', `Error.prepareStackTrace = () => ({ toString() { throw 1 } }); throw new Error('x')`],
    ['fields that are cycles', `const e = new Error('x'); e.self = e; throw e`],
    ['toString that throws', `throw { toString() { throw 1 } }`],
    ['a thenable with a throwing getter', `return { get then() { throw new Error('then') } }`],
    ['a thenable that throws', `return { then() { throw new Error('then') } }`],
    ['a thenable that settles twice', `return { then(ok, no) { no(new Error('x')); ok(1); throw 2 } }`],
    ['a stack overflow', `const f = () => f(); f()`],
    ['a rejection with itself', `const p = new Promise((_, no) => no({ get stack() { return {} } })); return p`],
  ])('are survived: %s', async (_what, body) => {
    const outcome = await runIn(`() => { ${body} }`);
    expect(outcome).toMatchObject({ failure: { kind: 'threw' }, settles: 1, thrown: [] });
  });

  it('with an endless getter are left to the CPU limit', async () => {
    const outcome = await runIn(`() => { throw { get message() { for (;;); } } }`, { timeoutMs: 100 });
    expect(outcome).toMatchObject({ settles: 0, thrown: ['Script execution timed out.'] });
  });

  it('cut what is too long', async () => {
    const { failure } = await runIn(`() => { const e = new Error('m'.repeat(1e6)); e.big = 'x'.repeat(1e6); e.small = 1; throw e }`);
    expect(failure?.message?.length).toBe(10_000);
    expect(failure?.stack?.length).toBe(20_000);
    expect(failure?.fields).toEqual({ small: 1 });
  });
});

describe('poisoned intrinsics', () => {
  it.each([
    ['JSON', `JSON.parse = JSON.stringify = () => { throw 1 }`],
    ['Object', `Object.keys = Object.defineProperty = Object.getPrototypeOf = () => { throw 1 }`],
    ['Reflect', `Reflect.apply = () => { throw 1 }`],
    ['Promise.prototype.then', `Promise.prototype.then = () => { throw 1 }`],
    ['toJSON everywhere', `String.prototype.toJSON = Number.prototype.toJSON = () => 'poison'`],
    ['indexes of arrays', `Object.defineProperty(Array.prototype, 0, { set() {}, configurable: true }); delete Array.prototype[0]`],
    ['array and string methods', `Array.prototype.push = Array.prototype.join = String.prototype.slice = () => { throw 1 }`],
    ['iteration', `Array.prototype[Symbol.iterator] = () => { throw 1 }`],
    ['the global Promise', `globalThis.Promise = class { constructor() { throw 1 } }`],
    ['Date', `Date.now = () => { throw 1 }`],
  ])('do not change the outcome of a task: %s', async (_what, poison) => {
    expect(await runIn(`() => { ${poison}; return { a: [1, 'x'] } }`)).toMatchObject({ output: { a: [1, 'x'] }, settles: 1, thrown: [] });
    expect(await runIn(`() => { ${poison}; throw new Error('mine') }`)).toMatchObject({
      failure: { message: 'mine' },
      settles: 1,
      thrown: [],
    });
    expect(await runIn(`async () => { ${poison}; await null; return 5 }`)).toMatchObject({ output: 5, settles: 1, thrown: [] });
  });

  it.each([
    ['Set', `globalThis.Set = class { constructor() { throw 1 } }`],
    ['Set.prototype', `Set.prototype.has = () => { throw 1 }`],
    [
      'setters on Object.prototype',
      `for (const k of ['kind', 'text', 'holder', 'next', 'done']) Object.defineProperty(Object.prototype, k, { set() { throw 1 }, get() { throw 1 } })`,
    ],
    ['setters for array indexes', `Object.defineProperty(Array.prototype, 0, { set() { throw 1 }, get() { throw 1 } })`],
    [
      'everything at once',
      `for (const o of [Array, String, Object, Set, Map, Promise, Function, Error, RegExp].map((c) => c.prototype)) for (const k of Reflect.ownKeys(o)) try { o[k] = () => { throw 1 } } catch {}`,
    ],
  ])('never come out of the way in: %s', async (_what, poison) => {
    for (const end of ['return { a: [1] }', 'throw new Error("x")', 'return fetch("http://h/")']) {
      expect(await runIn(`() => { ${poison}; ${end} }`)).toMatchObject({ settles: 1, thrown: [] });
    }
  });
});
