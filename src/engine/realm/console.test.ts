import { inspect as nodeInspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { inspect } from './inspect.ts';
import { runIn } from './realm-harness.ts';

const lines = async (body: string, options = {}) => (await runIn(`() => { ${body} }`, options)).logs.map((l) => l.text);

describe('console', () => {
  it('sends each method under its level', async () => {
    const { logs } = await runIn(
      `() => { for (const m of ['log', 'info', 'debug', 'warn', 'error']) console[m](m, 1); console.assert(1, 'no'); console.assert(0, 'yes') }`,
    );
    expect(logs.map((l) => `${l.level} ${l.text}`)).toEqual([
      'info log 1',
      'info info 1',
      'debug debug 1',
      'warn warn 1',
      'error error 1',
      'error Assertion failed: yes',
    ]);
  });

  it.each([
    [`'%s is %d years and %i', 'Ann', 4.5, 4.5, 'more'`, 'Ann is 4.5 years and 4 more'],
    [`'%o %O %j %c%%', [1], { a: 1 }, { b: 2 }, 'css'`, '[ 1 ] { a: 1 } {"b":2} %'],
    [`'%s'`, '%s'],
    [`'100%', 5`, '100% 5'],
    [`{ a: 'x', b: [1, 2, { c: null }] }, 'text', 5n, undefined`, `{ a: 'x', b: [ 1, 2, { c: null } ] } text 5n undefined`],
    [`'%s', { toString() { throw 1 } }`, '{ toString: [Function: toString] }'],
    [`''`, ''],
    [``, ''],
  ])('formats (%s)', async (args, text) => {
    expect(await lines(`console.log(${args})`)).toEqual([text]);
  });

  it('indents groups, counts and times', async () => {
    const body = `console.group('g'); console.log('a\\nb'); console.group(); console.log('c'); console.groupEnd(); console.groupEnd(); console.log('d');
      console.count(); console.count(); console.countReset(); console.count('x'); console.time(); console.timeEnd()`;
    const text = await lines(body);
    expect(text.slice(0, 7)).toEqual(['g', '  a\n  b', '    c', 'd', 'default: 1', 'default: 2', 'x: 1']);
    expect(text[7]).toMatch(/^default: \d+ ms$/);
  });

  it('traces to the line of the task', async () => {
    expect((await lines(`console.trace('here')`))[0]).toMatch(/^Trace: here\n[^]*main\.js:1/);
  });

  it('works when its methods are taken off', async () => {
    expect(await lines(`const { log, group } = console; group('g'); log('x')`)).toEqual(['g', '  x']);
  });

  it('keeps at most so many lines and characters, and counts the rest', async () => {
    const few = await runIn(`() => { for (let i = 0; i < 10; i++) console.log(i) }`, { limits: { logLines: 3 } });
    expect(few.logs.length).toBe(3);
    expect(few.facts?.logsDropped).toBe(7);
    const short = await runIn(`() => { console.log('x'.repeat(50)); console.log('y'.repeat(100)); console.log('z') }`, {
      limits: { logChars: 60 },
    });
    expect(short.logs.map((l) => l.text.length)).toEqual([50, 10]);
    expect(short.facts?.logsDropped).toBe(1);
  });

  it('survives whatever it is given', async () => {
    const body = `console.log(new Proxy({}, { ownKeys() { throw 1 }, getPrototypeOf() { throw 2 }, has() { throw 3 }, get() { throw 4 } }));
      const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); console.log(proxy);
      const o = { get a() { throw 1 }, set b(x) {}, [Symbol('s')]: 1 }; o.self = o; console.log(o);
      console.log(Object.assign(Object.create(null), { x: 1 })); let deep = {}; for (let i = 0; i < 1e5; i++) deep = { deep }; console.log(deep); console.log(new Array(1e6).fill('x'.repeat(1000)))`;
    const text = await lines(body);
    expect(text.slice(0, 4)).toEqual([
      '[cannot be shown]',
      '[cannot be shown]',
      '{ a: [Getter], b: [Setter], self: [Circular], [Symbol(s)]: 1 }',
      '[Object: null prototype] { x: 1 }',
    ]);
    expect(text[4]).toContain('[Object]');
    expect(text[5]?.length).toBeLessThan(200_000);
  });

  it('shows a response without waiting for it or looking at it', async () => {
    const answers = () => ({ status: 500, statusText: 'no', body: '' });
    const outcome = await runIn(`async () => { const r = fetch('http://h/'); console.log(r); await r; console.log(r); return 1 }`, {
      answers,
    });
    expect(outcome.logs.map((l) => l.text)).toEqual([`Response { url: 'http://h/' }`, `Response { status: 500, url: 'http://h/' }`]);
    expect(outcome.failure).toMatchObject({ kind: 'request-failed' });
  });
});

describe('inspect', () => {
  class Point {
    x = 1;
  }
  it.each([
    [{ a: 1, 'b-c': 'it', d: null }],
    [[1, 'two', [3, [4]], undefined, -0]],
    [new Map<unknown, unknown>([['k', { v: 1 }]])],
    [new Set([1, 'a'])],
    [new Point()],
    [Point],
    [() => 1],
    [new Date(0)],
    [/re/gi],
    [{ f() {}, g: Symbol('s'), h: 12n }],
    ["it's"],
    ['both \' and "'],
    ['line\nbreak'],
    [[]],
    [{}],
    [new Uint8Array([1, 2])],
    [Object('boxed')],
    [NaN],
  ])('agrees with Node about %#', (value) => {
    expect(inspect(value)).toBe(nodeInspect(value));
  });

  it('shows the stack, fields and cause of an error', () => {
    const error = Object.assign(new TypeError('bad', { cause: new Error('why') }), { code: 7 });
    const text = inspect(error);
    expect(text).toMatch(/^TypeError: bad\n {4}at /);
    expect(text).toMatch(/code: 7/);
    expect(text).toMatch(/\[cause\]: Error: why\n/);
  });

  it('breaks what is too long for a line', () => {
    expect(inspect({ a: 'x'.repeat(60), b: ['y'.repeat(60)] })).toBe(`{\n  a: '${'x'.repeat(60)}',\n  b: [ '${'y'.repeat(60)}' ]\n}`);
  });
});
