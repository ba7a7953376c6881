import { expect } from 'vitest';
import { createMockedEffects, type ExecutionEffects, type HttpRequest } from '#engine/index.ts';
import { settingsFrom } from '#kernel/index.ts';
import { attack } from './attack.ts';

const asked: HttpRequest[] = [];

/** A server `web` whose tools repeat what they are told; `fail` fails. */
function effects(): ExecutionEffects {
  asked.length = 0;
  const provider = createMockedEffects(settingsFrom(), {
    mocks: [],
    answer(request) {
      asked.push(request);
      const isError = request.url.endsWith('/fail');
      const text = Buffer.from(request.body ?? '').toString('utf8');
      const body = Buffer.from(JSON.stringify({ content: [{ type: 'text', text: text.slice(0, 200) }], ...(isError ? { isError } : {}) }));
      return { status: isError ? 422 : 200, statusText: '', headers: [], body, delayMs: 0 };
    },
  });
  return provider.begin({ executionId: 'e', network: [], mcp: ['web'] });
}

attack({
  name: 'poisoned prototypes neither see the bridge nor change what is sent',
  effects,
  code: `return async () => {
    const seen = [];
    const spy = (at) => function (...args) { seen.push([at, this === undefined ? '' : typeof this, ...args.map((a) => a && a.run ? 'RUN' : a && a.options ? 'OPTIONS' : typeof a)].join(' ')); };
    Object.defineProperty(Object.prototype, 'then', { get() { if (this && (this.run || this.options || this.pending)) seen.push('internal'); return undefined; }, configurable: true });
    Object.defineProperty(Object.prototype, 'headJson', { set: spy('headJson'), configurable: true });
    Object.defineProperty(Array.prototype, '0', { set(v) { if (v && typeof v === 'object' && (v.run || v.headJson)) seen.push('exchange'); }, configurable: true });
    JSON.stringify = () => '{"forged":true}'; JSON.parse = () => ({ forged: true });
    Reflect.apply = spy('apply'); Promise.prototype.then = spy('then'); RegExp.prototype.test = () => true;
    const said = await new Promise((resolve, reject) => { const p = mcp.invokeTool('web', 'say', { a: [1, 'x'] }); (async () => { try { resolve(await p); } catch (e) { reject(e); } })(); });
    return { text: said.content[0].text, internal: seen.filter((one) => /internal|exchange|RUN|OPTIONS/.test(one)) };
  }`,
  expect: ({ output }) => expect(output).toEqual({ text: '{"a":[1,"x"]}', internal: [] }),
});

attack({
  name: 'getters, thenables, proxies and functions in arguments end as errors of the call',
  effects,
  code: `return async () => {
    const cycle = {}; cycle.self = cycle;
    const tries = {
      throws: { get a() { throw new Error('mine'); } },
      fn: { f() {} }, nested: { a: [{ b: () => 1 }] }, cycle, nan: { n: NaN }, big: { n: 1n }, map: { m: new Map() },
      list: [1], text: 'x', none: null, number: 5,
      proxy: new Proxy({}, { ownKeys() { throw new TypeError('trap'); } }),
    };
    const got = {};
    for (const [name, args] of Object.entries(tries)) {
      try { await mcp.invokeTool('web', 'say', args); got[name] = 'sent'; } catch (e) { got[name] = e.name + ': ' + e.message; }
    }
    const thenable = await mcp.invokeTool('web', 'say', { then: 'no function', toJSON: undefined });
    got.thenable = thenable.content[0].text;
    for (const [name, server, tool] of [['server', {}, 'x'], ['quoted', 'web"}', 'x'], ['slash', 'web/../x', 'x'], ['tool', 'web', ''], ['lone', 'web', '\\ud800'], ['symbol', 'web', Symbol('x')]]) {
      try { await mcp.invokeTool(server, tool, {}); got[name] = 'sent'; } catch (e) { got[name] = e.name; }
    }
    return got;
  }`,
  expect: ({ output }) => {
    expect(output).toMatchObject({
      throws: 'Error: mine',
      fn: 'TypeError: The arguments of the tool cannot be sent: f is wrong, a function is not JSON',
      nested: 'TypeError: The arguments of the tool cannot be sent: a[0].b is wrong, a function is not JSON',
      list: 'TypeError: The arguments of the tool must be an object',
      text: 'TypeError: The arguments of the tool must be an object',
      none: 'TypeError: The arguments of the tool must be an object',
      proxy: 'TypeError: trap',
      thenable: '{"then":"no function"}',
      server: 'TypeError',
      quoted: 'TypeError',
      slash: 'TypeError',
      tool: 'TypeError',
      lone: 'URIError',
      symbol: 'TypeError',
    });
    for (const name of ['cycle', 'nan', 'big', 'map'])
      expect(output).toHaveProperty(name, expect.stringMatching(/^TypeError: .*cannot be sent/));
    expect(asked.map(({ url }) => url)).toEqual(['mcp://web/say']);
  },
});

