import { describe, expect, it } from 'vitest';
import { type Answer, type Sent, runIn } from './realm-harness.ts';

const json: [string, string][] = [['content-type', 'application/json; charset=utf-8']];

function answers(request: Sent): Answer {
  const path = new URL(request.url).pathname;
  const status = /^\/status\/(\d+)$/.exec(path)?.[1];
  if (status !== undefined) return { status: Number(status), statusText: `Text ${status}`, headers: json, body: '{"problem":"yes"}' };
  if (path === '/text') return { headers: [['content-type', 'text/plain']], body: '{"looks":"like json"}' };
  if (path === '/untyped') return { headers: [], body: '[1,2]' };
  if (path === '/broken') return { headers: json, body: '{oops' };
  if (path === '/bytes') return { headers: [], body: new Uint8Array([0xff, 0xfe, 0]).buffer };
  if (path === '/slow') return { headers: json, body: '{"slow":true}', delayMs: 40 };
  if (path === '/down') return { failure: { name: 'NetworkError', message: 'connection refused', reason: 'refused' } };
  if (path === '/late') return { failure: { name: 'TimeoutError', message: 'no answer within 30000 ms', reason: 'timeout' } };
  if (path === '/invalid') return { failure: { name: 'TypeError', message: 'Invalid URL', reason: 'invalid' } };
  const headers: [string, string][] = [...json, ['x-two', 'a'], ['x-two', 'b'], ['set-cookie', 'c=1'], ['set-cookie', 'd=2']];
  return { headers, body: JSON.stringify({ n: 1, method: request.method, body: request.body ?? null }) };
}

const run = (code: string, options = {}) => runIn(code, { answers, ...options });

describe('fetch, simply read', () => {
  it('waits at the first read and has the published fields', async () => {
    const code = `() => { const r = fetch('http://h/ok');
      return { ok: r.ok, status: r.status, text: r.statusText, n: r.body.n, json: r.json().n, length: r.text().length, url: r.url, redirected: r.redirected } }`;
    const outcome = await run(code);
    expect(outcome.output).toEqual({
      ok: true,
      status: 200,
      text: 'OK',
      n: 1,
      json: 1,
      length: 34,
      url: 'http://h/ok',
      redirected: false,
    });
    expect(outcome.facts?.turns).toEqual(['r1']);
  });

  it('turns into its body in the output', async () => {
    expect((await run(`() => ({ answer: fetch('http://h/ok'), text: fetch('http://h/text') })`)).output).toEqual({
      answer: { n: 1, method: 'GET', body: null },
      text: '{"looks":"like json"}',
    });
  });

  it('runs requests side by side when they are started before the first read', async () => {
    const outcome = await run(`() => { const all = [1, 2, 3, 4].map(() => fetch('http://h/slow')); return all.map((r) => r.body.slow) }`);
    expect(outcome).toMatchObject({ output: [true, true, true, true], mostAtOnce: 4 });
  });

  it('lets a caught error be handled', async () => {
    const code = `() => { try { return fetch('http://h/status/500').body } catch (e) { return [e instanceof ServiceUnavailableError, e.message, e.status, e.response] } }`;
    expect((await run(code)).output).toEqual([true, 'HTTP 500: Text 500', 500, '{"problem":"yes"}']);
  });

  it('mixes with awaiting of the values it gives', async () => {
    expect((await run(`async () => { const r = fetch('http://h/ok'); return (await r.json()).n + (await r.text()).length }`)).output).toBe(
      35,
    );
  });
});

describe('fetch, awaited', () => {
  it('gives an ordinary Response whose reads are promises', async () => {
    const code = `async () => { const r = await fetch('http://h/ok'); const p = r.json();
      return [r instanceof Response, typeof r.then, p instanceof Promise, (await p).n, (await r.clone().text()).length, (await r.arrayBuffer()).byteLength, r.body.n] }`;
    expect((await run(code)).output).toEqual([true, 'undefined', true, 1, 34, 34, 1]);
  });

  it('works with then, catch, finally and Promise.all', async () => {
    const code = `() => { const seen = []; return fetch('http://h/ok').then((r) => r.json()).finally(() => seen.push('f')).then((v) => [v.n, seen]) }`;
    expect((await run(code)).output).toEqual([1, ['f']]);
    const all = `async () => (await Promise.all([1, 2, 3].map(() => fetch('http://h/slow')))).map((r) => r.status)`;
    expect(await run(all)).toMatchObject({ output: [200, 200, 200], mostAtOnce: 3 });
    expect((await run(`() => fetch('http://h/down').catch((e) => e.name)`)).output).toBe('NetworkError');
  });

  it('resolves the task when it returns the response itself', async () => {
    expect((await run(`() => fetch('http://h/ok')`)).output).toMatchObject({ n: 1 });
    expect((await run(`async () => fetch('http://h/status/404')`)).failure).toMatchObject({
      kind: 'threw',
      name: 'HttpError',
      status: 404,
    });
  });

  it('rejects with the class that says what failed', async () => {
    const code = (path: string) => `async () => { try { await fetch('http://h${path}') } catch (e) { return [e.name, e.message] } }`;
    expect((await run(code('/down'))).output).toEqual(['NetworkError', 'connection refused']);
    expect((await run(code('/late'))).output).toEqual(['TimeoutError', 'no answer within 30000 ms']);
    expect((await run(code('/invalid'))).output).toEqual(['TypeError', 'Invalid URL']);
  });
});

describe('a bad status', () => {
  it.each([
    [401, 'AuthenticationError'],
    [403, 'AuthorizationError'],
    [404, 'HttpError'],
    [418, 'HttpError'],
    [429, 'RateLimitError'],
    [500, 'ServiceUnavailableError'],
    [503, 'ServiceUnavailableError'],
  ])('%i read without a look at the status is thrown as %s', async (status, name) => {
    for (const read of ['body', 'json()', 'text()', 'arrayBuffer()', 'toJSON()']) {
      const outcome = await run(`async () => { const r = await fetch('http://h/status/${status}'); return await r.${read} }`);
      expect(outcome.failure).toMatchObject({ kind: 'threw', name, status, message: `HTTP ${status}: Text ${status}` });
      const sync = await run(`() => fetch('http://h/status/${status}').${read}`);
      expect(sync.failure).toMatchObject({ kind: 'threw', name, status });
    }
  });

  it.each(['ok', 'status', 'statusText'])('is the task’s business once it has read %s', async (field) => {
    const code = (prefix: string) =>
      `async () => { const r = ${prefix} fetch('http://h/status/404'); const seen = r.${field}; return [seen, r.body.problem] }`;
    const seen = { ok: false, status: 404, statusText: 'Text 404' }[field];
    expect((await run(code(''))).output).toEqual([seen, 'yes']);
    expect((await run(code('await'))).output).toEqual([seen, 'yes']);
  });

  it('rejects the promise with throwOnError true, and throws from any read', async () => {
    const code = `async () => { const r = fetch('http://h/status/404', { throwOnError: true }); const names = [];
      try { r.status } catch (e) { names.push(e.name) } try { await r } catch (e) { names.push(e.name, e.status) } return names }`;
    expect((await run(code)).output).toEqual(['HttpError', 'HttpError', 404]);
  });

  it('never throws with throwOnError false', async () => {
    const outcome = await run(`() => fetch('http://h/status/500', { throwOnError: false }).body.problem`);
    expect(outcome.output).toBe('yes');
    expect((await run(`() => { fetch('http://h/status/500', { throwOnError: false }); return 1 }`)).output).toBe(1);
  });

  it('of a redirect that the task asked to see is no failure', async () => {
    const outcome = await run(`async () => { await fetch('http://h/status/302', { redirect: 'manual' }); return 1 }`);
    expect(outcome).toMatchObject({ output: 1, requests: [{ redirect: 'manual' }] });
  });
});

describe('a failure that nobody looked at', () => {
  it.each([
    ['a bad status', '/status/500', { name: 'ServiceUnavailableError', message: 'HTTP 500: Text 500', status: 500 }],
    ['no answer', '/down', { name: 'NetworkError', message: 'connection refused' }],
  ])('fails the execution: %s', async (_what, path, failure) => {
    const outcome = await run(`() => { fetch('http://h${path}', { method: 'POST' }, { a: 1 }); return 1 }`);
    expect(outcome).toMatchObject({
      failure: { kind: 'request-failed', url: `http://h${path}`, method: 'POST', ...failure },
      settles: 1,
      thrown: [],
    });
  });

  it('counts an awaited answer of which nothing was read', async () => {
    const outcome = await run(`async () => { await fetch('http://h/status/404'); return 1 }`);
    expect(outcome.failure).toMatchObject({ kind: 'request-failed', status: 404 });
  });

  it('leaves time for handlers that look at it after the task has returned', async () => {
    const code = `() => { fetch('http://h/status/404').then(async (r) => { await null; await null; console.log(r.status) }); return 1 }`;
    expect(await run(code)).toMatchObject({ output: 1, logs: [{ text: '404' }] });
  });

  it('is not counted when the task gave the request up', async () => {
    const code = `() => { const c = new AbortController(); fetch('http://h/slow', { signal: c.signal }); c.abort(); return 1 }`;
    expect(await run(code)).toMatchObject({ output: 1, aborted: [expect.any(Number)] });
  });

  it('that comes out as an unhandled rejection is seen by the worker', async () => {
    expect((await run(`() => { fetch('http://h/down').then((r) => r.status); return 1 }`)).thrown).toEqual(['connection refused']);
  });
});