attack({
  name: 'arguments of ten megabytes, and more calls than allowed, are refused and not carried',
  effects,
  limits: { cpuMs: 5_000, wallMs: 15_000, memoryMb: 128 },
  code: `return async () => {
    let big; try { await mcp.invokeTool('web', 'say', { text: 'x'.repeat(10e6) }); } catch (e) { big = [e.name, e.reason]; }
    const ends = await Promise.allSettled(Array.from({ length: 2000 }, (_, n) => mcp.invokeTool('web', 'say', { n })));
    return { big, fine: ends.filter((e) => e.status === 'fulfilled').length, refused: ends.filter((e) => e.reason?.reason === 'limit').length };
  }`,
  // One call of the thousand was the large one.
  expect: ({ output }) => expect(output).toEqual({ big: ['NetworkError', 'too-large'], fine: 999, refused: 1001 }),
});

attack({
  name: 'a server the task does not declare is not reached, by whatever name or road',
  effects,
  code: `return async () => {
    const got = [];
    for (const name of ['other', 'WEB', 'web ', 'web.', 'constructor', '__proto__', 'web:80', '@web', 'web?x', 'web#x']) {
      try { await mcp.invokeTool(name, 'say', {}); got.push('reached ' + name); } catch (e) { got.push(e.name); }
    }
    for (const make of [() => fetch('mcp://web/say', { method: 'tools/call', body: '{}' }), () => fetch('mcp://web/say'), () => fetch('mcp:servers')]) {
      try { (await make()).body; got.push('reached'); } catch (e) { got.push(e.name); }
    }
    return [...new Set(got)].sort();
  }`,
  expect: ({ output }) => {
    expect(output).toEqual(['McpServerUnknownError', 'TypeError']);
    expect(asked).toEqual([]);
  },
});

attack({
  name: 'a failed call that nobody awaits ends the execution instead of being lost',
  effects,
  code: `return async () => { mcp.invokeTool('web', 'fail', {}); await mcp.invokeTool('web', 'say', {}); return 'fine'; }`,
  expect: ({ code, message }) => {
    expect(code).toBe('TASK_FAILED');
    expect(message).toContain('McpToolError');
  },
});

attack({
  name: 'the object mcp cannot be changed, and gives away no more than its five methods',
  effects,
  code: `return async () => {
    'use strict';
    const tries = [() => { mcp.invokeTool = 1; }, () => { mcp.x = 1; }, () => { delete mcp.invoke; }, () => Object.defineProperty(mcp, 'y', { value: 1 })];
    const refused = tries.filter((one) => { try { one(); return false; } catch { return true; } }).length;
    return { refused, names: Reflect.ownKeys(mcp).sort(), same: mcp.invoke === mcp.invokeTool, texts: [String(mcp.invokeTool).includes('native') || String(mcp.invokeTool).length > 0] };
  }`,
  expect: ({ output }) =>
    expect(output).toEqual({
      refused: 4,
      names: ['complete', 'invoke', 'invokeTool', 'listServers', 'listTools'],
      same: true,
      texts: [true],
    }),
});

attack({
  name: 'a task that declares no server has nothing of it',
  code: `return () => [typeof mcp, typeof McpError, typeof McpToolError, 'mcp' in globalThis]`,
  expect: ({ output }) => expect(output).toEqual(['undefined', 'undefined', 'undefined', false]),
});