describe('the end of an execution', () => {
  it('waits for requests that are still under way, and for what they start', async () => {
    const code = `() => { fetch('http://h/slow').then(() => fetch('http://h/slow')).then(() => console.log('both')); return 1 }`;
    expect(await run(code)).toMatchObject({ output: 1, logs: [{ text: 'both' }] });
  });

  it('does not wait for anything when the task has failed', async () => {
    const outcome = await run(`() => { fetch('http://h/slow'); throw new Error('no') }`);
    expect(outcome).toMatchObject({ failure: { message: 'no' }, aborted: [1] });
  });
});

describe('what is sent', () => {
  const sent = async (args: string) =>
    (await run(`() => { try { fetch('http://h/ok'${args}).status } catch (e) { return e.name + ': ' + e.message } }`)) as {
      requests: Sent[];
      output: unknown;
    };

  it.each([
    [', {method: "post"}, {a: 1}', 'POST', '{"a":1}', 'application/json'],
    [', {method: "POST"}, "plain"', 'POST', '"plain"', 'application/json'],
    [', {method: "POST"}, "[1]"', 'POST', '[1]', 'application/json'],
    [', {method: "PUT", body: "raw"}', 'PUT', 'raw', 'text/plain;charset=UTF-8'],
    [', {method: "PUT", body: {b: 2}}', 'PUT', '{"b":2}', 'application/json'],
    [', {method: "POST", body: "no"}, {third: "wins"}', 'POST', '{"third":"wins"}', 'application/json'],
    [', {method: "POST", body: new URLSearchParams({a: "1 2"})}', 'POST', 'a=1+2', 'application/x-www-form-urlencoded;charset=UTF-8'],
    [', {method: "POST", headers: {"CONTENT-type": "Application/x-www-form-urlencoded"}}, "a=1&b=2"', 'POST', 'a=1&b=2', null],
    [', {method: "PATCH", headers: {"content-type": "application/merge-patch+json"}, body: "{}"}', 'PATCH', '{}', null],
    [', {method: "DELETE"}', 'DELETE', undefined, undefined],
  ])('%s', async (args, method, body, type) => {
    const [request] = (await sent(args)).requests;
    expect(request).toMatchObject({ method });
    expect(request?.body).toEqual(body);
    const types = request?.headers.filter(([name]) => name.toLowerCase() === 'content-type') ?? [];
    expect(types.length).toBe(type === undefined ? 0 : 1);
    if (typeof type === 'string') expect(types[0]?.[1]).toBe(type);
  });

  it('sends bytes as bytes', async () => {
    const [request] = (await sent(', {method: "POST", body: new Uint8Array([1, 2, 3, 4]).subarray(1, 3)}')).requests;
    expect(new Uint8Array(request?.body as ArrayBuffer)).toEqual(new Uint8Array([2, 3]));
  });

  it('takes headers as an object, pairs or Headers', async () => {
    for (const headers of ['{"X-A": 1, skip: undefined}', '[["X-A", 1]]', 'new Headers({"X-A": "1"})']) {
      const [request] = (await sent(`, {headers: ${headers}}`)).requests;
      expect(request?.headers.map(([n, v]) => [n.toLowerCase(), v])).toEqual([['x-a', '1']]);
    }
  });

  it('passes on timeout, redirect and retry', async () => {
    const [request] = (await sent(', {timeout: 5000, redirect: "error", retry: 2}')).requests;
    expect(request).toMatchObject({ timeoutMs: 5000, redirect: 'error', retry: { attempts: 2, delayMs: 200, factor: 2 } });
    const [other] = (await sent(', {retry: {attempts: 3, delay: 10, factor: 1.5}}')).requests;
    expect(other).toMatchObject({ timeoutMs: null, retry: { attempts: 3, delayMs: 10, factor: 1.5 } });
  });

  it.each([
    [', {body: "x"}', 'A GET request cannot have a body'],
    [', {method: "HEAD"}, {a: 1}', 'A HEAD request cannot have a body'],
    [', {method: "POST"}, () => 1', 'A function cannot be the body'],
    [', {headers: {"a b": "1"}}', 'not a header name'],
    [', {headers: {a: "1\\r\\nx: 2"}}', 'line break'],
    [', {timeout: "soon"}', 'timeout must be a number'],
    [', {retry: -1}', 'retry must be'],
    [', {redirect: "maybe"}', 'redirect must be'],
  ])('refuses %s', async (args, message) => {
    const outcome = await sent(args);
    expect(outcome.requests).toEqual([]);
    expect(outcome.output).toMatch(`TypeError: `);
    expect(outcome.output).toContain(message);
  });

  it('takes a URL object and a Request, and nothing else', async () => {
    const code = `() => [new URL('http://h/ok?x=1'), new Request('http://h/ok', { method: 'post', body: 'q' })].map((u) => fetch(u).json().method)`;
    expect((await run(code)).output).toEqual(['GET', 'POST']);
    for (const url of ['5', 'null', 'undefined', '{}', '[]']) {
      expect((await run(`() => fetch(${url})`)).failure).toMatchObject({ name: 'Error', message: 'URL must be a string' });
    }
  });
});

describe('the answer', () => {
  it('is JSON by its content type, or by its look where there is none', async () => {
    const code = `() => ['text', 'untyped', 'broken', 'bytes'].map((p) => fetch('http://h/' + p).body)`;
    expect((await run(code)).output).toEqual(['{"looks":"like json"}', [1, 2], '{oops', '\uFFFD\uFFFD\0']);
    expect((await run(`() => fetch('http://h/broken').json()`)).failure).toMatchObject({ name: 'SyntaxError' });
    expect((await run(`() => [...new Uint8Array(fetch('http://h/bytes').arrayBuffer())]`)).output).toEqual([255, 254, 0]);
  });

  it('has headers to get, to iterate, and to read as properties', async () => {
    const code = `() => { const h = fetch('http://h/ok').headers; const each = []; h.forEach((v, n) => each.push(n));
      return [h.get('Content-Type'), h['content-type'], h['Content-Type'], h.has('X-TWO'), h['x-two'], h.get('none'), h.none === undefined,
        each, Object.keys(h), [...h].length, h instanceof Headers, 'x-two' in h] }`;
    const type = 'application/json; charset=utf-8';
    expect((await run(code)).output).toEqual([
      type,
      type,
      type,
      true,
      'a, b',
      null,
      true,
      ['content-type', 'set-cookie', 'set-cookie', 'x-two'],
      ['content-type', 'set-cookie', 'x-two'],
      4,
      true,
      true,
    ]);
  });

  it('can be made by hand', async () => {
    const code = `async () => { const r = new Response('{"a":1}', { status: 404, headers: { 'content-type': 'application/json' } });
      return [r.status, r.ok, await r.json(), await Response.json({ b: 2 }).json()] }`;
    expect((await run(code)).output).toEqual([404, false, { a: 1 }, { b: 2 }]);
  });
});

describe('limits and abortion', () => {
  it('queues what exceeds the requests at once, for both styles', async () => {
    const limits = { requestsAtOnce: 2 };
    const sync = `() => { const all = [1, 2, 3, 4, 5].map(() => fetch('http://h/slow')); return all[4].body.slow && all[0].body.slow }`;
    expect(await run(sync, { limits })).toMatchObject({ output: true, mostAtOnce: 2 });
    const awaited = `async () => (await Promise.all([1, 2, 3, 4, 5].map(() => fetch('http://h/slow')))).length`;
    expect(await run(awaited, { limits })).toMatchObject({ output: 5, mostAtOnce: 2 });
  });

  it('fails requests beyond the most', async () => {
    const code = `() => { let n = 0; try { for (;;) { fetch('http://h/ok').status; n++ } } catch (e) { return [n, e.name] } }`;
    expect((await run(code, { limits: { requests: 3 } })).output).toEqual([3, 'NetworkError']);
  });

  it('rejects with the reason of the signal', async () => {
    const code = `async () => { const c = new AbortController(); const p = fetch('http://h/slow', { signal: c.signal });
      setTimeout(() => c.abort(), 2); const names = []; try { await p } catch (e) { names.push(e.name) }
      try { await fetch('http://h/slow', { signal: AbortSignal.timeout(2) }) } catch (e) { names.push(e.name) }
      try { await fetch('http://h/ok', { signal: AbortSignal.abort('why') }) } catch (e) { names.push(e) }
      return names }`;
    expect(await run(code)).toMatchObject({ output: ['AbortError', 'TimeoutError', 'why'], thrown: [] });
  });

  it('names the line of the task that called fetch', async () => {
    const outcome = await run(`function main() {\n  const r = fetch('http://h/status/500');\n  return r.body;\n}`);
    expect(outcome.failure?.stack).toMatch(/^ServiceUnavailableError: HTTP 500: Text 500\n[^]*at main \(main\.js:2:13\)/);
  });
});
